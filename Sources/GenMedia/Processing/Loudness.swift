import Glibc

extension Audio {
  /// The largest sample, without its sign.
  public var peak: Float {
    channels.reduce(0) { most, samples in samples.reduce(most) { max($0, abs($1)) } }
  }

  /// The peak in decibels of full scale (dBFS); -∞ for silence.
  public var peakDecibels: Double { 20 * log10(Double(peak)) }

  /// How loud people find the whole sound, in LUFS; -∞ for silence, for less than 0.4 s and for
  /// fewer than 8000 samples a second.
  ///
  /// - Source: ITU-R BS.1770-4, annex 1: K-weighting, blocks of 400 ms, gates at -70 LUFS and 10 LU
  ///   below the mean. Filters for other rates than 48 kHz as in libebur128 1.2.6.
  /// - Departs: all channels weigh the same, also those behind.
  public var loudness: Double {
    let step = sampleRate / 10
    guard frameCount >= 4 * step, sampleRate >= 8000 else { return -.infinity }
    let powers = stepPowers(step)
    let blocks = (0...powers.count - 4).map { start in
      powers[start..<start + 4].reduce(0, +) / Double(4 * step)
    }
    func mean(above gate: Double) -> Double {
      let kept = blocks.filter { Audio.loudness(ofPower: $0) > gate }
      return kept.isEmpty ? 0 : kept.reduce(0, +) / Double(kept.count)
    }
    let gate = Audio.loudness(ofPower: mean(above: -70)) - 10
    return Audio.loudness(ofPower: mean(above: max(-70, gate)))
  }

  private static func loudness(ofPower power: Double) -> Double { -0.691 + 10 * log10(power) }

  /// The weighted power of each tenth of a second, summed over channels.
  private func stepPowers(_ step: Int) -> [Double] {
    var powers = [Double](repeating: 0, count: frameCount / step)
    for samples in channels {
      var shelf = Biquad.headShelf(Double(sampleRate))
      var pass = Biquad.lowCut(Double(sampleRate))
      for index in 0..<powers.count * step {
        let weighted = pass.next(shelf.next(Double(samples[index])))
        powers[index / step] += weighted * weighted
      }
    }
    return powers
  }
}

/// A filter of second order, in the transposed direct form II.
private struct Biquad {
  private let b: (Double, Double, Double)
  private let a: (Double, Double)
  private var state = (0.0, 0.0)

  private init(b: (Double, Double, Double), a: (Double, Double)) {
    self.b = b
    self.a = a
  }

  mutating func next(_ sample: Double) -> Double {
    let result = b.0 * sample + state.0
    state.0 = b.1 * sample - a.0 * result + state.1
    state.1 = b.2 * sample - a.1 * result
    return result
  }

  /// What a head does to sound: high tones are about 4 dB louder.
  static func headShelf(_ sampleRate: Double) -> Biquad {
    let k = tan(Double.pi * 1681.974450955533 / sampleRate)
    let quality = 0.7071752369554196
    let high = pow(10, 3.999843853973347 / 20)
    let middle = pow(high, 0.4996667741545416)
    let scale = 1 + k / quality + k * k
    return Biquad(
      b: (
        (high + middle * k / quality + k * k) / scale, 2 * (k * k - high) / scale,
        (high - middle * k / quality + k * k) / scale
      ), a: (2 * (k * k - 1) / scale, (1 - k / quality + k * k) / scale))
  }

  /// Low tones count less.
  static func lowCut(_ sampleRate: Double) -> Biquad {
    let k = tan(Double.pi * 38.13547087602444 / sampleRate)
    let quality = 0.5003270373238773
    let scale = 1 + k / quality + k * k
    return Biquad(
      b: (1, -2, 1), a: (2 * (k * k - 1) / scale, (1 - k / quality + k * k) / scale))
  }
}
