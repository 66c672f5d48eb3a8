import Foundation
import GenDigest

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
  private var system = SecureRandom()
  private var seeded: SeriesGenerator?

  init(_ origin: NoiseOrigin, seed: UInt64) {
    seeded = origin == .seed ? SeriesGenerator(seed: seed, place: 0x6e6f_6973_65) : nil
  }

  mutating func next() -> UInt64 { seeded?.next() ?? system.next() }

  /// Standard normal numbers, each made of four others, so that the rounding of Doubles does not give
  /// away what was added to what.
  ///
  /// - Source: Box & Muller 1958; Holohan & Braghin 2021, arXiv:2107.10138, section 4.
  mutating func normals(_ count: Int) -> [Float] {
    (0..<count).map { _ in
      let (first, second) = (normalPair(), normalPair())
      return Float((first.0 + first.1 + second.0 + second.1) / 2)
    }
  }

  private mutating func normalPair() -> (Double, Double) {
    // Above 0, so that its logarithm is finite.
    let radius = (-2 * log(Double((next() >> 11) + 1) * 0x1p-53)).squareRoot()
    let angle = 2 * Double.pi * Double(next() >> 11) * 0x1p-53
    return (radius * cos(angle), radius * sin(angle))
  }

  /// Some of `count` places, each with the same probability, whatever the others.
  mutating func sample(_ count: Int, rate: Double) -> [Int] {
    guard rate < 1 else { return Array(0..<count) }
    let bound = UInt64(rate * 0x1p64)
    return (0..<count).filter { _ in next() < bound }
  }
}
