/// Straight steps along the velocity.
///
/// - Source: Lipman et al. 2022, arXiv:2210.02747v2, equation 23 read as an ordinary differential
///   equation; velocity `(clean - sample) / (1 - t)`.
public struct Euler: Sampler {
  public static let name = "euler"
  public static let evaluationCount = 1
  public init() {}

  public mutating func step(
    _ sample: inout [Float], from now: Float, to then: Float, predict: Prediction
  ) async throws -> [Float] {
    let clean = try await predict(sample, now)
    let share = (then - now) / (1 - now)
    for index in sample.indices { sample[index] += share * (clean[index] - sample[index]) }
    return clean
  }

  public static func formula(of step: SteppedNumber) -> StepFormula {
    let share = (step.then - step.now) / (1 - step.now)
    return StepFormula(
      "x′ = x + (t′ − t)/(1 − t) · (x̂ − x)",
      "\(step.given.fourDigits) + \(share.fourDigits) · "
        + "(\(step.clean.fourDigits) − \(step.given.asTerm))",
      step.given + share * (step.clean - step.given))
  }
}
