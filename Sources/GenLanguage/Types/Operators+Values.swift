import GenPipeline

/// Why two values have no result although their types have.
enum ArithmeticFailure: Error {
  case divisionByZero, overflow, notApplicable
  /// Whole models are neither added nor weighed.
  case wholeModel
}

extension Operators {
  /// What is none, as an entry that a table does not have, makes none of a sum; it is neither less
  /// nor greater than anything.
  /// - Throws: ``ArithmeticFailure``.
  static func value(
    _ sign: Operator, _ left: Value, _ right: Value
  ) throws(ArithmeticFailure) -> Value {
    if left.isNone || right.isNone, let value = missing(sign, left, right) { return value }
    switch sign {
    case .equal: return .bool(try equal(left, right))
    case .notEqual: return .bool(!(try equal(left, right)))
    case .less: return .bool(try compare(left, right) < 0)
    case .lessEqual: return .bool(try compare(left, right) <= 0)
    case .greater: return .bool(try compare(left, right) > 0)
    case .greaterEqual: return .bool(try compare(left, right) >= 0)
    case .and, .or:
      guard case .bool(let first) = left, case .bool(let second) = right else {
        throw .notApplicable
      }
      return .bool(sign == .and ? first && second : first || second)
    default: return try arithmetic(sign, left, right)
    }
  }

  private static func missing(_ sign: Operator, _ left: Value, _ right: Value) -> Value? {
    switch sign {
    case .equal, .notEqual: nil
    case .less, .lessEqual, .greater, .greaterEqual: .bool(false)
    case .and, .or: .bool(sign == .or && (left.isTrue || right.isTrue))
    default: Value.none
    }
  }

  private static func arithmetic(
    _ sign: Operator, _ left: Value, _ right: Value
  ) throws(ArithmeticFailure) -> Value {
    switch (left, right) {
    case (.int(let first), .int(let second)): return try whole(sign, first, second)
    case (.quantity, _), (_, .quantity): return try quantity(sign, left, right)
    case (.sampler(let first), .sampler(let second)):
      return .sampler(SamplerPlan(legs: first.legs + second.legs))
    case (.model(let first), .model(let second)):
      guard first.parts.isEmpty || second.parts.isEmpty else { throw .wholeModel }
      return .model(first.joined(with: second))
    case (.model(let choice), let factor), (let factor, .model(let choice)):
      guard let factor = factor.number else { throw .notApplicable }
      guard choice.parts.isEmpty else { throw .wholeModel }
      return .model(choice.scaled(by: factor))
    default: break
    }
    if let first = left.number, let second = right.number {
      return .number(try real(sign, first, second))
    }
    return .prompt(try prompt(sign, left, right))
  }

  static func whole(
    _ sign: Operator, _ left: Int, _ right: Int
  ) throws(ArithmeticFailure) -> Value {
    let (result, overflow): (Int, Bool)
    switch sign {
    case .add: (result, overflow) = left.addingReportingOverflow(right)
    case .subtract: (result, overflow) = left.subtractingReportingOverflow(right)
    case .multiply: (result, overflow) = left.multipliedReportingOverflow(by: right)
    case .divide: return .number(try real(.divide, Double(left), Double(right)))
    case .remainder:
      guard right != 0 else { throw .divisionByZero }
      let rest = left.remainderReportingOverflow(dividingBy: right)
      let isOpposite = rest.partialValue != 0 && (rest.partialValue < 0) != (right < 0)
      (result, overflow) = (rest.partialValue + (isOpposite ? right : 0), false)
    case .power: return try power(left, right)
    default: throw .notApplicable
    }
    guard !overflow else { throw .overflow }
    return .int(result)
  }

  private static func power(_ base: Int, _ exponent: Int) throws(ArithmeticFailure) -> Value {
    guard exponent >= 0 else {
      guard base != 0 else { throw .divisionByZero }
      return .number(try real(.power, Double(base), Double(exponent)))
    }
    var result = 1
    var square = base
    var left = exponent
    while left > 0 {
      if left & 1 == 1 {
        let (product, overflow) = result.multipliedReportingOverflow(by: square)
        guard !overflow else { throw .overflow }
        result = product
      }
      left >>= 1
      guard left > 0 else { break }
      let (product, overflow) = square.multipliedReportingOverflow(by: square)
      guard !overflow else { throw .overflow }
      square = product
    }
    return .int(result)
  }

  static func real(
    _ sign: Operator, _ left: Double, _ right: Double
  ) throws(ArithmeticFailure) -> Double {
    let result: Double
    switch sign {
    case .add: result = left + right
    case .subtract: result = left - right
    case .multiply: result = left * right
    case .divide:
      guard right != 0 else { throw .divisionByZero }
      result = left / right
    case .remainder:
      guard right != 0 else { throw .divisionByZero }
      let rest = left.truncatingRemainder(dividingBy: right)
      result = rest != 0 && (rest < 0) != (right < 0) ? rest + right : rest
    case .power: result = Powers.power(left, right)
    default: throw .notApplicable
    }
    guard result.isFinite else { throw .overflow }
    return result
  }

  private static func quantity(
    _ sign: Operator, _ left: Value, _ right: Value
  ) throws(ArithmeticFailure) -> Value {
    switch (left, right) {
    case (.quantity(let first), .quantity(let second)):
      let amount = try real(sign, first.amount, second.amount)
      if sign == .divide || sign == .multiply { return .number(amount) }
      guard first.dimension == second.dimension else { throw .notApplicable }
      return .quantity(Quantity(amount, first.dimension))
    case (.quantity(let first), _):
      guard let factor = right.number else { throw .notApplicable }
      return .quantity(Quantity(try real(sign, first.amount, factor), first.dimension))
    case (_, .quantity(let second)):
      guard let factor = left.number else { throw .notApplicable }
      return .quantity(Quantity(try real(sign, factor, second.amount), second.dimension))
    default: throw .notApplicable
    }
  }

  private static func prompt(
    _ sign: Operator, _ left: Value, _ right: Value
  ) throws(ArithmeticFailure) -> Prompt {
    if let first = Prompt(left), let second = Prompt(right) {
      return sign == .subtract ? first.avoiding(second) : first.joined(with: second)
    }
    if let weight = left.number, let prompt = Prompt(right) { return prompt.weighted(weight) }
    if let prompt = Prompt(left), let weight = right.number { return prompt.weighted(weight) }
    throw .notApplicable
  }

  static func negated(_ value: Value) throws(ArithmeticFailure) -> Value {
    switch value {
    case .int(let whole):
      guard whole != Int.min else { throw .overflow }
      return .int(-whole)
    case .number(let number): return .number(-number)
    case .none: return .none
    case .quantity(let quantity):
      return .quantity(Quantity(-quantity.amount, quantity.dimension))
    default: throw .notApplicable
    }
  }
}

extension Value {
  fileprivate var isNone: Bool { if case .none = self { true } else { false } }
  fileprivate var isTrue: Bool { if case .bool(true) = self { true } else { false } }

  var number: Double? { Double(self) }
}

extension Prompt {
  func joined(with other: Prompt) -> Prompt {
    Prompt(
      wanted: wanted + other.wanted, avoided: avoided + other.avoided,
      ending: ending.isEmpty && other.ending.isEmpty
        ? []
        : (ending.isEmpty ? wanted : ending) + (other.ending.isEmpty ? other.wanted : other.ending))
  }

  func avoiding(_ other: Prompt) -> Prompt {
    Prompt(wanted: wanted, avoided: avoided + other.wanted, ending: ending)
  }

  func weighted(_ weight: Double) -> Prompt {
    func scaled(_ parts: [Part]) -> [Part] {
      parts.map { Part($0.text, weight: $0.weight * weight) }
    }
    return Prompt(wanted: scaled(wanted), avoided: scaled(avoided), ending: scaled(ending))
  }
}
