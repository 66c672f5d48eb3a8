import Foundation

/// The beta distribution.
public struct Beta: Sendable {
  private let a: Double
  private let b: Double
  private let scale: Double

  /// - Requires: both above 0.
  public init(_ a: Double, _ b: Double) {
    (self.a, self.b) = (a, b)
    scale = lgamma(a + b) - lgamma(a) - lgamma(b)
  }

  /// Where the cumulative distribution reaches `share`, by halving.
  public func quantile(_ share: Double) -> Double {
    var (low, high) = (0.0, 1.0)
    for _ in 0..<80 {
      let middle = (low + high) / 2
      if cumulative(middle) < share { low = middle } else { high = middle }
    }
    return (low + high) / 2
  }

  /// The regularised incomplete beta function.
  public func cumulative(_ x: Double) -> Double {
    guard x > 0 else { return 0 }
    guard x < 1 else { return 1 }
    let front = exp(scale + a * log(x) + b * log1p(-x))
    return x < (a + 1) / (a + b + 2)
      ? front * Self.fraction(a, b, x) / a
      : 1 - front * Self.fraction(b, a, 1 - x) / b
  }

  /// The continued fraction of the incomplete beta function, by Lentz's method.
  ///
  /// - Source: NIST DLMF 8.17.22.
  private static func fraction(_ a: Double, _ b: Double, _ x: Double) -> Double {
    let tiny = 1e-300
    func away(_ value: Double) -> Double { abs(value) < tiny ? tiny : value }
    var (c, d) = (1.0, 1 / away(1 - (a + b) * x / (a + 1)))
    var value = d
    for step in 1...10_000 {
      let m = Double(step)
      let even = m * (b - m) * x / ((a + 2 * m - 1) * (a + 2 * m))
      let odd = -(a + m) * (a + b + m) * x / ((a + 2 * m) * (a + 2 * m + 1))
      for term in [even, odd] {
        d = 1 / away(1 + term * d)
        c = away(1 + term / c)
        value *= d * c
      }
      if abs(d * c - 1) < 1e-15 { break }
    }
    return value
  }
}
