import Foundation

/// Zero-concentrated differential privacy: what Gaussian noise and the exponential mechanism cost,
/// as a number rho that adds up over everything that was asked.
///
/// - Source: Bun & Steinke 2016, arXiv:1605.02065; to epsilon and delta by corollary 13 of Canonne,
///   Kamath & Steinke 2020, arXiv:2004.00010.
public enum ConcentratedPrivacy {
  /// The standard deviation of noise on counts, of which one row changes one by one.
  public static func noise(rho: Double) -> Double { (1 / (2 * rho)).squareRoot() }

  /// What counts with noise of this standard deviation cost.
  public static func rho(noise: Double) -> Double { 1 / (2 * noise * noise) }

  /// The epsilon at which an exponential mechanism costs rho.
  ///
  /// - Source: Rogers & Steinke 2021, "A better privacy analysis of the exponential mechanism".
  public static func selectionEpsilon(rho: Double) -> Double { (8 * rho).squareRoot() }

  /// The smallest delta that goes with an epsilon.
  public static func delta(rho: Double, epsilon: Double) -> Double {
    guard rho > 0 else { return 0 }
    // The order alpha at which the bound is least is where its derivative is 0.
    var (low, high) = (1.01, (epsilon + 1) / (2 * rho) + 2)
    for _ in 0..<200 {
      let order = (low + high) / 2
      let slope = (2 * order - 1) * rho - epsilon + log1p(-1 / order)
      if slope < 0 { low = order } else { high = order }
    }
    let order = (low + high) / 2
    let bound = (order - 1) * (order * rho - epsilon) + order * log1p(-1 / order)
    return min(1, exp(bound) / (order - 1))
  }

  /// The smallest epsilon that goes with a delta.
  public static func epsilon(rho: Double, delta: Double) -> Double {
    guard rho > 0 else { return 0 }
    // Proposition 1.3 of Bun & Steinke is an upper bound.
    let bound = rho + 2 * (rho * log(1 / delta)).squareRoot()
    return smallest(in: 0...bound) { self.delta(rho: rho, epsilon: $0) <= delta }
  }

  /// The largest rho that is within an epsilon and a delta.
  static func rho(epsilon: Double, delta: Double) -> Double {
    var (low, high) = (0.0, epsilon + 1)
    for _ in 0..<200 {
      let middle = (low + high) / 2
      if self.delta(rho: middle, epsilon: epsilon) <= delta { low = middle } else { high = middle }
    }
    return low
  }
}

/// The least number of a range for which something holds, to the last places of a Double.
///
/// - Requires: it holds for all numbers above one for which it holds, the upper bound among them.
func smallest(
  in range: ClosedRange<Double>, within tolerance: Double = 0,
  where holds: (Double) throws -> Bool
) rethrows -> Double {
  var (low, high) = (range.lowerBound, range.upperBound)
  for _ in 0..<200 where high - low > tolerance * high {
    let middle = low + (high - low) / 2
    guard middle > low, middle < high else { break }
    if try holds(middle) { high = middle } else { low = middle }
  }
  return high
}
