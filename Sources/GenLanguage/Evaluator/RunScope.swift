import GenPipeline

/// What a name stands for while a program runs.
enum Bound: Sendable {
  case value(Value)
  case definition(RunDefinition)
  case module([String: Bound])
}

/// A `def` with the names that stood above it.
final class RunDefinition: Sendable {
  struct Parameter: Sendable {
    let name: String
    let type: ValueType?
    let initial: Expression?
  }

  let name: String
  let parameters: [Parameter]
  let result: ValueType?
  let body: Expression
  let scope: RunScope

  init(_ definition: Statement.Definition, _ scope: RunScope) {
    name = definition.name.text
    parameters = definition.parameters.map {
      Parameter(
        name: $0.name.text, type: $0.type.flatMap(ValueType.init(checked:)), initial: $0.initial)
    }
    result = definition.result.flatMap(ValueType.init(checked:))
    body = definition.body
    self.scope = scope
  }
}

/// The names and settings that an expression sees while it runs.
struct RunScope: Sendable {
  let source: Source
  let globals: VersionedNames<Bound>
  var version: Int
  private(set) var locals: [String: Bound] = [:]
  var settings: [String: Value]

  init(source: Source, globals: VersionedNames<Bound>, settings: [String: Value]) {
    self.source = source
    self.globals = globals
    self.settings = settings
    version = globals.version
  }

  func find(_ name: String) -> Bound? {
    locals[name] ?? globals.find(name, version: version)
  }

  mutating func bindLocal(_ name: String, _ bound: Bound) { locals[name] = bound }

  func place(_ range: Range<Int>) -> SourcePlace { source.place(of: range) }
}

extension ValueType {
  /// The type that a checked name stands for.
  init?(checked name: TypeName) {
    let arguments = name.arguments.compactMap(ValueType.init(checked:))
    let base: ValueType?
    switch (name.name.text, arguments.count) {
    case ("List", 1): base = .list(arguments[0])
    case ("Grid", 1): base = .grid(arguments[0], nil)
    case ("Model", 1): base = .model(arguments[0])
    case ("Stage", 2): base = .stage(arguments[0], arguments[1])
    default: base = ValueType.named[name.name.text]
    }
    guard let base else { return nil }
    self = name.isOptional ? .optional(base) : base
  }
}
