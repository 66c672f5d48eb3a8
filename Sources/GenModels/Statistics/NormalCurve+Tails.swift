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

  /// The number above which there is a share, given by its logarithm.
  ///
  /// - Requires: a share of at most a half.
  static func quantile(logShareAbove tail: Double) -> Double {
    smallest(in: 0...(-2 * tail).squareRoot() + 1) { logShare(above: $0) <= tail }
  }
}
