/// A step along the mean of the velocities at its start and at its end.
///
/// - Source: Karras et al. 2022, arXiv:2206.00364v2, algorithm 1, for the flow's velocity.
public struct Heun: Sampler {
  public static let name = "heun"
  public static let evaluationCount = 2
  public init() {}

  public mutating func step(
    _ sample: inout [Float], from now: Float, to then: Float, predict: Prediction
  ) async throws -> [Float] {
    let clean = try await predict(sample, now)
    var ahead = sample
    for index in sample.indices {
      ahead[index] += (then - now) / (1 - now) * (clean[index] - sample[index])
    }
    guard then < 1 else {
      sample = ahead
      return clean
    }
    let later = try await predict(ahead, then)
    for index in sample.indices {
      let first = (clean[index] - sample[index]) / (1 - now)
      let second = (later[index] - ahead[index]) / (1 - then)
      sample[index] += (then - now) * (first + second) / 2
    }
    return clean
  }
}
