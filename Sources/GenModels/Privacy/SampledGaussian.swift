import Foundation

/// A sum to which Gaussian noise is added, over and over, each time of a part of the rows that is
/// chosen anew: what DP-SGD does with gradients.
///
/// Every row is in a part with the same probability, whatever the others (Poisson sampling).
public struct SampledGaussian: Hashable, Codable, Sendable {
  /// Standard deviation of the noise in units of what one row can add to the sum.
  public let noise: Double
  /// With what probability a row takes part in a step, 0…1.
  public let samplingRate: Double
  public let stepCount: Int

  /// - Throws: ``PrivacyError/mechanism(_:)``.
  public init(noise: Double, samplingRate: Double, stepCount: Int) throws {
    guard noise > 0, noise.isFinite else {
      throw PrivacyError.mechanism("the noise is \(noise): it has to be a number above 0")
    }
    guard (0...1).contains(samplingRate) else {
      throw PrivacyError.mechanism("the sampling rate is \(samplingRate), not within 0 and 1")
    }
    guard (0...1_000_000_000).contains(stepCount) else {
      throw PrivacyError.mechanism(
        "the number of steps is \(stepCount), not within 0 and a billion")
    }
    (self.noise, self.samplingRate, self.stepCount) = (noise, samplingRate, stepCount)
  }

  /// Whether anything of any row is used at all.
  var isIdle: Bool { samplingRate == 0 || stepCount == 0 }
}

/// Adds up what mechanisms that run on the same rows show together.
public protocol PrivacyAccountant {
  init()
  mutating func compose(_ mechanism: SampledGaussian)

  /// Counts, of which one row changes one by one, with ``DiscreteGaussian`` noise that costs rho.
  mutating func compose(countsOfRho rho: Double)

  /// The least epsilon that is known to hold at a delta; infinite where none is.
  func epsilon(delta: Double) -> Double
}

extension PrivacyAccountant {
  /// The least noise with which a number of steps stays within a budget.
  ///
  /// - Parameters:
  ///   - other: What else is shown of the same rows.
  ///   - guess: Noise that may be near, and rather too much.
  ///   - tolerance: The share by which it may be above the least.
  /// - Returns: the noise in units of what one row can add.
  /// - Throws: ``PrivacyError``.
  public static func noise(
    within budget: PrivacyBudget, samplingRate: Double, stepCount: Int, beside other: Self = Self(),
    near guess: Double? = nil, tolerance: Double = 1e-5
  ) throws -> Double {
    /// By what factor epsilon is above the budget's, as a logarithm.
    func excess(_ noise: Double) throws -> Double {
      var accountant = other
      accountant.compose(
        try SampledGaussian(noise: noise, samplingRate: samplingRate, stepCount: stepCount))
      return log(accountant.epsilon(delta: budget.delta) / budget.epsilon)
    }
    var high = (noise: guess ?? 1, excess: try excess(guess ?? 1))
    while high.excess > 0 {
      guard high.noise < 0x1p40 else { throw PrivacyError.unreachable(budget) }
      high = (high.noise * 2, try excess(high.noise * 2))
    }
    let step = guess == nil ? 2 : 1.1
    var low = (noise: high.noise / step, excess: try excess(high.noise / step))
    while low.excess <= 0, low.noise > 0x1p-10 {
      (low, high) = ((low.noise / 2, try excess(low.noise / 2)), low)
    }
    // Epsilon falls about like a power of the noise; a little to one side of where that leads and
    // then to the other, so that both bounds come near. Halving now and then bounds the rounds.
    var (side, round) = (2e-6, 0)
    while high.noise > low.noise * (1 + tolerance), low.excess > 0 {
      round += 1
      let share = low.excess / (low.excess - high.excess)
      let guess = low.noise * pow(high.noise / low.noise, share) * (1 + side)
      let isUsable =
        guess > low.noise && guess < high.noise && high.excess > -.infinity && round % 4 != 0
      let noise = isUsable ? guess : (low.noise * high.noise).squareRoot()
      let found = (noise, try excess(noise))
      if found.1 <= 0 { (high, side) = (found, -2e-6) } else { (low, side) = (found, 2e-6) }
    }
    return high.noise
  }
}
