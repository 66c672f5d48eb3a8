/// Whole-number noise with probabilities in proportion to e^(-x² / (2 variance)).
///
/// Drawn with whole numbers only, so that no rounding of floating-point numbers gives away what
/// was added to what (Mironov 2012).
///
/// - Source: Canonne, Kamath & Steinke 2020, arXiv:2004.00010, algorithms 1 to 3.
struct DiscreteGaussian {
  /// The variance in sixteenths.
  private let sixteenths: UInt128
  /// The scale of the Laplace noise that proposals are drawn from.
  private let scale: UInt128

  var variance: Double { Double(sixteenths) / 16 }

  /// - Parameter variance: Rounded up to a sixteenth.
  /// - Returns: nil for a variance that is not above 0, or above 2^40.
  init?(variance: Double) {
    guard variance > 0, variance <= 0x1p40 else { return nil }
    sixteenths = UInt128((variance * 16).rounded(.up))
    scale = UInt128(variance.squareRoot().rounded(.down)) + 1
  }

  func draw(_ random: inout some RandomNumberGenerator) -> Int {
    while true {
      let proposal = laplace(&random)
      // (|x| - variance / scale)² / (2 variance), as a fraction.
      let (size, centre) = (UInt128(proposal.magnitude) * scale * 16, sixteenths)
      let distance = size > centre ? size - centre : centre - size
      let isKept = Self.isHit(
        exponent: distance * distance, over: 32 * sixteenths * scale * scale, &random)
      if isKept { return proposal }
    }
  }

  /// A whole number x with a probability in proportion to e^(-|x| / scale).
  private func laplace(_ random: inout some RandomNumberGenerator) -> Int {
    while true {
      let rest = UInt128.random(in: 0..<scale, using: &random)
      guard Self.isHit(exponent: rest, over: scale, &random) else { continue }
      var wholes = UInt128(0)
      while Self.isHit(exponent: 1, over: 1, &random) { wholes += 1 }
      let size = Int(rest + scale * wholes)
      let isNegative = Bool.random(using: &random)
      if isNegative, size == 0 { continue }
      return isNegative ? -size : size
    }
  }

  /// True with probability e^(-numerator / denominator).
  static func isHit(
    exponent numerator: UInt128, over denominator: UInt128,
    _ random: inout some RandomNumberGenerator
  ) -> Bool {
    var wholes = numerator / denominator
    while wholes > 0 {
      guard isHitBelowOne(1, 1, &random) else { return false }
      wholes -= 1
    }
    return isHitBelowOne(numerator % denominator, denominator, &random)
  }

  private static func isHitBelowOne(
    _ numerator: UInt128, _ denominator: UInt128, _ random: inout some RandomNumberGenerator
  ) -> Bool {
    var count: UInt128 = 1
    while UInt128.random(in: 0..<denominator * count, using: &random) < numerator { count += 1 }
    return count % 2 == 1
  }
}
