import GenPipeline

/// What a statement of a program came to.
public struct StatementResult: Sendable {
  /// May still be a call that nobody has needed: `demanding.resolved(value)` runs it.
  public let value: Value
  public let type: ValueType
  public let place: SourcePlace
  /// Whether a `;` follows, so that a session does not show it.
  public let isSilent: Bool
}

/// Turns a checked program into values and a graph of calls.
///
/// Small things are done at once; calls of stages are handed to the graph, which runs them when
/// somebody needs them. What the program itself has to look at (a condition, a list to go
/// through, a value inside a text) is demanded.
public struct Evaluator: Sendable {
  let language: Language
  let graph: Graph
  let demanding: any Demanding
  /// Which modules the paths of the program mean.
  var resolved: [ModuleKey: String] = [:]

  static let longestList = 1_000_000

  public init(_ language: Language, graph: Graph, demanding: any Demanding) {
    self.language = language
    self.graph = graph
    self.demanding = demanding
  }

  /// Runs a program without errors; afterwards the scope holds what it has bound.
  ///
  /// - Parameter each: Told of each expression statement as soon as it has a value.
  /// - Throws: ``Diagnostic`` with its place; `CancellationError`.
  @discardableResult
  public func run(
    _ program: CheckedProgram, in scope: inout Scope,
    each: @Sendable (StatementResult) async throws -> Void = { _ in }
  ) async throws -> [StatementResult] {
    var evaluator = self
    evaluator.resolved = program.resolved
    let values = try await evaluator.values(scope)
    var modules: [String: [String: Bound]] = [:]
    for module in program.usedModules {
      modules[module.source.name] = try await evaluator.names(of: module, modules, scope.settings)
    }
    var inner = RunScope(
      source: program.module.source, globals: values, settings: scope.settings(language.settings))
    var results: [StatementResult] = []
    for statement in program.module.statements {
      try Task.checkCancellation()
      let expected =
        results.count < program.expressionTypes.count
        ? program.expressionTypes[results.count] : nil
      let value: Value?
      do {
        value = try await evaluator.run(
          statement, in: &inner, modules, scope.pinned, isTop: true)
      } catch let error as Diagnostic {
        value = try evaluator.standIn(for: error, statement, expected, program, &inner)
      }
      guard let value, case .expression = statement.kind else { continue }
      let type = expected ?? value.type
      let result = StatementResult(
        value: value, type: type, place: inner.place(statement.range),
        isSilent: statement.isSilent)
      results.append(result)
      try await each(result)
    }
    scope.names = program.names
    scope.values = values
    scope.settings = inner.settings
    scope.generation = program.generation
    return results
  }

  /// What a plan goes on with when a statement could not be evaluated.
  ///
  /// - Throws: the error, where nothing can stand in.
  private func standIn(
    for error: Diagnostic, _ statement: Statement, _ type: ValueType?, _ program: CheckedProgram,
    _ scope: inout RunScope
  ) throws -> Value? {
    func value(of type: ValueType, _ range: Range<Int>) throws -> Value {
      guard let value = demanding.standIn(for: error, of: type, at: scope.place(range)) else {
        throw error
      }
      return value
    }
    switch statement.kind {
    case .binding(let names, _):
      for name in names {
        let type = program.names.find(name.text, version: Int.max)?.checked.type
        let unknown = try value(of: type ?? .unknown, name.range)
        scope.version = scope.globals.bind(name.text, .value(unknown))
      }
      return nil
    case .expression: return try value(of: type ?? .unknown, statement.range)
    default: throw error
    }
  }

  /// The names bound so far, the prelude's below them.
  private func values(_ scope: Scope) async throws -> VersionedNames<Bound> {
    if let values = scope.values { return values.copy() }
    let base = try await preludeValues(scope.settings)
    return VersionedNames(base: base)
  }

  /// Evaluates a used module.
  private func names(
    of module: Module, _ modules: [String: [String: Bound]], _ settings: [String: Value]
  ) async throws -> [String: Bound] {
    let base = try await preludeValues(settings)
    let globals = VersionedNames<Bound>(base: base)
    var inner = RunScope(source: module.source, globals: globals, settings: settings)
    for statement in module.statements {
      if case .expression = statement.kind { continue }
      _ = try await run(statement, in: &inner, modules, [], isTop: true)
    }
    return globals.ownNames(version: inner.version)
  }

  private func preludeValues(_ settings: [String: Value]) async throws -> VersionedNames<Bound>? {
    guard let prelude = language.prelude else { return nil }
    let base = VersionedNames<Bound>()
    var inner = RunScope(source: prelude.module.source, globals: base, settings: settings)
    for statement in prelude.module.statements {
      _ = try await run(statement, in: &inner, [:], [], isTop: true)
    }
    return base
  }
}
