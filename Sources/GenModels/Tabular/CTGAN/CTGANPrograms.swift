import GenTensor

/// The losses of ``CTGAN``'s two networks, as programs.
struct CTGANPrograms {
  let settings: CTGAN.Settings
  let layout: RowLayout

  private var batch: Int { settings.rowCount }

  /// What a critic compares: rows made and rows of the table, with what each was asked to have.
  struct Rows {
    let made: Tensor
    let real: Tensor
  }

  func generator(_ graph: Graph) throws -> RowGenerator {
    try RowGenerator(
      WeightScope(graph, "generator"), inputs: settings.embedding + layout.conditionWidth,
      widths: settings.generatorWidths, outputs: layout.width)
  }

  func critic(_ graph: Graph) throws -> RowCritic {
    try RowCritic(
      WeightScope(graph, "critic"),
      inputs: (layout.width + layout.conditionWidth) * settings.pack, widths: settings.criticWidths)
  }

  /// A step of the critic.
  ///
  /// - Inputs: `scalars [batch, scalars]` and `codes [batch, segments]` i32 of rows of the table,
  ///   `sought [batch, 1]` i32, the places of what rows were sought for, `asked` likewise of what
  ///   rows are made for; `seed` and `number` (from 1) i64.
  /// - Outputs: `critic`, one number.
  func criticStep(
    _ weights: WeightSource, noise: (Graph) -> NoiseSource = NoiseSource.drawn
  ) throws -> Program {
    try Program(weights) { graph in
      let noise = noise(graph)
      let asked = condition(graph, "asked")
      let raw = try generator(graph).training(latent(asked, noise), tracking: nil)
      let real = joined(layout.rows(graph, batch))
      let rows = Rows(
        made: joined((activated(raw, noise), asked)),
        real: joined((real, condition(graph, "sought"))))
      let loss = try criticLoss(critic(graph), rows, noise)
      try minimize(graph, loss, below: "critic.", settings.criticRate)
      return ["critic": loss.reshaped(to: [1])]
    }
  }

  /// A step of the generator.
  ///
  /// - Parameter averageDecay: how much of the means of its weights stays; nil where none are kept.
  /// - Inputs: `asked [batch, 1]` i32, `pace` f32, how fast the norms' tracks move; `seed` and
  ///   `number` (from 1) i64.
  /// - Outputs: `generator`, one number.
  func generatorStep(
    _ weights: WeightSource, sharingStatesOf other: Program, averageDecay: Float? = nil,
    noise: (Graph) -> NoiseSource = NoiseSource.drawn
  ) throws -> Program {
    try Program(weights, sharingStatesOf: other) { graph in
      let noise = noise(graph)
      let asked = condition(graph, "asked")
      let raw = try generator(graph).training(
        latent(asked, noise), tracking: graph.input("pace", []))
      let loss = try generatorLoss(critic(graph), raw, asked, noise)
      try minimize(
        graph, loss, below: "generator.", settings.generatorRate, averageDecay: averageDecay)
      return ["generator": loss.reshaped(to: [1])]
    }
  }

  /// Rows from noise, and from the places `asked`, `i32 [rows]`, that the program is given where there
  /// are conditions: numbers, and logits of levels.
  func drawnRows(
    _ graph: Graph, _ noise: Tensor
  ) throws -> (scalars: Tensor?, logits: Tensor?) {
    let asked =
      layout.conditionCount > 0 ? graph.input("asked", [noise.length(ofAxis: 0)], .i32) : nil
    let (scalars, logits) = layout.parts(
      try generator(graph).drawing(noise, asked: asked))
    return (scalars?.tanh(), logits)
  }

  // MARK: Losses

  /// How much better the critic finds the made rows, and how far its slope between is from 1.
  ///
  /// - Source: Gulrajani et al. 2017, arXiv:1704.00028v3, equation 3.
  func criticLoss(_ critic: RowCritic, _ rows: Rows, _ noise: NoiseSource) -> Tensor {
    let packs = batch / settings.pack
    let scores = critic(rows.made.concatenated(with: rows.real, alongAxis: 0), noise)
    let advantage = scores[0..<packs].mean() - scores[packs..<2 * packs].mean()
    let packed = [rows.made, rows.real].map { $0.reshaped(to: [packs, -1]) }
    let share = noise.uniform([packs, 1])
    let between = share * packed[1] + (1 - share) * packed[0]
    let slope = critic(between, noise).sum().gradient(withRespectTo: [between])[0]
    let length = slope.sumOfSquares(alongAxes: [1]).squareRoot()
    return advantage + settings.gradientPenalty * (length - 1).squared().mean()
  }

  /// How bad the critic finds the made rows, and how far they are from what was asked for.
  func generatorLoss(
    _ critic: RowCritic, _ raw: Tensor, _ asked: Tensor?, _ noise: NoiseSource
  ) -> Tensor {
    let score = critic(joined((activated(raw, noise), asked)), noise).mean()
    guard let asked else { return -score }
    let start = layout.width - layout.conditionWidth
    let logits = raw.slice(start..<layout.width, alongAxis: 1)
    let logShares = logits.logSoftmax(ofSegments: layout.conditionLevelCounts)
    return -score - (logShares * asked).sum() * (1 / Float(batch))
  }

  // MARK: Rows

  /// Numbers in -1…1, and levels that are nearly one-hot.
  func activated(_ raw: Tensor, _ noise: NoiseSource) -> Tensor {
    let (scalars, logits) = layout.parts(raw)
    let levels = logits.map {
      ($0 + noise.gumbel($0.shape)).softmax(
        ofSegments: layout.levelCounts, scale: 1 / settings.temperature)
    }
    return joined((scalars?.tanh(), levels))
  }

  private func condition(_ graph: Graph, _ name: String) -> Tensor? {
    guard layout.conditionCount > 0 else { return nil }
    return graph.input(name, [batch, 1], .i32).oneHot(ofSegments: [layout.conditionWidth])
  }

  func latent(_ asked: Tensor?, _ noise: NoiseSource) -> Tensor {
    let rows = asked?.length(ofAxis: 0) ?? batch
    return joined((noise.normal([rows, settings.embedding]), asked))
  }

  private func minimize(
    _ graph: Graph, _ loss: Tensor, below path: String, _ rate: Float, averageDecay: Float? = nil
  ) throws {
    var adam = AdamW()
    (adam.beta1, adam.beta2, adam.decay) = (0.5, 0.9, 0)
    (adam.coupledDecay, adam.maximumNorm) = (settings.decay, nil)
    adam.averageDecay = averageDecay
    try graph.minimize(
      loss.reshaped(to: []), rate: graph.filled(rate, []), step: graph.input("number", [], .i64),
      with: adam, below: path)
  }
}
