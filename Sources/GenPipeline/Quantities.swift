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

extension Value {
  func amount(of dimension: Dimension) -> Double? {
    guard case .quantity(let quantity) = self, quantity.dimension == dimension else { return nil }
    return quantity.amount
  }
}
