import GenTensor

/// The loss of ``TabDiff``, and a step from noise towards rows.
struct TabDiffPrograms {
  let settings: TabDiff.Settings
  let layout: RowLayout

  /// A step of training.
  ///
  /// - Inputs: `scalars [batch, scalars]`, `codes` and `noisy [batch, segments]` i32, the levels of
  ///   rows and what noise made of them; `time [batch]` i32; `rate` f32; `seed` and `number` (from
  ///   1) i64.
  /// - Outputs: `numbers` and `levels`, the two parts of the loss, one number each.
  func step(
    _ weights: WeightSource, noise: (Graph) -> NoiseSource = NoiseSource.drawn
  ) throws -> Program {
    try Program(weights) { graph in
      let noise = noise(graph)
      let losses = try losses(graph, noise)
      try graph.minimize(
        joinedSum(losses).reshaped(to: []), rate: graph.input("rate", []),
        step: graph.input("number", [], .i64), with: settings.optimizer)
      return Program.NamedTensors(
        [("numbers", losses.numbers), ("levels", losses.levels)].compactMap { name, loss in
          loss.map { (name, $0.reshaped(to: [1])) }
        })
    }
  }

  /// Of all rows together, the mean of which ``step(_:noise:)`` lowers.
  func summedLoss(_ graph: Graph) throws -> Tensor {
    joinedSum(try losses(graph, NoiseSource.drawn(graph))).reshaped(to: [])
      * Float(settings.batchCount)
  }

  /// How far the noise that was told is from what it was, and how far what was told of levels one
  /// step before is from what is known of them.
  ///
  /// - Source: Kotelnikov et al. 2023, arXiv:2209.15421v2, equations 1-5 and section 4.1.
  func losses(
    _ graph: Graph, _ noise: NoiseSource
  ) throws -> (numbers: Tensor?, levels: Tensor?) {
    let batch = settings.batchCount
    let clean = layout.rows(graph, batch)
    let times = graph.input("time", [batch], .i32)
    let facts = graph.constant(try stepFacts()).gathered(at: times)
    let fact = { facts.slice($0..<$0 + 1, alongAxis: 1) }
    let added = clean.scalars.map { noise.normal($0.shape) }
    let noisyNumbers = clean.scalars.flatMap { numbers in
      added.map { numbers * fact(0) + $0 * fact(1) }
    }
    let noisyLevels = clean.levels.map { _ in
      graph.input("noisy", [batch, layout.segmentCount], .i32).oneHot(
        ofSegments: layout.levelCounts)
    }
    let told = layout.parts(
      try denoiser(graph)(joined((noisyNumbers, noisyLevels)), at: times))
    let numbers = told.scalars.flatMap { found in added.map { found.meanSquaredError(to: $0) } }
    guard let levels = clean.levels, let noisyLevels, let logits = told.levels else {
      return (numbers, nil)
    }
    let backwards = LevelStep(layout, graph, now: noisyLevels, kept: fact(2), keptBefore: fact(3))
    let known = backwards.logShares(before: levels)
    let model = backwards.logShares(before: logits.softmax(ofSegments: layout.levelCounts))
    let scale = Float(settings.noiseSteps) / Float(batch * layout.segmentCount)
    return (numbers, (known.exp() * (known - model)).sum() * scale)
  }

  /// A step from more noise to less.
  ///
  /// - Inputs: `scalars [rows, scalars]`, `codes [rows, segments]` i32; `time [rows]` i32; `kept` and
  ///   `keptBefore` f32, how much is left of rows now and after the step; `seed` i64.
  /// - Outputs: `scalars` and `codes` after the step.
  func drawingStep(
    _ weights: [String: NDArray], rowCount: Int, _ mode: NumericMode = .f32
  ) throws -> Program {
    try Program(WeightSource(weights), mode: mode) { graph in
      let seed = graph.input("seed", [], .i64)
      let noise = NoiseSource(graph, seed: seed)
      let rows = layout.rows(graph, rowCount)
      let times = graph.input("time", [rowCount], .i32)
      let (kept, before) = (graph.input("kept", [1, 1]), graph.input("keptBefore", [1, 1]))
      let told = layout.parts(try denoiser(graph)(joined(rows), at: times))
      let numbers = rows.scalars.flatMap { now in
        told.scalars.map { cleared(now, $0, kept, before, noise) }
      }
      let codes = rows.levels.flatMap { now in
        told.levels.map { logits in
          LevelStep(layout, graph, now: now, kept: kept / before, keptBefore: before)
            .logits(before: logits.softmax(ofSegments: layout.levelCounts))
            .drawn(ofSegments: layout.levelCounts, seed: seed)
        }
      }
      return Program.NamedTensors(
        [("scalars", numbers), ("codes", codes)].compactMap { name, tensor in
          tensor.map { (name, $0) }
        })
    }
  }

  /// Numbers after a step.
  ///
  /// - Source: Song et al. 2020, arXiv:2010.02502v4, equations 12 and 16 (with eta 1).
  private func cleared(
    _ now: Tensor, _ told: Tensor, _ kept: Tensor, _ before: Tensor, _ noise: NoiseSource
  ) -> Tensor {
    let clean = ((now - (1 - kept).squareRoot() * told) / kept.squareRoot())
      .clamped(to: -Self.farthest...Self.farthest)
    let direction = (now - kept.squareRoot() * clean) / (1 - kept).squareRoot()
    let variance = (1 - before) / (1 - kept) * (1 - kept / before)
    let rest = (1 - before - variance).maximum(0).squareRoot()
    return before.squareRoot() * clean + rest * direction
      + variance.squareRoot() * noise.normal(now.shape)
  }

  /// No encoded number is farther from 0.
  private static let farthest: Float = 4

  private func denoiser(_ graph: Graph) throws -> RowDenoiser {
    try RowDenoiser(
      WeightScope(graph), width: layout.width, widths: settings.widths,
      stepCount: settings.noiseSteps)
  }

  /// Of every step: the factors of a clean number and of its noise, what it leaves of levels, and
  /// what the steps before it left of them.
  private func stepFacts() throws -> NDArray {
    let levels = NoiseLevels(count: settings.noiseSteps)
    return try NDArray(
      levels.kept.enumerated().flatMap { step, kept in
        let before = levels.keptBefore(step)
        return [kept.squareRoot(), (1 - kept).squareRoot(), kept / before, before].map { Float($0) }
      }, shape: [settings.noiseSteps, 4])
  }

  private func joinedSum(_ losses: (numbers: Tensor?, levels: Tensor?)) -> Tensor {
    switch losses {
    case (let first?, let second?): first + second
    case (let one?, nil), (nil, let one?): one
    case (nil, nil): preconditionFailure("rows without columns")
    }
  }
}

/// One step back of levels that noise replaces by any level.
///
/// - Source: Hoogeboom et al. 2021, arXiv:2102.05379v3, equations 11-13.
private struct LevelStep {
  private let lengths: [Int]
  private let reverse: Tensor
  private let keptBefore: Tensor
  /// 1 / how many levels there are.
  private let even: Tensor

  /// - Parameters:
  ///   - now: one-hot levels after the step.
  ///   - kept: the share that the step leaves as they are.
  ///   - keptBefore: the share that all steps before it leave.
  init(_ layout: RowLayout, _ graph: Graph, now: Tensor, kept: Tensor, keptBefore: Tensor) {
    lengths = layout.levelCounts
    let shares = NDArray(lengths.flatMap { [Float](repeating: 1 / Float($0), count: $0) })
    even = graph.constant(shares)
    self.keptBefore = keptBefore
    reverse = (kept * now + (1 - kept) * even).maximum(1e-30).log()
  }

  /// The logarithm of how likely each level was before the step, from the shares of clean ones.
  func logShares(before clean: Tensor) -> Tensor {
    logits(before: clean).logSoftmax(ofSegments: lengths)
  }

  /// Numbers whose softmax tells how likely each level was before the step.
  func logits(before clean: Tensor) -> Tensor {
    reverse + (keptBefore * clean + (1 - keptBefore) * even).maximum(1e-30).log()
  }
}
