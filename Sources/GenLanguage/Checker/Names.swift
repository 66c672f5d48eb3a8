import GenPipeline

/// What the check knows of an expression before anything runs.
struct Checked: Sendable {
  /// Values are large; most expressions have none, and the others are handed around a lot.
  private final class Constant: Sendable {
    let value: Value
    init(_ value: Value) { self.value = value }
  }

  var type: ValueType
  private var boxed: Constant?
  /// What it does when it is called, where that is known.
  var callable: Callable?
  /// How many elements it has, where that can be told.
  var count: Int?

  init(
    type: ValueType, constant: Value? = nil, callable: Callable? = nil, count: Int? = nil
  ) {
    self.type = type
    self.count = count
    boxed = constant.map(Constant.init)
    self.callable = callable
  }

  /// Its value, where it can be told without running anything.
  var constant: Value? {
    get { boxed?.value }
    set { boxed = newValue.map(Constant.init) }
  }

  static let unknown = Checked(type: .unknown)
}

/// Something that can be called: its result depends on what it is called with.
indirect enum Callable: Sendable {
  /// All forms of a verb of the vocabulary.
  case stages([Form])
  case template(Template)
  /// A call that still lacks its first argument: `upscale(by: 2)`.
  case partial(Callable, name: String, [ArgumentInput])
  /// A function of which only the type is known.
  case typed([ValueType], ValueType)
  /// `a |> b` before any value flows.
  case composed([Callable])
}

/// A form of a verb with what every call of it asks for.
final class Form: Sendable {
  let stage: Stage
  let parameterNames: [String]
  /// Whether the stage has rules of its own that look at a whole call.
  let looksAtCalls: Bool

  init(_ stage: Stage) {
    self.stage = stage
    parameterNames = stage.parameters.map(\.name)
    let isByArguments = if case .byArguments = stage.result { true } else { false }
    looksAtCalls =
      isByArguments || stage.check != nil || !stage.reads.isEmpty || stage.effect == .tells
  }

  var parameters: [ParameterInfo] { stage.parameters }
}

/// A `def` or a lambda: its body is checked anew for every combination of argument types.
final class Template: Sendable {
  struct Parameter: Sendable {
    let name: Name
    let type: ValueType?
    let initial: Expression?
  }

  /// nil for a lambda.
  let name: String?
  let parameters: [Parameter]
  let result: ValueType?
  let body: Expression
  /// What its body sees.
  let names: NameScope
  let range: Range<Int>
  let documentation: String

  init(
    name: String?, parameters: [Parameter], result: ValueType?, body: Expression,
    names: NameScope, range: Range<Int>, documentation: String = ""
  ) {
    self.name = name
    self.parameters = parameters
    self.result = result
    self.body = body
    self.names = names
    self.range = range
    self.documentation = documentation
  }

  var source: Source { names.source }
}

/// What a name stands for.
struct Binding: Sendable {
  let checked: Checked
  let source: Source
  let range: Range<Int>
  /// The names of a module that was given this name by `use … as`.
  var module: [String: Binding]? = nil
  /// Counts the cells of a session; a name may change its type from one to the next.
  var generation = 0
}

/// The names that an expression sees.
struct NameScope: Sendable {
  /// What all expressions of one body have in common.
  private final class Context: Sendable {
    let source: Source
    let globals: GlobalNames
    let definition: String?

    init(_ source: Source, _ globals: GlobalNames, _ definition: String?) {
      self.source = source
      self.globals = globals
      self.definition = definition
    }
  }

  private var context: Context
  var version: Int
  private(set) var locals: [String: Binding] = [:]

  init(source: Source, globals: GlobalNames) {
    context = Context(source, globals, nil)
    version = globals.version
  }

  var source: Source { context.source }
  var globals: GlobalNames { context.globals }
  /// The `def` whose body this is.
  var definition: String? { context.definition }

  /// The same names, seen from inside a `def`.
  func inside(_ definition: String) -> NameScope {
    var inner = self
    inner.context = Context(source, globals, definition)
    return inner
  }

  func find(_ name: String) -> Binding? {
    locals[name] ?? globals.find(name, version: version)
  }

  mutating func bindLocal(_ name: String, _ binding: Binding) { locals[name] = binding }

  /// Every name in sight.
  var all: [String] { Array(globals.names(version: version).keys) + Array(locals.keys) }

  func place(_ range: Range<Int>) -> SourcePlace { source.place(of: range) }
}

/// One argument of a call: as it was written, or already checked as what flows through a pipe.
struct ArgumentInput: Sendable {
  enum Content: Sendable {
    case written(Expression, NameScope)
    case flowing(Checked)
    /// Several with labels of their own, each of which has to suit the parameter.
    case gathered([ArgumentInput])
  }
  let label: Name?
  let content: Content
  /// Where it stands.
  let source: Source
  let range: Range<Int>

  var place: SourcePlace { source.place(of: range) }

  /// The words of a list that holds nothing but words of a choice.
  func listedWords(of choice: [String]) -> [String]? {
    guard case .written(let expression, _) = content else { return nil }
    return expression.listedWords(of: choice)
  }

  /// The fields of a record that is written out, each under its name; nil where two have the same.
  var writtenFields: [ArgumentInput]? {
    guard case .written(let expression, let names) = content,
      case .record(let fields) = expression.bare.kind,
      Set(fields.map(\.name.text)).count == fields.count
    else { return nil }
    return fields.map { field in
      ArgumentInput(
        label: field.name, content: .written(field.value, names), source: source,
        range: field.value.range)
    }
  }

  /// The word, when it is nothing but a name.
  var word: String? {
    guard case .written(let expression, _) = content, case .name(let word) = expression.kind
    else { return nil }
    return word
  }
}

extension Expression {
  /// The words of a list that holds nothing but words of a choice.
  func listedWords(of choice: [String]) -> [String]? {
    guard case .list(let elements) = kind, !elements.isEmpty else { return nil }
    let words = elements.compactMap { element in
      if case .name(let word) = element.kind, choice.contains(word) { word } else { nil }
    }
    return words.count == elements.count ? words : nil
  }
}
