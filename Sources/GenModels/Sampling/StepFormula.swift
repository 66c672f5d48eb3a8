import Foundation

/// One number of a sample and what it met in one step.
public struct SteppedNumber: Sendable {
  /// The times before and after the step.
  public let now: Float
  public let then: Float
  /// The number before the step, and in the predicted clean sample.
  public let given: Float
  public let clean: Float
  /// What was predicted at the end of the step, by samplers that ask twice.
  public let later: Float?
  /// The step before by the same sampler: when it began and what it predicted.
  public let previous: (now: Float, clean: Float)?

  public init(
    from now: Float, to then: Float, given: Float, clean: Float, later: Float? = nil,
    previous: (now: Float, clean: Float)? = nil
  ) {
    (self.now, self.then, self.given, self.clean) = (now, then, given, clean)
    (self.later, self.previous) = (later, previous)
  }
}

/// A sampler's step in symbols, and with the numbers of one step in their places.
///
/// `x` is the sample, `x̂` the predicted clean one, `t` the time (0 is noise, 1 is clean), `′` marks
/// what comes after the step and `₋` what came before it.
public struct StepFormula: Sendable {
  public let symbols: String
  public let numbers: String
  /// What the numbers come to.
  public let result: Float

  init(_ symbols: String, _ numbers: String, _ result: Float) {
    (self.symbols, self.numbers, self.result) = (
      symbols, "\(numbers) = \(result.fourDigits)", result
    )
  }
}

extension Float {
  /// Rounded to four digits, with the minus sign of books: `−0.0420`.
  public var fourDigits: String {
    let text = String(format: "%.4f", Double(magnitude))
    return self < 0 && text != "0.0000" ? "−" + text : text
  }

  /// The same as a factor or a term: in brackets where it is negative.
  public var asTerm: String { self < 0 ? "(\(fourDigits))" : fourDigits }
}
