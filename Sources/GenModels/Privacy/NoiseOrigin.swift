/// Where noise that protects rows comes from.
public enum NoiseOrigin: String, Codable, Sendable {
  /// The system's cryptographic source: nobody can draw the noise again and take it away. Two fits
  /// of the same table differ, whatever their seed.
  case system
  /// The seed of the run. Who knows the seed knows the noise, so **nothing is private**: for
  /// tests, and recorded as such.
  case seed
}

/// Draws noise.
struct NoiseGenerator: RandomNumberGenerator {
  private var system = SystemRandomNumberGenerator()
  private var seeded: SeriesGenerator?

  init(_ origin: NoiseOrigin, seed: UInt64) {
    seeded = origin == .seed ? SeriesGenerator(seed: seed, place: 0x6e6f_6973_65) : nil
  }

  mutating func next() -> UInt64 { seeded?.next() ?? system.next() }
}
