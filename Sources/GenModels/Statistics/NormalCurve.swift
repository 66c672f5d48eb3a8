import Foundation

/// The standard normal distribution.
enum NormalCurve {
  /// Beyond this on either side no number is drawn: one in 10^10.
  static let edge = 6.5

  static func density(_ z: Double) -> Double { exp(-z * z / 2) / (2 * Double.pi).squareRoot() }

  /// The probability of a number below `z`.
  static func share(below z: Double) -> Double { erfc(-z / 2.0.squareRoot()) / 2 }

  /// Where so much lies below, by halving; the edge for a share that lies beyond.
  static func quantile(_ wanted: Double) -> Double {
    guard wanted >= 1e-9 else { return -edge }
    guard wanted <= 1 - 1e-9 else { return edge }
    var (low, high) = (-edge, edge)
    for _ in 0..<50 {
      let middle = (low + high) / 2
      if share(below: middle) < wanted { low = middle } else { high = middle }
    }
    return (low + high) / 2
  }

  /// The mean of the numbers of an interval.
  static func mean(of interval: ClosedRange<Double>) -> Double {
    let (low, high) = (interval.lowerBound, interval.upperBound)
    let mass = share(below: high) - share(below: low)
    guard high - low > 1e-9, mass > 1e-12 else { return (low + high) / 2 }
    return (density(low) - density(high)) / mass
  }

  /// A number of an interval, from a number of 0…1.
  static func drawn(_ uniform: Double, from interval: ClosedRange<Double>) -> Double {
    var (low, high) = (interval.lowerBound, interval.upperBound)
    // In the right tail the logarithms of shares keep their digits.
    let isMirrored = low + high < 0
    if isMirrored { (low, high) = (-high, -low) }
    let (above, beyond) = (logShare(above: low), logShare(above: high))
    let wanted = above + log1p(uniform * expm1(beyond - above))
    for _ in 0..<60 {
      let middle = (low + high) / 2
      if logShare(above: middle) > wanted { low = middle } else { high = middle }
    }
    return (isMirrored ? -1 : 1) * (low + high) / 2
  }
}

/// Normal numbers, two from each pair of uniform ones.
///
/// - Source: Box & Muller 1958.
struct NormalNumbers {
  private var random: SeriesGenerator
  private var spare: Double?

  init(_ random: SeriesGenerator) { self.random = random }

  mutating func uniform() -> Double { Double.random(in: 0..<1, using: &random) }

  mutating func next() -> Double {
    if let spare {
      self.spare = nil
      return spare
    }
    let radius = (-2 * Foundation.log(1 - uniform())).squareRoot()
    let angle = 2 * Double.pi * uniform()
    spare = radius * sin(angle)
    return radius * cos(angle)
  }
}
