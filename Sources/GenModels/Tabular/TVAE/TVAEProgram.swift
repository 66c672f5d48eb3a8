import GenTensor

/// The networks of ``TVAE`` and its loss.
struct TVAEProgram {
  let settings: TVAE.Settings
  let layout: RowLayout

  /// The least and the most that a number deviates from what is decoded.
  private static let deviations: ClosedRange<Float> = 0.01...1
  /// Minus the place on the logistic function where it begins.
  private static let start: Float = 2.302_585

  /// A step on both networks.
  ///
  /// - Inputs: `scalars [batch, scalars]`, `codes [batch, segments]` i32; `seed` and `number` (from
  ///   1) i64.
  /// - Outputs: `likeness` and `plainness`, the two parts of the loss, one number each.
  func step(
    _ weights: WeightSource, noise: (Graph) -> NoiseSource = NoiseSource.drawn
  ) throws -> Program {
    try Program(weights) { graph in
      let noise = noise(graph)
      let (likeness, plainness) = try losses(graph, layout.rows(graph, settings.batchCount), noise)
      try graph.minimize(
        (likeness + plainness).reshaped(to: []), rate: graph.filled(settings.rate, []),
        step: graph.input("number", [], .i64), with: settings.optimizer)
      return ["likeness": likeness.reshaped(to: [1]), "plainness": plainness.reshaped(to: [1])]
    }
  }

  /// Of all rows together, the mean of which ``step(_:noise:)`` lowers.
  func summedLoss(_ graph: Graph) throws -> Tensor {
    let rows = layout.rows(graph, settings.batchCount)
    let (likeness, plainness) = try losses(graph, rows, NoiseSource.drawn(graph))
    return (likeness + plainness).reshaped(to: []) * Float(settings.batchCount)
  }

  /// The negative logarithm of how likely the decoder finds the rows, and how far their embeddings
  /// are from standard normal ones; means over rows.
  func losses(
    _ graph: Graph, _ rows: (scalars: Tensor?, levels: Tensor?), _ noise: NoiseSource
  ) throws -> (likeness: Tensor, plainness: Tensor) {
    let hidden = try perceptron(
      WeightScope(graph, "encoder"), joined(rows), settings.encoderWidths)
    let width = settings.encoderWidths.last ?? layout.width
    let mean = try Linear(
      WeightScope(graph, "encoder.mean"), width, settings.embedding, gain: .uniformGain)(
        hidden)
    let logVariance = try Linear(
      WeightScope(graph, "encoder.variance"), width, settings.embedding, gain: .uniformGain)(hidden)
    let latent = noise.normal(mean.shape) * (0.5 * logVariance).exp() + mean
    let decoded = layout.parts(try decoded(graph, latent))
    let share = 1 / Float(mean.length(ofAxis: 0))
    var likeness: [Tensor] = []
    if let scalars = rows.scalars, let found = decoded.scalars {
      let deviation = try deviation(graph, scalars.shape)
      let distance = (scalars - found.tanh()).squared()
      likeness.append((distance / deviation.squared()).sum() * (0.5 * share))
      likeness.append(deviation.log().sum() * share)
    }
    if let levels = rows.levels, let logits = decoded.levels {
      let logShares = logits.logSoftmax(ofSegments: layout.levelCounts)
      likeness.append((logShares * levels).sum() * -share)
    }
    let excess = logVariance.exp() + mean.squared() - logVariance - 1
    let likely = likeness.dropFirst().reduce(likeness[0], +)
    return (settings.lossFactor * likely, excess.sum() * (0.5 * share))
  }

  /// Rows from embeddings: numbers, as far from what is decoded as training found, and logits.
  func drawnRows(
    _ graph: Graph, _ latent: Tensor, _ noise: NoiseSource
  ) throws -> (scalars: Tensor?, logits: Tensor?) {
    let (scalars, logits) = layout.parts(try decoded(graph, latent))
    let drawn = try scalars.map { scalars in
      try scalars.tanh() + noise.normal(scalars.shape) * deviation(graph, scalars.shape)
    }
    return (drawn, logits)
  }

  static func belongsToDecoder(_ name: String) -> Bool {
    name.hasPrefix("decoder.") && ![".m", ".v", ".sum"].contains { name.hasSuffix($0) }
  }

  private func decoded(_ graph: Graph, _ latent: Tensor) throws -> Tensor {
    let scope = WeightScope(graph, "decoder")
    let hidden = try perceptron(scope, latent, settings.decoderWidths)
    let width = settings.decoderWidths.last ?? settings.embedding
    return try Linear(scope["output"], width, layout.width, gain: .uniformGain)(hidden)
  }

  /// How far numbers deviate from what is decoded, by column and the same in every row: 0.1 at first.
  ///
  /// - Departs: kept in its bounds by a logistic function, not by moving the weight back.
  private func deviation(_ graph: Graph, _ shape: Shape) throws -> Tensor {
    let weight = try graph.weight("decoder.deviation", [layout.scalarCount], initial: .zeros)
      .expanded(to: shape)
    let (least, most) = (Self.deviations.lowerBound, Self.deviations.upperBound)
    return least + (most - least) * (10 * weight - Self.start).sigmoid()
  }

  private func perceptron(
    _ weights: WeightScope, _ input: Tensor, _ widths: [Int]
  ) throws -> Tensor {
    var hidden = input
    for (place, width) in widths.enumerated() {
      hidden = try Linear(weights[place], hidden.length(ofAxis: 1), width, gain: .uniformGain)(
        hidden
      ).relu()
    }
    return hidden
  }
}
