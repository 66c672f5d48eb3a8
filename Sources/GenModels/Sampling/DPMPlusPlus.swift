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

  /// The stride of the last step and what it predicted.
  public var memory: [Float] {
    get { previous.map { [$0.stride] + $0.clean } ?? [] }
    set { previous = newValue.first.map { (Array(newValue.dropFirst()), $0) } }
  }

  public mutating func step(
    _ sample: inout [Float], from now: Float, to then: Float, predict: Prediction
  ) async throws -> [Float] {
    let clean = try await predict(sample, now)
    let stride = Self.logRatio(then) - Self.logRatio(now)
    var target = clean
    if let previous, previous.clean.count == clean.count, previous.stride.isFinite,
      stride.isFinite
    {
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

  public static func formula(of step: SteppedNumber) -> StepFormula {
    let stride = logRatio(step.then) - logRatio(step.now)
    let kept = (1 - step.then) / (1 - step.now)
    let gained = -step.then * expm1(-stride)
    let previous = step.previous.map {
      (stride: logRatio(step.now) - logRatio($0.now), clean: $0.clean)
    }
    guard let previous, previous.stride.isFinite, stride.isFinite else {
      return StepFormula(
        "x′ = (1 − t′)/(1 − t)·x + t′·(1 − e^−h)·x̂   (first order: h is infinite at either end)",
        "\(kept.fourDigits) · \(step.given.asTerm) + \(gained.fourDigits) · \(step.clean.asTerm)",
        kept * step.given + gained * step.clean)
    }
    let weight = stride / (2 * previous.stride)
    let target = step.clean + weight * (step.clean - previous.clean)
    return StepFormula(
      "h = log(t′/(1 − t′)) − log(t/(1 − t))   D = x̂ + h/(2·h₋)·(x̂ − x̂₋)   "
        + "x′ = (1 − t′)/(1 − t)·x + t′·(1 − e^−h)·D",
      "h = \(stride.fourDigits)   D = \(step.clean.fourDigits) + \(weight.fourDigits) · "
        + "(\(step.clean.fourDigits) − \(previous.clean.asTerm)) = \(target.fourDigits)   "
        + "x′ = \(kept.fourDigits) · \(step.given.asTerm) + \(gained.fourDigits) · \(target.asTerm)",
      kept * step.given + gained * target)
  }

  /// `log(alpha / sigma)`: minus infinity for noise, infinity for the clean sample.
  private static func logRatio(_ time: Float) -> Float { log(time) - log(1 - time) }
}
