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

  public static func formula(of step: SteppedNumber) -> StepFormula {
    let stride = step.then - step.now
    let first = (step.clean - step.given) / (1 - step.now)
    let ahead = step.given + stride * first
    guard let later = step.later else {
      return StepFormula(
        "v = (x̂ − x)/(1 − t)   x′ = x + (t′ − t)·v   (the last step is Euler's)",
        "v = \(first.fourDigits)   x′ = \(step.given.fourDigits) + \(stride.fourDigits) · "
          + first.asTerm, ahead)
    }
    let second = (later - ahead) / (1 - step.then)
    return StepFormula(
      "v = (x̂ − x)/(1 − t)   x₁ = x + (t′ − t)·v   v₁ = (x̂₁ − x₁)/(1 − t′)   "
        + "x′ = x + (t′ − t)·(v + v₁)/2",
      "v = \(first.fourDigits)   x₁ = \(ahead.fourDigits)   v₁ = \(second.fourDigits)   "
        + "x′ = \(step.given.fourDigits) + \(stride.fourDigits) · "
        + "(\(first.fourDigits) + \(second.asTerm))/2",
      step.given + stride * (first + second) / 2)
  }
}
