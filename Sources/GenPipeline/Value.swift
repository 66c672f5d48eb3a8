import GenMedia

/// A value of the language: small ones are here in full, heavy ones may still be a call to be run.
public enum Value: Sendable {
  case none
  case bool(Bool)
  case int(Int)
  case number(Double)
  case text(String)
  case color(Color)
  case quantity(Quantity)
  /// A bare word chosen among those that a parameter allows.
  case symbol(String)
  case list([Value])
  case record([RecordField])
  case grid(Grid)
  case prompt(Prompt)
  case sampler(SamplerPlan)
  case model(ModelChoice)
  case image(Image)
  case video(Video)
  case audio(Audio)
  case mesh(Mesh)
  case table(Table)
  case method(MethodChoice)
  case fitted(FittedModel)
  case trace(Trace)
  case function(FunctionValue)
  /// The result of a call that nobody has needed yet.
  case deferred(Node)
}

public struct RecordField: Sendable {
  public let name: String
  public let value: Value
  public init(_ name: String, _ value: Value) {
    self.name = name
    self.value = value
  }
}

/// An amount of something measured, in the base unit of its dimension.
public struct Quantity: Sendable, Hashable {
  public let dimension: Dimension
  public let amount: Double
  public init(_ amount: Double, _ dimension: Dimension) {
    self.amount = amount
    self.dimension = dimension
  }
}

/// A lambda, a `def` or a stage before any value flows.
public struct FunctionValue: Sendable {
  public let name: String
  public let type: ValueType
  /// What makes two equal functions equal: names and captured values, digested. Part of cache keys.
  public let identity: String
  /// What it says of a row, where that can be looked into.
  public let formula: RowFormula?
  public let call: @Sendable ([Value]) async throws -> Value

  public init(
    name: String, type: ValueType, identity: String, formula: RowFormula? = nil,
    call: @escaping @Sendable ([Value]) async throws -> Value
  ) {
    self.name = name
    self.type = type
    self.identity = identity
    self.formula = formula
    self.call = call
  }
}

/// What a picture or film should show, and what it should not.
public struct Prompt: Sendable, Hashable {
  public struct Part: Sendable, Hashable {
    public let text: String
    public let weight: Double
    public init(_ text: String, weight: Double = 1) {
      self.text = text
      self.weight = weight
    }
  }
  public var wanted: [Part]
  public var avoided: [Part]
  /// For `morph`: the prompt that the frames end with.
  public var ending: [Part]

  public init(wanted: [Part], avoided: [Part] = [], ending: [Part] = []) {
    self.wanted = wanted
    self.avoided = avoided
    self.ending = ending
  }
  public init(_ text: String) { self.init(wanted: [Part(text)]) }
}

/// Samplers one after the other, each with its number of steps.
public struct SamplerPlan: Sendable, Hashable {
  public struct Leg: Sendable, Hashable {
    public let name: String
    public let stepCount: Int
    public init(name: String, stepCount: Int) {
      self.name = name
      self.stepCount = stepCount
    }
  }
  public var legs: [Leg]
  public init(legs: [Leg]) { self.legs = legs }
}

/// One model or a mixture of several, with what is added to their weights; or additions alone, until
/// a model is put before them.
public struct ModelChoice: Sendable, Hashable {
  public struct Part: Sendable, Hashable {
    /// The name of a known model, or the path of a file of weights.
    public let name: String
    /// Of models how much of the mixture each is, of additions how strong they are.
    public let share: Double
    public init(_ name: String, share: Double = 1) {
      self.name = name
      self.share = share
    }
  }
  public let parts: [Part]
  public let additions: [Part]
  public let medium: ValueType?

  public init(parts: [Part], additions: [Part] = [], medium: ValueType? = nil) {
    (self.parts, self.additions, self.medium) = (parts, additions, medium)
  }
  public init(name: String, medium: ValueType? = nil) {
    self.init(parts: [Part(name)], medium: medium)
  }

  /// Everything that weights are read from.
  public var names: [String] { (parts + additions).map(\.name) }

  /// This with the share of all its parts and additions scaled.
  public func scaled(by factor: Double) -> ModelChoice {
    func scaled(_ parts: [Part]) -> [Part] {
      parts.map { Part($0.name, share: $0.share * factor) }
    }
    return ModelChoice(parts: scaled(parts), additions: scaled(additions), medium: medium)
  }

  /// The parts and additions of both, those of one name together.
  public func joined(with other: ModelChoice) -> ModelChoice {
    func merged(_ parts: [Part]) -> [Part] {
      parts.reduce(into: []) { result, part in
        if let known = result.firstIndex(where: { $0.name == part.name }) {
          result[known] = Part(part.name, share: result[known].share + part.share)
        } else {
          result.append(part)
        }
      }
    }
    return ModelChoice(
      parts: merged(parts + other.parts), additions: merged(additions + other.additions),
      medium: medium ?? other.medium)
  }
}
