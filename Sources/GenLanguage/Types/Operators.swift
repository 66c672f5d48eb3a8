import GenPipeline

/// What the signs between values mean, for types and for values.
///
/// - Source: `language.md` sections 1 and 5.
enum Operators {
  /// The type of `left sign right`; nil when the sign does not go between them.
  static func type(_ sign: Operator, _ left: ValueType, _ right: ValueType) -> ValueType? {
    switch sign {
    case .and, .or: logical(left, right)
    case .equal, .notEqual: comparable(left, right) ? .bool : nil
    case .less, .lessEqual, .greater, .greaterEqual: ordered(left, right) ? .bool : nil
    default: arithmetic(sign, left, right)
    }
  }

  private static func logical(_ left: ValueType, _ right: ValueType) -> ValueType? {
    left.fits(.bool) && right.fits(.bool) ? .bool : nil
  }

  private static func comparable(_ left: ValueType, _ right: ValueType) -> Bool {
    left.joined(with: right) != nil && left.signature == nil
  }

  private static func ordered(_ left: ValueType, _ right: ValueType) -> Bool {
    if left.isUnknown || right.isUnknown { return true }
    if left.isNumeric && right.isNumeric { return true }
    if case .quantity = left { return left == right }
    return left == .text && right == .text
  }

  private static func arithmetic(
    _ sign: Operator, _ left: ValueType, _ right: ValueType
  ) -> ValueType? {
    if left.isUnknown || right.isUnknown { return .unknown }
    switch (left, right) {
    case (.int, .int): return sign == .divide ? .number : .int
    case (.int, .number), (.number, .int), (.number, .number): return .number
    case (.quantity, _), (_, .quantity): return quantity(sign, left, right)
    case (.sampler, .sampler): return sign == .add ? .sampler : nil
    case (.model, .model): return sign == .add ? left : nil
    case (.model, _) where right.isNumeric: return sign == .multiply ? left : nil
    case (_, .model) where left.isNumeric: return sign == .multiply ? right : nil
    default: break
    }
    if isPromptLike(left), isPromptLike(right), sign == .add || sign == .subtract {
      return .prompt
    }
    let isWeighted =
      sign == .multiply
      && ((left.isNumeric && isPromptLike(right)) || (isPromptLike(left) && right.isNumeric))
    return isWeighted ? .prompt : nil
  }

  private static func isPromptLike(_ type: ValueType) -> Bool { type == .text || type == .prompt }

  private static func quantity(
    _ sign: Operator, _ left: ValueType, _ right: ValueType
  ) -> ValueType? {
    switch (left, sign, right) {
    case (.quantity, .add, _), (.quantity, .subtract, _), (.quantity, .remainder, _):
      left == right ? left : nil
    case (.quantity, .divide, .quantity): left == right ? .number : nil
    case (.quantity(.duration), .multiply, .quantity(.rate)),
      (.quantity(.rate), .multiply, .quantity(.duration)):
      .number
    case (.quantity, .multiply, _) where right.isNumeric: left
    case (.quantity, .divide, _) where right.isNumeric: left
    case (_, .multiply, .quantity) where left.isNumeric: right
    default: nil
    }
  }

  /// The type of `-operand`.
  static func negated(_ type: ValueType) -> ValueType? {
    switch type {
    case .int, .number, .quantity, .unknown: type
    default: nil
    }
  }
}
