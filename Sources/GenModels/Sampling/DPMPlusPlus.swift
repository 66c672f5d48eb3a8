import Glibc

/// Second-order multistep solver in half the logarithm of the signal-to-noise ratio.
///
/// - Source: Lu et al. 2022, arXiv:2211.01095v2, algorithm 2 (2M), with `alpha = t` and
///   `sigma = 1 - t`. The first and the last step are of first order.
public struct DPMPlusPlus: Sampler {
  public static let name = "dpmpp"
  public static let evaluationCount = 1
  private var previous: (clean: [Float], stride: Float)?
  public init() {}

  public mutating func step(
    _ sample: inout [Float], from now: Float, to then: Float, predict: Prediction
  ) async throws -> [Float] {
    let clean = try await predict(sample, now)
    let stride = Self.logRatio(then) - Self.logRatio(now)
    var target = clean
    if let previous, previous.stride.isFinite, stride.isFinite {
      let weight = stride / (2 * previous.stride)
      for index in target.indices {
        target[index] += weight * (clean[index] - previous.clean[index])
      }
    }
    let kept = (1 - then) / (1 - now)
    let gained = -then * expm1(-stride)
    for index in sample.indices {
      sample[index] = kept * sample[index] + gained * target[index]
    }
    previous = (clean, stride)
    return clean
  }

  /// `log(alpha / sigma)`: minus infinity for noise, infinity for the clean sample.
  private static func logRatio(_ time: Float) -> Float { log(time) - log(1 - time) }
}
