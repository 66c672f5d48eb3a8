import Foundation

extension Double {
  static func log(_ number: Double) -> Double { Foundation.log(number) }

  /// The logarithm of the gamma function, of a number above 0.
  static func logGamma(_ number: Double) -> Double { lgamma(number) }

  /// The logarithm of the beta function, of numbers above 0.
  static func logBeta(_ first: Double, _ second: Double) -> Double {
    lgamma(first) + lgamma(second) - lgamma(first + second)
  }

  /// The slope of ``logGamma(_:)``, of a number above 0.
  ///
  /// - Source: Abramowitz & Stegun, "Handbook of Mathematical Functions", 6.3.5 and 6.3.18.
  static func digamma(_ number: Double) -> Double {
    var (x, result) = (number, 0.0)
    while x < 10 {
      result -= 1 / x
      x += 1
    }
    let square = 1 / (x * x)
    let series =
      square
      * (1 / 12.0 - square
        * (1 / 120.0 - square
          * (1 / 252.0 - square
            * (1 / 240.0
              - square / 132.0))))
    return result + Foundation.log(x) - 0.5 / x - series
  }
}
