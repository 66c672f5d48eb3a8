import Foundation

extension Float {
  static func cosine(_ angle: Float) -> Float { cosf(angle) }
  static func log(_ number: Float) -> Float { logf(number) }
}

extension Double {
  /// The number below which a standard normal number lies with a probability, by halving.
  ///
  /// - Requires: a probability from 1e-9 to 1 - 1e-9.
  static func normalQuantile(_ probability: Double) -> Double {
    var (low, high) = (-6.5, 6.5)
    for _ in 0..<50 {
      let middle = (low + high) / 2
      if 0.5 * erfc(-middle / 2.0.squareRoot()) < probability {
        low = middle
      } else {
        high = middle
      }
    }
    return (low + high) / 2
  }
}
