/// The times a flow is stepped through, from noise (0) to the clean sample (1).
///
/// A sample at time t is `t * clean + (1 - t) * noise`; its sigma is `1 - t`.
/// - Source: Esser et al. 2024, arXiv:2403.03206v1, section 5.3.2 (the shift).
public struct FlowSchedule: Sendable, Hashable {
  /// `stepCount + 1` rising times; the first is 0 and the last is 1.
  public let times: [Float]

  /// - Parameters:
  ///   - stepCount: At least 1; smaller numbers are taken as 1.
  ///   - shift: Above 1 spends more of the steps near the noise.
  public init(stepCount: Int, shift: Float = 1) {
    let count = max(1, stepCount)
    times = (0...count).map { index in
      let sigma = 1 - Float(index) / Float(count)
      return 1 - shift * sigma / (1 + (shift - 1) * sigma)
    }
  }

  init(times: [Float]) { self.times = times }

  public var stepCount: Int { times.count - 1 }

  /// The part of the schedule that starts where a share of the noise is left, for editing what is
  /// there already.
  ///
  /// - Parameter strength: 0 keeps everything, 1 starts from pure noise.
  public func starting(atStrength strength: Float) -> FlowSchedule {
    let skipped = min(stepCount, max(0, Int(((1 - strength) * Float(stepCount)).rounded())))
    return FlowSchedule(times: Array(times[skipped...]))
  }
}
