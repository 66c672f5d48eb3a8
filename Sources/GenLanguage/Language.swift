import GenPipeline

/// The language with the verbs, settings and modules that programs may use.
///
///     let language = Language(vocabulary: catalog, resolver: FileModules(libraries: ["stdlib"]))
///     let program = language.check(Source(name: "boat.gen", text: text))
///     guard !program.hasErrors else { … }
///     let results = try await Evaluator(language, graph: graph, demanding: runner)
///       .run(program, in: &scope)
public struct Language: Sendable {
  public let vocabulary: Catalog
  public let settings: [SettingInfo]
  let resolver: any ModuleResolver
  let prelude: CheckedModule?
  private let preludeNames: GlobalNames?
  /// What is wrong with the prelude itself: empty unless somebody broke it.
  public let preludeDiagnostics: [Diagnostic]

  /// - Parameter prelude: A module whose names every program sees.
  public init(
    vocabulary: Catalog, settings: [SettingInfo] = SettingInfo.all,
    resolver: any ModuleResolver = NoModules(), prelude source: Source? = nil
  ) {
    self.vocabulary = vocabulary
    self.settings = settings
    self.resolver = resolver
    guard let source else {
      prelude = nil
      preludeNames = nil
      preludeDiagnostics = []
      return
    }
    let checker = Checker(
      vocabulary: vocabulary, settings: settings, resolver: resolver, prelude: nil)
    let module = Module.parse(source)
    let globals = GlobalNames()
    var names = NameScope(source: source, globals: globals)
    checker.check(module, in: &names)
    preludeNames = globals
    prelude = CheckedModule(module: module, names: globals.ownNames(version: names.version))
    preludeDiagnostics = checker.diagnostics
  }

  /// Checks a whole file, or one cell of a session with what earlier cells have bound.
  ///
  /// - Parameters:
  ///   - isScript: Whether this is all there is, so that what nothing needs is worth a warning.
  ///   - indexed: Whether to find out what every name stands for.
  public func check(
    _ source: Source, in scope: Scope = Scope(), isScript: Bool = false, indexed: Bool = false
  ) -> CheckedProgram {
    check(Module.parse(source), in: scope, isScript: isScript, indexed: indexed)
  }

  public func check(
    _ module: Module, in scope: Scope = Scope(), isScript: Bool = false, indexed: Bool = false
  ) -> CheckedProgram {
    let checker = Checker(
      vocabulary: vocabulary, settings: settings, resolver: resolver, prelude: preludeNames,
      generation: scope.generation + 1)
    if indexed { checker.occurrences = OccurrenceLog(module.source) }
    let globals = scope.names?.copy() ?? GlobalNames(base: preludeNames)
    var names = NameScope(source: module.source, globals: globals)
    checker.check(module, in: &names)
    if isScript, !checker.hasErrors { checker.warnAboutUnused(module, names) }
    if let prelude { checker.sources.add(prelude.module.source) }
    return CheckedProgram(module, checker, names)
  }

  /// The `def`s that a program in this scope may call besides the vocabulary.
  public func definitions(
    in scope: Scope = Scope(), beginning prefix: String = ""
  ) -> [DefinitionInfo] {
    let names = scope.names ?? preludeNames
    return (names?.names(beginning: prefix) ?? []).sorted()
      .compactMap { definition(of: $0, in: scope) }
  }

  /// The `def` of a name; nil where it stands for nothing or something else.
  public func definition(of name: String, in scope: Scope = Scope()) -> DefinitionInfo? {
    let binding = (scope.names ?? preludeNames)?.find(name, version: Int.max)
    guard case .template(let template)? = binding?.checked.callable else { return nil }
    return DefinitionInfo(name, template)
  }
}

extension Checker {
  var hasErrors: Bool { diagnostics.contains { $0.severity == .error } }

  private func isRead(_ name: String) -> Bool {
    readNames.contains(name) || name.hasPrefix("_")
  }

  fileprivate func warnAboutUnused(_ module: Module, _ names: NameScope) {
    for statement in module.statements {
      guard case .binding(let bound, _) = statement.kind else { continue }
      // Of a list taken apart, one name used is reason enough for all.
      guard let first = bound.first, !bound.contains(where: { isRead($0.text) }) else { continue }
      report(.neverNeeded(first.text, at: names.place(first.range)))
    }
  }
}

/// A program that has been checked, and what was found out about it.
public struct CheckedProgram: Sendable {
  public struct BindingInfo: Sendable {
    public let name: String
    public let type: ValueType
    public let place: SourcePlace
  }

  public let module: Module
  /// In the order of the files and lines they speak of; warnings among them.
  public let diagnostics: [Diagnostic]
  /// The texts that the diagnostics point into.
  public let sources: Sources
  /// The types of the expressions that stand as statements, in order.
  public let expressionTypes: [ValueType]
  /// The files that the program names as text.
  public let files: FilesNamed
  /// Whether a call may find faults in the values of its arguments before anything runs, so that a plan
  /// is worth its time.
  public let looksAhead: Bool

  /// What the program sets, where that can be told before it runs: whether to keep results must be
  /// known before the first one.
  public let settings: [String: Value]

  /// Where names stand in the text and what for, in order; empty unless that was asked for.
  public let occurrences: [Occurrence]

  let names: GlobalNames
  private let version: Int
  private let versions: [(offset: Int, version: Int)]
  let usedModules: [Module]
  let resolved: [ModuleKey: String]
  let generation: Int

  public var hasErrors: Bool { diagnostics.contains { $0.severity == .error } }

  init(_ module: Module, _ checker: Checker, _ scope: NameScope) {
    self.module = module
    diagnostics = checker.diagnostics.sorted {
      ($0.place?.file ?? "", $0.place?.offset ?? 0) < ($1.place?.file ?? "", $1.place?.offset ?? 0)
    }
    sources = checker.sources
    expressionTypes = checker.statementTypes.map(\.type)
    files = checker.files
    looksAhead = checker.looksAhead
    settings = checker.settingValues
    occurrences = checker.occurrences?.all ?? []
    versions = checker.versions
    names = scope.globals
    usedModules = checker.moduleOrder
    resolved = checker.resolved
    generation = checker.generation
    version = scope.version
  }
}

extension CheckedProgram {
  /// The names that the program binds, in the order of their names.
  public var bindings: [BindingInfo] {
    names.ownNames(version: version)
      .filter { $0.value.source === module.source }
      .map {
        BindingInfo(
          name: $0.key, type: $0.value.checked.type,
          place: $0.value.source.place(of: $0.value.range))
      }
      .sorted { $0.name < $1.name }
  }

  /// The names that a statement sees which begins at a byte, without their values.
  public func scope(before offset: Int) -> Scope {
    let next = versions.partitioningIndex { $0.offset >= offset }
    var scope = Scope()
    scope.names = GlobalNames(
      base: names, upTo: next < versions.count ? versions[next].version : version)
    scope.generation = generation
    return scope
  }

  /// The file that a `use` of the program means.
  public func file(of use: Statement.Use) -> String? {
    resolved[ModuleKey(user: module.source.name, path: use.path)]
  }

  /// The names of the program without their values: for help on what has not been run.
  public func scope(after scope: Scope) -> Scope {
    var next = scope
    next.names = names
    next.generation = generation
    return next
  }
}

/// What a session has bound so far: names with their types and values. Carried from cell to cell.
public struct Scope: Sendable {
  var names: GlobalNames?
  var values: VersionedNames<Bound>?
  var generation = 0
  /// The values of `set` names, as far as they have been set.
  public internal(set) var settings: [String: Value]
  /// Settings given from outside, as by `--set`: a program does not change them.
  let pinned: Set<String>

  public init(settings: [String: Value] = [:]) {
    self.settings = settings
    pinned = Set(settings.keys)
  }

  /// The value of a name that a cell has bound; nil for a `def` or a module.
  public func value(of name: String) -> Value? {
    guard case .value(let value)? = values?.find(name, version: Int.max) else { return nil }
    return value
  }

  /// What a setting is while a program runs: what was given from outside, else what the program
  /// sets, else what was set before.
  public func value(ofSetting name: String, for program: CheckedProgram) -> Value? {
    pinned.contains(name) ? settings[name] : program.settings[name] ?? settings[name]
  }

  /// The type of a name that is bound; nil where there is none.
  public func type(of name: String) -> ValueType? {
    names?.find(name, version: Int.max)?.checked.type
  }

  /// The names bound so far with their types, for completion.
  public var types: [String: ValueType] {
    (names?.names(version: Int.max) ?? [:]).mapValues(\.checked.type)
  }

  func names(beginning prefix: String) -> [String] { names?.names(beginning: prefix) ?? [] }

  func settings(_ known: [SettingInfo]) -> [String: Value] {
    var all = settings
    for setting in known where all[setting.name] == nil {
      if case .none = setting.initial { continue }
      all[setting.name] = setting.initial
    }
    return all
  }
}

/// A stage that is a `def`: what help and completion show of it.
public struct DefinitionInfo: Sendable {
  public struct Parameter: Sendable {
    public let name: String
    public let type: ValueType?
    /// As it was written.
    public let initial: String?
  }

  public let name: String
  public let parameters: [Parameter]
  public let result: ValueType?
  public let documentation: String
  public let place: SourcePlace

  init(_ name: String, _ template: Template) {
    self.name = name
    parameters = template.parameters.map { parameter in
      Parameter(
        name: parameter.name.text, type: parameter.type,
        initial: parameter.initial.map { template.source.text(in: $0.range) })
    }
    result = template.result
    documentation = template.documentation
    place = template.source.place(of: template.range)
  }
}
