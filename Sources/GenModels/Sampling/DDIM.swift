/// Goes to the next noise level with the noise that the prediction implies.
///
/// - Source: Song et al. 2020, arXiv:2010.02502v4, equation 12 with eta 0, `alpha = t` and
///   `sigma = 1 - t`. For a flow these are Euler's steps, in another arithmetic.
public struct DDIM: Sampler {
  public static let name = "ddim"
  public static let evaluationCount = 1
  public init() {}

  public mutating func step(
    _ sample: inout [Float], from now: Float, to then: Float, predict: Prediction
  ) async throws -> [Float] {
    let clean = try await predict(sample, now)
    for index in sample.indices {
      let noise = (sample[index] - now * clean[index]) / (1 - now)
      sample[index] = then * clean[index] + (1 - then) * noise
    }
    return clean
  }

  public static func formula(of step: SteppedNumber) -> StepFormula {
    let noise = (step.given - step.now * step.clean) / (1 - step.now)
    return StepFormula(
      "ε = (x − t·x̂)/(1 − t)   x′ = t′·x̂ + (1 − t′)·ε",
      "ε = \(noise.fourDigits)   x′ = \(step.then.fourDigits) · \(step.clean.asTerm) + "
        + "\((1 - step.then).fourDigits) · \(noise.asTerm)",
      step.then * step.clean + (1 - step.then) * noise)
  }
}
