import GenTensor

/// What a ``Trainer`` trains: the program of a step, and what every step is given.
public protocol TrainingTask: Sendable {
  associatedtype Sizes: Sendable & Hashable & Codable
  associatedtype Example: Sendable

  var plan: TrainingPlan<Sizes> { get }
  /// Weights of the model that this does not train.
  var fixedWeights: [String: NDArray] { get }
  /// Facts for the file of weights.
  var metadata: [String: String] { get }

  /// One step of a phase. Beside what ``inputs(step:_:pool:)`` gives it takes `seed` and `number`
  /// (from 1), i64, and `rate`, f32; it returns `loss` and `norm`, one number each.
  func program(_ phase: TrainingPhase, weights: [String: NDArray]) throws -> Program

  /// What a step is given, drawn from its number alone.
  func inputs(
    step: Int, _ phase: TrainingPhase, pool: [Example]
  ) async throws -> [String: NDArray]

  /// Films that show how far the training is, one for each prompt.
  func samples(
    _ prompts: [String], _ phase: TrainingPhase, weights: [String: NDArray]
  ) async throws -> [FilmSamples]
}

extension TrainingTask {
  public var fixedWeights: [String: NDArray] { [:] }

  public func samples(
    _ prompts: [String], _ phase: TrainingPhase, weights: [String: NDArray]
  ) async throws -> [FilmSamples] { [] }
}

extension TrainingPlan {
  /// The examples that a step of a phase may choose from.
  func examples(forStep step: Int, _ phase: TrainingPhase) -> Range<Int> {
    let start = step * phase.chosenCount / max(useCount, 1)
    return start..<start + max(poolCount, phase.chosenCount)
  }
}

extension Graph {
  /// The last thing that a training program does: a step of the optimiser on all weights.
  func step<Sizes>(
    _ loss: Tensor, _ plan: TrainingPlan<Sizes>, with optimizer: AdamW, muon: Muon? = nil
  ) throws -> Program.NamedTensors {
    var optimizer = optimizer
    optimizer.averageDecay = plan.averageDecay
    let norm = try minimize(
      loss.reshaped(to: []), rate: input("rate", []), step: input("number", [], .i64),
      with: optimizer, muon: muon)
    return ["loss": loss.reshaped(to: [1]), "norm": norm.reshaped(to: [1])]
  }
}
