import Glibc

extension Audio {
  /// The sound at another rate, as long and as high as before.
  ///
  /// - Throws: ``MediaError`` for rates that a sound cannot have.
  public func resampled(to rate: Int) throws -> Audio {
    guard rate != sampleRate else { return self }
    let count = max(1, Int((Double(frameCount) * Double(rate) / Double(sampleRate)).rounded()))
    try Audio.checkShape(sampleRate: rate, channelCount: channelCount, frameCount: count)
    let filter = SincFilter(step: Double(sampleRate) / Double(rate))
    return Audio(rate: rate, channels.map { filter.read($0, count: count) })
  }

  /// The sound `factor` times as fast, and as much higher, as a tape would play it.
  ///
  /// - Throws: ``MediaError/badArgument(_:)`` for factors outside 0.01…100.
  public func sped(by factor: Double) throws -> Audio {
    guard factor.isFinite, (0.01...100).contains(factor) else {
      throw MediaError.badArgument("a sound cannot be played \(factor) times as fast (0.01...100)")
    }
    let count = max(1, Int((Double(frameCount) / factor).rounded()))
    try Audio.checkShape(sampleRate: sampleRate, channelCount: channelCount, frameCount: count)
    let filter = SincFilter(step: factor)
    return mapChannels { filter.read($0, count: count) }
  }
}

/// Reads between samples, without what the new rate cannot hold.
///
/// A sinc of 32 zero crossings to each side under a Kaiser window (beta 9, stop band about -90 dB),
/// tabled 512 times between crossings with straight lines between.
///
/// - Source: J. O. Smith, "Digital Audio Resampling", the windowed-sinc method.
private struct SincFilter {
  /// Samples of the input for one of the output.
  let step: Double
  private let table: [Float]
  /// The pass band as a share of the input's.
  private let cutoff: Double
  private static let crossings = 32
  private static let density = 512

  init(step: Double) {
    self.step = step
    // A little below the limit leaves room for the filter's slope.
    cutoff = min(1, 1 / step) * 0.95
    let count = SincFilter.crossings * SincFilter.density
    let scale = SincFilter.bessel(9)
    table = (0...count + 1).map { index in
      let place = Double(index) / Double(SincFilter.density)
      let edge = min(1, Double(index) / Double(count))
      let window = SincFilter.bessel(9 * (1 - edge * edge).squareRoot()) / scale
      let wave = index == 0 ? 1 : sin(Double.pi * place) / (Double.pi * place)
      return Float(wave * window)
    }
  }

  func read(_ samples: [Float], count: Int) -> [Float] {
    let reach = Double(SincFilter.crossings) / cutoff
    let density = cutoff * Double(SincFilter.density)
    return samples.withUnsafeBufferPointer { samples in
      table.withUnsafeBufferPointer { table in
        (0..<count).map { index in
          let center = Double(index) * step
          let first = max(0, Int((center - reach).rounded(.up)))
          let last = min(samples.count - 1, Int(center + reach))
          guard first <= last else { return 0 }
          var sum: Float = 0
          for place in first...last {
            let distance = abs(Double(place) - center) * density
            let cell = Int(distance)
            let rest = Float(distance - Double(cell))
            sum += samples[place] * (table[cell] + (table[cell + 1] - table[cell]) * rest)
          }
          return sum * Float(cutoff)
        }
      }
    }
  }

  /// The modified Bessel function of the first kind and order 0.
  private static func bessel(_ value: Double) -> Double {
    var (sum, term, index) = (1.0, 1.0, 1.0)
    while term > sum * 1e-12 {
      term *= (value / 2 / index) * (value / 2 / index)
      sum += term
      index += 1
    }
    return sum
  }
}
