import Foundation
import GenPipeline

/// Arithmetic beyond the signs.
public enum NumberVerbs {
  @CatalogBuilder public static var stages: [Stage] {
    rounding
    measuring
    functions
  }

  @CatalogBuilder private static var rounding: [Stage] {
    Stage(
      "round", "Rounds to the nearest whole number, or to some decimal places.", topic: "values",
      parameters: [
        ParameterInfo("number", "The number to round.", .number),
        ParameterInfo("to", "Decimal places.", .int, in: 0...15, default: .int(0)),
      ],
      result: .byArguments { $0.given.contains("to") ? .number : .int },
      examples: [
        .init("round(2.5)", "3"), .init("round(3.14159, to: 2)", "3.14"),
      ], effort: .instant
    ) { arguments in
      let given = Given(arguments)
      let places = try given.whole(1)
      guard let number = Double(given[0]) else { throw Diagnostic.wrongKind() }
      if places == 0 { return try whole(number.rounded(), "round") }
      let scale = pow(10, Double(places))
      let scaled = number * scale
      return .number(scaled.isFinite ? scaled.rounded() / scale : number)
    }
    Stage(
      "floor", "Rounds down to a whole number.", topic: "values",
      Parameter("number", "The number to round."),
      examples: [.init("floor(-2.5)", "-3")], effort: .instant, result: .fixed(.int)
    ) { (number: Double) in try Whole(number.rounded(.down), "floor") }
    Stage(
      "ceil", "Rounds up to a whole number.", topic: "values",
      Parameter("number", "The number to round."),
      examples: [.init("ceil(2.1)", "3")], effort: .instant, result: .fixed(.int)
    ) { (number: Double) in try Whole(number.rounded(.up), "ceil") }
  }

  @CatalogBuilder private static var measuring: [Stage] {
    Stage(
      "abs", "Takes the sign away.", topic: "values",
      parameters: [ParameterInfo("value", "A number or an amount.", .anything)],
      result: .byArguments { try numeric($0, "value", "abs") },
      examples: [.init("abs(-3)", "3"), .init("abs(-6dB)", "6dB")], effort: .instant
    ) { arguments in
      switch try await Given.known(Given(arguments)[0]) {
      case .int(let whole):
        guard whole != Int.min else { throw Diagnostic.outsideNumbers("abs") }
        return .int(Swift.abs(whole))
      case .number(let number): return .number(Swift.abs(number))
      case .quantity(let quantity):
        return .quantity(Quantity(Swift.abs(quantity.amount), quantity.dimension))
      default: throw Diagnostic.wrongKind()
      }
    }
    Stage(
      "clamp", "Keeps a value between two others.", topic: "values",
      parameters: [
        ParameterInfo("value", "A number or an amount.", .anything),
        ParameterInfo("low", "The least that comes out.", .anything),
        ParameterInfo("high", "The most that comes out.", .anything),
      ],
      result: .byArguments { try numeric($0, "value", "clamp") },
      examples: [.init("clamp(12, low: 0, high: 10)", "10")], effort: .instant
    ) { arguments in
      let given = Given(arguments)
      let low = try await Given.known(given[1])
      let high = try await Given.known(given[2])
      let value = try await Given.known(given[0])
      if let order = value.order(to: low), order < 0 { return low }
      if let order = value.order(to: high), order > 0 { return high }
      return value
    }
  }

  @CatalogBuilder private static var functions: [Stage] {
    Stage(
      "sqrt", "The square root.", topic: "values",
      Parameter("number", "A number from 0 up.", in: 0...Double.greatestFiniteMagnitude),
      examples: [.init("sqrt(9)", "3")], effort: .instant
    ) { (number: Double) in number.squareRoot() }
    Stage(
      "exp", "The number e to a power.", topic: "values", Parameter("number", "The power."),
      examples: [.init("exp(0)", "1")], effort: .instant
    ) { (number: Double) in try finite(Foundation.exp(number), "exp") }
    Stage(
      "log", "The natural logarithm.", topic: "values", Parameter("number", "A number above 0."),
      examples: [.init("log(1)", "0")], effort: .instant
    ) { (number: Double) in try finite(Foundation.log(number), "log") }
    Stage(
      "sin", "The sine of an angle.", topic: "values",
      Parameter<Degrees>("angle", "The angle."),
      examples: [.init("sin(90deg)", "1")], effort: .instant
    ) { (angle: Degrees) in Foundation.sin(angle.radians) }
    Stage(
      "cos", "The cosine of an angle.", topic: "values",
      Parameter<Degrees>("angle", "The angle."),
      examples: [.init("cos(0deg)", "1")], effort: .instant
    ) { (angle: Degrees) in Foundation.cos(angle.radians) }
    Stage(
      "number", "Reads a number from a text.", topic: "values",
      Parameter("text", "Digits, perhaps with a sign, a fraction and an exponent."),
      examples: [.init("number(\"0.5\")", "0.5")], effort: .instant
    ) { (text: String) in
      let trimmed = text.trimmingCharacters(in: .whitespaces)
      let allowed = trimmed.unicodeScalars.allSatisfy {
        "0123456789.+-eE".unicodeScalars.contains($0)
      }
      guard allowed, let number = Double(trimmed), number.isFinite else {
        throw Diagnostic.notANumber(text)
      }
      return number
    }
  }

  private static func finite(_ number: Double, _ stage: String) throws -> Double {
    guard number.isFinite else { throw Diagnostic.outsideNumbers(stage) }
    return number
  }

  private static func whole(_ number: Double, _ stage: String) throws -> Value {
    guard let whole = Int(exactly: number) else { throw Diagnostic.outsideNumbers(stage) }
    return .int(whole)
  }

  private static func numeric(
    _ shape: CallShape, _ name: String, _ stage: String
  ) throws -> ValueType {
    let type = shape.types[name] ?? .unknown
    switch type {
    case .int, .number, .quantity, .unknown: return type
    default: throw Diagnostic.notANumberType(stage, type).placed(at: shape.places[name])
    }
  }

  /// A whole number that came out of one with a fraction.
  private struct Whole: ValueConvertible {
    let number: Int
    init(_ number: Double, _ stage: String) throws {
      guard let whole = Int(exactly: number) else { throw Diagnostic.outsideNumbers(stage) }
      self.number = whole
    }
    static var valueType: ValueType { .int }
    init?(_ value: Value) {
      guard case .int(let whole) = value else { return nil }
      number = whole
    }
    var value: Value { .int(number) }
  }
}

/// An argument in degrees.
struct Degrees: ValueConvertible {
  let amount: Double
  var radians: Double { amount * .pi / 180 }
  static var valueType: ValueType { .quantity(.angle) }
  init?(_ value: Value) {
    guard case .quantity(let quantity) = value, quantity.dimension == .angle else { return nil }
    amount = quantity.amount
  }
  var value: Value { .quantity(Quantity(amount, .angle)) }
}
