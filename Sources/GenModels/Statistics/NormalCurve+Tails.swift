import Foundation

extension NormalCurve {
  /// The logarithm of the share above a number, however small.
  static func logShare(above z: Double) -> Double {
    guard z > 30 else { return log(erfc(z / 2.0.squareRoot()) / 2) }
    // The asymptotic series; what is left out is below 1e-10 of the sum here.
    let inverse = 1 / (z * z)
    let series = 1 - inverse * (1 - 3 * inverse * (1 - 5 * inverse * (1 - 7 * inverse)))
    return -z * z / 2 - log(z) - log(2 * Double.pi) / 2 + log(series)
  }

  /// The logarithm of the share in an interval, however small.
  static func logShare(of interval: ClosedRange<Double>) -> Double {
    var (low, high) = (interval.lowerBound, interval.upperBound)
    if low + high < 0 { (low, high) = (-high, -low) }
    let width = high - low
    // The density hardly changes in so narrow an interval.
    if width < 1e-5 { return log(width) - pow((low + high) / 2, 2) / 2 - log(2 * Double.pi) / 2 }
    let above = logShare(above: low)
    return above + log(-expm1(logShare(above: high) - above))
  }

  /// The number above which there is a share, given by its logarithm.
  ///
  /// - Requires: a share of at most a half.
  static func quantile(logShareAbove tail: Double) -> Double {
    smallest(in: 0...(-2 * tail).squareRoot() + 1) { logShare(above: $0) <= tail }
  }
}
