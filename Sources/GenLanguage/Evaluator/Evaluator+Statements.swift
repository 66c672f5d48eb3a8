import GenPipeline

extension Evaluator {
  /// - Returns: The value of an expression.
  func run(
    _ statement: Statement, in scope: inout RunScope, _ modules: [String: [String: Bound]],
    _ pinned: Set<String>, isTop: Bool
  ) async throws -> Value? {
    switch statement.kind {
    case .use(let use):
      take(use, in: &scope, modules)
      return nil
    case .set(let name, let value):
      if !pinned.contains(name.text) {
        scope.settings[name.text] = try await settingValue(name.text, value, scope)
      }
      return nil
    case .definition(let definition):
      bind(definition.name.text, .definition(RunDefinition(definition, scope)), &scope, isTop)
      return nil
    case .binding(let names, let value):
      let result = try await evaluate(value, scope)
      if names.count == 1 {
        bind(names[0].text, .value(result), &scope, isTop)
      } else {
        for (name, part) in zip(names, try await parts(names, result, scope)) {
          bind(name.text, .value(part), &scope, isTop)
        }
      }
      return nil
    case .expression(let value): return try await evaluate(value, scope)
    }
  }

  private func bind(_ name: String, _ bound: Bound, _ scope: inout RunScope, _ isTop: Bool) {
    if isTop {
      scope.version = scope.globals.bind(name, bound)
    } else {
      scope.bindLocal(name, bound)
    }
  }

  private func take(
    _ use: Statement.Use, in scope: inout RunScope, _ modules: [String: [String: Bound]]
  ) {
    let key = ModuleKey(user: scope.source.name, path: use.path)
    let names = resolved[key].flatMap { modules[$0] } ?? [:]
    if let alias = use.alias {
      scope.version = scope.globals.bind(alias.text, .module(names))
    } else {
      for (name, bound) in names { scope.version = scope.globals.bind(name, bound) }
    }
  }

  private func settingValue(
    _ name: String, _ value: Expression, _ scope: RunScope
  ) async throws -> Value {
    let setting = language.settings.first { $0.name == name }
    if let words = setting?.type.choiceWords, case .name(let word) = value.bare.kind,
      words.contains(word)
    {
      return .symbol(word)
    }
    let result = try await demanding.resolved(evaluate(value, scope))
    return setting.map { result.fitted(to: $0.type) } ?? result
  }

  private func parts(
    _ names: [Name], _ value: Value, _ scope: RunScope
  ) async throws -> [Value] {
    let known = try await surface(value)
    if case .record = known {
      return names.map { known.field($0.text) ?? .none }
    }
    guard case .list(let elements) = known else { return names.map { _ in .none } }
    guard elements.count == names.count else {
      throw Diagnostic.tooManyParts(
        names.count, elements.count, at: scope.place(names[0].range))
    }
    return elements
  }

  /// The value itself, when it is a call; the elements of a list may go on being calls.
  func surface(_ value: Value) async throws -> Value {
    var value = value
    while case .deferred(let node) = value { value = try await demanding.value(of: node) }
    return value
  }

  func evaluate(_ block: Block, _ scope: RunScope) async throws -> Value {
    var inner = scope
    for statement in block.statements {
      _ = try await run(statement, in: &inner, [:], [], isTop: false)
    }
    return try await evaluate(block.value, inner)
  }
}
