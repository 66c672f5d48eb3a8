import GenMedia

/// A Swift type that stands for a type of the language in a stage's closure.
public protocol ValueConvertible: Sendable {
  static var valueType: ValueType { get }
  /// Reads the value, applying the language's implicit conversions; nil when it does not fit.
  init?(_ value: Value)
  var value: Value { get }
}

extension Int: ValueConvertible {
  public static var valueType: ValueType { .int }
  public init?(_ value: Value) {
    guard case .int(let whole) = value else { return nil }
    self = whole
  }
  public var value: Value { .int(self) }
}

extension Double: ValueConvertible {
  public static var valueType: ValueType { .number }
  public init?(_ value: Value) {
    switch value {
    case .int(let whole): self = Double(whole)
    case .number(let number): self = number
    default: return nil
    }
  }
  public var value: Value { .number(self) }
}

extension Bool: ValueConvertible {
  public static var valueType: ValueType { .bool }
  public init?(_ value: Value) {
    guard case .bool(let flag) = value else { return nil }
    self = flag
  }
  public var value: Value { .bool(self) }
}

extension String: ValueConvertible {
  public static var valueType: ValueType { .text }
  public init?(_ value: Value) {
    switch value {
    case .text(let text): self = text
    case .symbol(let word): self = word
    default: return nil
    }
  }
  public var value: Value { .text(self) }
}

extension Optional: ValueConvertible where Wrapped: ValueConvertible {
  public static var valueType: ValueType { .optional(Wrapped.valueType) }
  public init?(_ value: Value) {
    if case .none = value {
      self = .none
      return
    }
    guard let wrapped = Wrapped(value) else { return nil }
    self = .some(wrapped)
  }
  public var value: Value { map(\.value) ?? Value.none }
}

extension Array: ValueConvertible where Element: ValueConvertible {
  public static var valueType: ValueType { .list(Element.valueType) }
  public init?(_ value: Value) {
    guard case .list(let values) = value else { return nil }
    let elements = values.compactMap(Element.init)
    guard elements.count == values.count else { return nil }
    self = elements
  }
  public var value: Value { .list(map(\.value)) }
}

extension Prompt: ValueConvertible {
  public static var valueType: ValueType { .prompt }
  public init?(_ value: Value) {
    switch value {
    case .prompt(let prompt): self = prompt
    case .text(let text): self = Prompt(text)
    default: return nil
    }
  }
  public var value: Value { .prompt(self) }
}

extension SamplerPlan: ValueConvertible {
  public static var valueType: ValueType { .sampler }
  public init?(_ value: Value) {
    guard case .sampler(let plan) = value else { return nil }
    self = plan
  }
  public var value: Value { .sampler(self) }
}

extension ModelChoice: ValueConvertible {
  public static var valueType: ValueType { .model(nil) }
  public init?(_ value: Value) {
    guard case .model(let choice) = value else { return nil }
    self = choice
  }
  public var value: Value { .model(self) }
}

extension Image: ValueConvertible {
  public static var valueType: ValueType { .image }
  public init?(_ value: Value) {
    guard case .image(let image) = value else { return nil }
    self = image
  }
  public var value: Value { .image(self) }
}

extension Video: ValueConvertible {
  public static var valueType: ValueType { .video }
  public init?(_ value: Value) {
    guard case .video(let video) = value else { return nil }
    self = video
  }
  public var value: Value { .video(self) }
}

extension Audio: ValueConvertible {
  public static var valueType: ValueType { .audio }
  public init?(_ value: Value) {
    guard case .audio(let sound) = value else { return nil }
    self = sound
  }
  public var value: Value { .audio(self) }
}

extension Mesh: ValueConvertible {
  public static var valueType: ValueType { .mesh }
  public init?(_ value: Value) {
    guard case .mesh(let mesh) = value else { return nil }
    self = mesh
  }
  public var value: Value { .mesh(self) }
}

extension Table: ValueConvertible {
  public static var valueType: ValueType { .table(.unknown) }
  public init?(_ value: Value) {
    guard case .table(let table) = value else { return nil }
    self = table
  }
  public var value: Value { .table(self) }
}

extension Color: ValueConvertible {
  public static var valueType: ValueType { .color }
  public init?(_ value: Value) {
    switch value {
    case .color(let color): self = color
    case .text(let text): self.init(text)
    default: return nil
    }
  }
  public var value: Value { .color(self) }
}
