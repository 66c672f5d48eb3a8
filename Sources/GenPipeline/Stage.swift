/// A verb of the language, declared once: help, completion, types, checks, cache key and tests
/// come from it. Several stages of one name are its forms by input type.
public struct Stage: Sendable {
  public let name: String
  /// What it does, in one sentence that ends in a full stop.
  public let summary: String
  public let topic: String
  public let parameters: [ParameterInfo]
  public let result: ResultRule
  public let examples: [Example]
  /// Counts up whenever the same arguments give other results; part of every cache key.
  public let version: Int
  public let effort: Effort
  public let effect: Effect
  /// Tells what a call will take from its arguments, before it runs.
  public let cost: CostRule?
  /// What else the check can find wrong before anything runs, such as a missing file.
  public let check: (@Sendable (CallShape) -> [Diagnostic])?
  /// What is wrong with the values of the arguments before anything runs: it throws what it finds. Those
  /// that are not at hand without work are deferred.
  public let foresees: (@Sendable (Arguments) async throws -> Void)?
  /// The names of the models whose weights the result depends on.
  public let models: @Sendable (Arguments) -> [String]
  /// The parameters that name files or folders to be read; their content is part of the key.
  public let reads: [String]
  /// How much of the privacy of the tables among its arguments a call spends, as an epsilon; infinity
  /// where nothing protects their rows.
  public let spends: (@Sendable (Arguments) -> Double)?
  public let body: @Sendable (Arguments) async throws -> Value

  public enum Effort: Sendable {
    /// Done at once while the graph is built, when the arguments are known.
    case instant
    /// A node of the graph whose result is not worth a file: done again when needed.
    case light
    /// A node of the graph whose result is kept in the cache.
    case heavy
  }

  public enum Effect: Sendable {
    /// A pure function of its arguments, weights and seed.
    case none
    /// Demands its arguments and tells the world: `save`, `show`, `print`.
    case tells
  }

  public enum ResultRule: Sendable {
    case fixed(ValueType)
    /// The type depends on the arguments; throws a ``Diagnostic`` when it cannot be told.
    case byArguments(@Sendable (CallShape) throws -> ValueType)
  }

  public struct Example: Sendable {
    public let code: String
    /// What the result is, such as `Image 4x4`; a test compares it.
    public let result: String
    public init(_ code: String, _ result: String) {
      self.code = code
      self.result = result
    }
  }

  public init(
    _ name: String, _ summary: String, topic: String = "", parameters: [ParameterInfo],
    result: ResultRule, examples: [Example], version: Int = 1, effort: Effort = .light,
    cost: CostRule? = nil, effect: Effect = .none,
    check: (@Sendable (CallShape) -> [Diagnostic])? = nil,
    foresees: (@Sendable (Arguments) async throws -> Void)? = nil,
    models: @escaping @Sendable (Arguments) -> [String] = { _ in [] }, reads: [String] = [],
    spends: (@Sendable (Arguments) -> Double)? = nil,
    body: @escaping @Sendable (Arguments) async throws -> Value
  ) {
    self.name = name
    self.summary = summary
    self.topic = topic
    self.parameters = parameters
    self.result = result
    self.examples = examples
    self.version = version
    self.effort = effort
    self.effect = effect
    self.cost = cost
    self.check = check
    self.foresees = foresees
    self.models = models
    self.reads = reads
    self.spends = spends
    self.body = body
  }

  /// A stage whose closure is its type.
  public init<each Input: ValueConvertible, Output: ValueConvertible>(
    _ name: String, _ summary: String, topic: String = "",
    _ parameters: repeat Parameter<each Input>,
    examples: [Example], version: Int = 1, effort: Effort = .light, cost: CostRule? = nil,
    effect: Effect = .none, result: ResultRule? = nil,
    check: (@Sendable (CallShape) -> [Diagnostic])? = nil,
    models: @escaping @Sendable (Arguments) -> [String] = { _ in [] }, reads: [String] = [],
    body: @escaping @Sendable (repeat each Input) async throws -> Output
  ) {
    var infos: [ParameterInfo] = []
    for parameter in repeat each parameters { infos.append(parameter.info) }
    self.init(
      name, summary, topic: topic, parameters: infos,
      result: result ?? .fixed(Output.valueType), examples: examples, version: version,
      effort: effort, cost: cost, effect: effect, check: check, models: models, reads: reads
    ) { arguments in
      var reader = ArgumentReader(arguments)
      return try await body(repeat try reader.next((each Input).self)).value
    }
  }

  /// The same stage under a heading of the reference.
  public func filed(under topic: String) -> Stage {
    Stage(
      name, summary, topic: topic, parameters: parameters, result: result, examples: examples,
      version: version, effort: effort, cost: cost, effect: effect, check: check,
      foresees: foresees, models: models, reads: reads, spends: spends, body: body)
  }
}

/// The arguments of one call, in the order of the parameters, all present and of fitting types.
public struct Arguments: Sendable {
  public let parameters: [ParameterInfo]
  public let values: [Value]
  public init(parameters: [ParameterInfo], values: [Value]) {
    self.parameters = parameters
    self.values = values
  }
  public subscript(name: String) -> Value? {
    zip(parameters, values).first { $0.0.name == name }?.1
  }

  /// The argument of a parameter as what a stage works with.
  ///
  /// - Throws: a ``Diagnostic`` when the parameter is of another type.
  public func read<Input: ValueConvertible>(_ name: String) throws -> Input {
    guard let value = self[name], let input = Input(value) else {
      throw Diagnostic.wrongArgument(name)
    }
    return input
  }
}

/// What the checker knows of a call before anything runs.
public struct CallShape: Sendable {
  public let stage: String
  /// By parameter name; only what was written or comes from a default.
  public let types: [String: ValueType]
  /// Those whose value is already known.
  public let constants: [String: Value]
  /// The names written in the call (or filled by `|>`), without defaults.
  public let given: Set<String>
  public let places: [String: SourcePlace]
  public init(
    stage: String, types: [String: ValueType], constants: [String: Value], given: Set<String>,
    places: [String: SourcePlace]
  ) {
    self.stage = stage
    self.types = types
    self.constants = constants
    self.given = given
    self.places = places
  }
}

struct ArgumentReader {
  private let arguments: Arguments
  private var index = 0
  init(_ arguments: Arguments) { self.arguments = arguments }

  mutating func next<Input: ValueConvertible>(_ type: Input.Type) throws -> Input {
    let position = index
    index += 1
    guard position < arguments.values.count, let input = Input(arguments.values[position]) else {
      throw Diagnostic.wrongArgument(nil)
    }
    return input
  }
}

extension Diagnostic {
  fileprivate static func wrongArgument(_ name: String?) -> Diagnostic {
    Diagnostic(
      "E0900",
      message: "an argument of the wrong type reached the stage" + (name.map { ": '\($0)'" } ?? ""),
      hint: "report this: the check should have found it")
  }
}
