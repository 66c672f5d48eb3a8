import GenMedia
import GenTensor

/// Trains a network with noise that hides every single row: DP-SGD, moved by Adam.
///
/// Which rows take part in a step is drawn anew for each, and stays secret like the noise. Nothing is
/// kept in a file meanwhile and no losses are told: they would show rows.
///
/// - Source: Abadi et al. 2016, arXiv:1607.00133v2, algorithm 1.
/// - Departs: Adam moves the weights, by the noisy sums alone.
struct ProtectedTraining<Method: RowTrained> {
  let settings: Method.Settings
  let rows: EncodedRows
  let run: FittingRun
  /// How many rows there are, about.
  let total: Double

  /// What a row may add to the sum of gradients.
  private static var maximumNorm: Float { 1 }
  /// Rows that are run at once; more are run one lot after the other.
  private static var lotCount: Int { 512 }

  /// - Returns: what the networks keep, by name.
  /// - Throws: ``PrivacyError``; ``SynthesisError/diverged(step:)``; `CancellationError`.
  func callAsFunction(_ questions: inout NoisyQuestions) async throws -> [String: NDArray] {
    let rate = min(1, Double(settings.batchCount) / total)
    let steps = try questions.training(
      samplingRate: rate, stepCount: settings.stepCount(rowCount: total))
    var lot = settings
    lot.batchCount = min(Self.lotCount, settings.batchCount)
    let adding = try addingProgram(lot)
    let weights = try adding.states().filter { !$0.key.hasSuffix(Self.sumSuffix) }
    let moving = try movingProgram(weights, sharingStatesOf: adding, noise: steps.noise, rate: rate)
    for step in 0..<steps.stepCount {
      try Task.checkCancellation()
      let chosen = questions.withNoise { $0.sample(rows.rowCount, rate: rate) }
      for start in stride(from: 0, to: chosen.count, by: lot.batchCount) {
        let end = min(chosen.count, start + lot.batchCount)
        var random = questions.withNoise { SeriesGenerator(seed: $0.next(), place: 0) }
        _ = try await adding.run(inputs(Array(chosen[start..<end]), lot, &random))
      }
      var inputs = [
        "number": NDArray(scalar: Int64(step + 1)),
        "rate": NDArray(scalar: settings.rate(step: step, of: steps.stepCount)),
      ]
      for (name, weight) in weights {
        let noise = questions.withNoise { $0.normals(weight.shape.elementCount) }
        inputs[Self.noisePrefix + name] = try NDArray(noise, shape: weight.shape)
      }
      _ = try await moving.run(inputs)
      run.report(FittingEvent(step: step + 1, of: steps.stepCount, losses: [:]))
    }
    let states = try moving.states()
    guard states.values.allSatisfy({ $0.floats.allSatisfy(\.isFinite) }) else {
      throw SynthesisError.diverged(step: steps.stepCount)
    }
    return states
  }

  private static var sumSuffix: String { ".sum" }
  private static var noisePrefix: String { "noise." }

  /// Adds what rows say to the sums of gradients.
  private func addingProgram(_ lot: Method.Settings) throws -> Program {
    try Program(WeightSource(isTrainable: true, initialSeed: run.seed)) { graph in
      let loss = try Method.loss(graph, lot, rows.layout)
      let parameters = graph.trainable
      let clipped = loss.clippedGradient(
        withRespectTo: parameters.map(\.tensor), maximumNorm: Self.maximumNorm,
        weights: graph.input("present", [lot.batchCount, 1]))
      for (parameter, sum) in zip(parameters, clipped.sums) {
        let before = graph.state(
          parameter.name + Self.sumSuffix, NDArray(zeros: parameter.tensor.shape))
        graph.assign(before + sum, to: before)
      }
      return Program.NamedTensors([])
    }
  }

  /// Adds noise to the sums, moves the weights by them and makes them 0 again.
  private func movingProgram(
    _ weights: [String: NDArray], sharingStatesOf adding: Program, noise: Double, rate: Double
  ) throws -> Program {
    try Program(WeightSource(weights, isTrainable: true), sharingStatesOf: adding) { graph in
      let scale = Self.maximumNorm * Float(noise)
      let share = 1 / Float(rate * total)
      var sums: [Tensor] = []
      let moved = try weights.sorted { $0.key < $1.key }.map { name, array in
        let sum = graph.state(name + Self.sumSuffix, NDArray(zeros: array.shape))
        sums.append(sum)
        let noisy = sum + graph.input(Self.noisePrefix + name, array.shape) * scale
        return (name, try graph.weight(name, array.shape), noisy * share)
      }
      // The size of the sums is bounded already, by their noise.
      var optimizer = settings.optimizer
      optimizer.maximumNorm = nil
      graph.descend(
        moved, rate: graph.input("rate", []), step: graph.input("number", [], .i64),
        with: optimizer)
      for sum in sums { graph.assign(graph.filled(0, sum.shape), to: sum) }
      return Program.NamedTensors([])
    }
  }

  /// Rows for a program, filled up with rows that do not count.
  private func inputs(
    _ chosen: [Int], _ lot: Method.Settings, _ random: inout SeriesGenerator
  ) throws -> [String: NDArray] {
    let missing = lot.batchCount - chosen.count
    var inputs = try Method.inputs(
      rows.inputs(chosen + [Int](repeating: 0, count: missing)), lot, rows.layout, &random)
    let present =
      [Float](repeating: 1, count: chosen.count) + [Float](repeating: 0, count: missing)
    inputs["present"] = try NDArray(present, shape: [lot.batchCount, 1])
    return inputs
  }
}
