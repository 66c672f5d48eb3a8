import Foundation

/// Adds up privacy loss distributions: the tightest of the accountants. Where there is so little
/// noise, or there are so many steps, that these grow too wide, it says what ``RenyiAccountant``
/// says.
///
/// - Source: see ``LossDistribution``; the two neighbouring relations of a sampled mechanism by
///   Zhu, Dong & Wang 2022, arXiv:2106.08567.
public struct LossAccountant: PrivacyAccountant, Sendable {
  private var mechanisms: [SampledGaussian] = []
  /// How often counts of each rho were shown.
  private var counts: [Double: Int] = [:]
  /// The loss of all counts together, where it was worked out.
  private var countsLoss: LossDistribution?

  public init() {}

  public mutating func compose(_ mechanism: SampledGaussian) {
    if !mechanism.isIdle { mechanisms.append(mechanism) }
  }

  public mutating func compose(countsOfRho rho: Double) {
    if rho > 0 { counts[rho, default: 0] += 1 }
    countsLoss = nil
  }

  /// Works out what counts show together, once for all that is asked afterwards.
  mutating func settleCounts() {
    countsLoss = countsParts.flatMap { $0.isEmpty ? nil : LossDistribution.composed($0) }
  }

  /// Nil where one is too wide.
  private var countsParts: [(LossDistribution, Int)]? {
    if let countsLoss { return [(countsLoss, 1)] }
    var parts: [(LossDistribution, Int)] = []
    for (rho, times) in counts {
      guard let loss = LossDistribution(countsOfRho: rho) else { return nil }
      parts.append((loss, times))
    }
    return parts
  }

  private var isIdle: Bool { mechanisms.isEmpty && counts.isEmpty }

  public func epsilon(delta: Double) -> Double {
    guard !isIdle else { return 0 }
    if let losses { return losses.map { $0.epsilon(delta: delta) }.max() ?? 0 }
    var renyi = RenyiAccountant()
    for mechanism in mechanisms { renyi.compose(mechanism) }
    for (rho, times) in counts { renyi.compose(countsOfRho: rho * Double(times)) }
    return renyi.epsilon(delta: delta)
  }

  /// The least delta that is known to hold at an epsilon.
  public func delta(epsilon: Double) -> Double {
    guard !isIdle else { return 0 }
    return losses?.map { $0.delta(epsilon: epsilon) }.max() ?? 1
  }

  /// The loss of everything, of both changes; nil where it is too wide.
  private var losses: [LossDistribution]? {
    guard let shared = countsParts else { return nil }
    var composed: [LossDistribution] = []
    for change in RowChange.allCases {
      var parts = shared
      for mechanism in mechanisms {
        guard let loss = mechanism.loss(change) else { return nil }
        parts.append((loss, mechanism.stepCount))
      }
      guard let loss = LossDistribution.composed(parts) else { return nil }
      composed.append(loss)
    }
    return composed
  }
}

/// How two neighbouring tables differ.
enum RowChange: CaseIterable {
  case added, removed
}

extension SampledGaussian {
  /// The loss of one step; nil where it is too wide.
  func loss(_ change: RowChange) -> LossDistribution? {
    let reach = noise * NormalCurve.quantile(logShareAbove: LossDistribution.logStepTail - log(2.0))
    let ends =
      switch change {
      case .added: [loss(at: -reach, change), loss(at: reach + 1, change)]
      case .removed: [loss(at: -reach - 1, change), loss(at: reach, change)]
      }
    let interval = LossDistribution.interval
    guard ends[0] - ends[1] < interval * Double(LossDistribution.largestCount) else { return nil }
    let highest = Int((ends[0] / interval).rounded(.up))
    let lowest = Int((ends[1] / interval).rounded(.down))
    var deltas = (lowest...highest).map { delta(loss: Double($0) * interval, change) }
    // They fall, but for rounding.
    for place in deltas.indices.dropFirst() {
      deltas[place] = min(deltas[place], deltas[place - 1])
    }
    return LossDistribution(lowest: lowest, deltas: deltas)
  }

  /// How much a sum of `x` speaks for the first table; it falls with `x`.
  private func loss(at x: Double, _ change: RowChange) -> Double {
    let variance = noise * noise
    return switch change {
    case .added: -sampled((x - 0.5) / variance)
    case .removed: sampled((-0.5 - x) / variance)
    }
  }

  /// The logarithm of `1 - rate + rate * e^loss`.
  private func sampled(_ loss: Double) -> Double {
    var sum = LogSum()
    sum.add(log1p(-samplingRate))
    sum.add(log(samplingRate) + loss)
    return sum.logarithm
  }

  /// What ``sampled(_:)`` was made of; nil where it is below all that can be.
  private func unsampled(_ loss: Double) -> Double? {
    guard samplingRate < 1 else { return loss }
    // log(1 + (e^loss - 1) / rate), of large losses without e^loss.
    let excess =
      loss > 30
      ? loss - log(samplingRate) : log1p(max(-1, expm1(loss) / samplingRate))
    return excess > -.infinity ? excess : nil
  }

  /// The least delta of one step at an epsilon.
  private func delta(loss epsilon: Double, _ change: RowChange) -> Double {
    let variance = noise * noise
    let delta: Double
    switch change {
    case .added:
      guard let inner = unsampled(-epsilon) else { return 0 }
      let x = 0.5 + variance * inner
      let rest =
        (1 - samplingRate) * NormalCurve.share(below: x / noise)
        + samplingRate * NormalCurve.share(below: (x - 1) / noise)
      delta = NormalCurve.share(below: x / noise) - exp(epsilon + log(rest))
    case .removed:
      guard let inner = unsampled(epsilon) else { return -expm1(epsilon) }
      let x = -0.5 - variance * inner
      let first =
        (1 - samplingRate) * NormalCurve.share(below: x / noise)
        + samplingRate * NormalCurve.share(below: (x + 1) / noise)
      delta = first - exp(epsilon + NormalCurve.logShare(above: -x / noise))
    }
    return min(1, max(0, delta))
  }
}
