import Foundation

/// The share of a normal distribution below a number.
func normalShare(below x: Double) -> Double { erfc(-x / 2.0.squareRoot()) / 2 }

/// The logarithm of the share of a normal distribution above a number, however small.
func logNormalTail(_ x: Double) -> Double {
  guard x > 30 else { return log(erfc(x / 2.0.squareRoot()) / 2) }
  // The asymptotic series; what is left out is below 1e-10 of the sum here.
  let inverse = 1 / (x * x)
  let series = 1 - inverse * (1 - 3 * inverse * (1 - 5 * inverse * (1 - 7 * inverse)))
  return -x * x / 2 - log(x) - log(2 * Double.pi) / 2 + log(series)
}

/// The number above which a normal distribution has a share, given by its logarithm.
///
/// - Requires: a share of at most a half.
func normalQuantile(logTail: Double) -> Double {
  smallest(in: 0...(-2 * logTail).squareRoot() + 1) { logNormalTail($0) <= logTail }
}
