/// An argument in seconds.
public struct Seconds: ValueConvertible, Hashable {
  public let amount: Double
  public init(_ amount: Double) { self.amount = amount }
  public static var valueType: ValueType { .quantity(.duration) }
  public init?(_ value: Value) {
    guard let amount = value.amount(of: .duration) else { return nil }
    self.amount = amount
  }
  public var value: Value { .quantity(Quantity(amount, .duration)) }
}

/// An argument in frames per second.
public struct FramesPerSecond: ValueConvertible, Hashable {
  public let amount: Double
  public init(_ amount: Double) { self.amount = amount }
  public static var valueType: ValueType { .quantity(.rate) }
  public init?(_ value: Value) {
    guard let amount = value.amount(of: .rate) else { return nil }
    self.amount = amount
  }
  public var value: Value { .quantity(Quantity(amount, .rate)) }
}

/// An argument in hertz.
public struct Hertz: ValueConvertible, Hashable {
  public let amount: Double
  public init(_ amount: Double) { self.amount = amount }
  public static var valueType: ValueType { .quantity(.frequency) }
  public init?(_ value: Value) {
    guard let amount = value.amount(of: .frequency) else { return nil }
    self.amount = amount
  }
  public var value: Value { .quantity(Quantity(amount, .frequency)) }
}

/// An argument in decibels.
public struct Decibels: ValueConvertible, Hashable {
  public let amount: Double
  public init(_ amount: Double) { self.amount = amount }
  public static var valueType: ValueType { .quantity(.gain) }
  public init?(_ value: Value) {
    guard let amount = value.amount(of: .gain) else { return nil }
    self.amount = amount
  }
  public var value: Value { .quantity(Quantity(amount, .gain)) }
}

extension Value {
  func amount(of dimension: Dimension) -> Double? {
    guard case .quantity(let quantity) = self, quantity.dimension == dimension else { return nil }
    return quantity.amount
  }
}
