import GenTensor

/// The loss of a ``SequenceNetwork``, and the drawing of rows.
struct SequencePrograms {
  let sizes: SequenceSizes

  /// A step of training.
  ///
  /// - Inputs: those of ``SequenceBatches``; `rate` f32; `number` (from 1) i64.
  /// - Outputs: `surprise`, the mean negative logarithm of how likely a cell was, and `ending`, that
  ///   of whether a row follows, in nats.
  func step(_ weights: WeightSource, laneCount: Int) throws -> Program {
    try Program(weights) { graph in
      let (surprise, ending) = try losses(graph, laneCount: laneCount)
      try graph.minimize(
        (ending + surprise).reshaped(to: []), rate: graph.input("rate", []),
        step: graph.input("number", [], .i64), with: sizes.settings.optimizer)
      let share = 1 / Float(sizes.layout.segmentCount)
      return ["surprise": surprise * share, "ending": ending]
    }
  }

  /// The negative logarithms of how likely the cells of a row are, and that a row follows or not;
  /// means over rows, `[1]`.
  func losses(_ graph: Graph, laneCount: Int) throws -> (surprise: Tensor, ending: Tensor) {
    let network = try SequenceNetwork(WeightScope(graph), sizes)
    let rowCount = sizes.settings.batchCount
    let cells: Shape = [rowCount, sizes.layout.segmentCount]
    let histories = network.histories(
      graph.input("known", [laneCount, sizes.span, sizes.readWidth], .i32),
      place: graph.input("place", [laneCount, sizes.span], .i32),
      hidden: graph.input("hidden", [laneCount, 1, sizes.span, sizes.span]))
    let ending = network.following(histories).crossEntropy(
      targets: graph.input("follows", [laneCount * sizes.span], .i32))
    let surprise = network.decoder(
      graph.input("read", cells, .i32), asked: graph.input("asked", cells, .i32),
      context: histories.gathered(at: graph.input("row", [rowCount], .i32))
    ).crossEntropy(targets: graph.input("target", cells, .i32))
    let share = graph.input("share", [])
    func mean(_ losses: Tensor) -> Tensor { (losses.sum() * share).reshaped(to: [1]) }
    return (mean(surprise), mean(ending))
  }

  /// Goes on from the row that each lane has read last.
  ///
  /// - Inputs: `known [lanes, 1, reads]` and `place [lanes, 1]` i32, the last token; `slots [lanes,
  ///   span]` f32 and `visible [lanes, span]` u8, where it is kept and what it sees; `seed` i64; for
  ///   every column of `limited`, `allowedN [lanes, levels]`, N being its segment.
  /// - Outputs: `follows [lanes]` i32, whether there is another row, and `codes [lanes, columns]`
  ///   i32, that row in the order of `order`.
  func drawing(
    _ weights: [String: NDArray], order: [Int], limited: [Int], laneCount: Int,
    _ mode: NumericMode = .f32
  ) throws -> Program {
    try Program(WeightSource(weights), mode: mode) { graph in
      let network = try SequenceNetwork(WeightScope(graph), sizes)
      let noise = NoiseSource(graph, seed: graph.input("seed", [], .i64))
      let slots = graph.input("slots", [laneCount, sizes.span])
      let history = network.history(
        graph.input("known", [laneCount, 1, sizes.readWidth], .i32),
        place: graph.input("place", [laneCount, 1], .i32),
        slots: slots.reshaped(to: [laneCount, sizes.span, 1, 1]),
        visible: graph.input("visible", [laneCount, sizes.span], .u8), graph)
      let logits = network.following(history)
      let follows = (logits + noise.gumbel(logits.shape)).argumentsOfMaxima(ofSegments: [2])
      let allowed = limited.reduce(into: [:]) { allowed, segment in
        allowed[segment] = graph.input(
          "allowed\(segment)", [laneCount, sizes.layout.levelCounts[segment]])
      }
      let levels = network.decoder.drawn(
        order, rowCount: laneCount, noise: noise, context: history, known: { _ in nil },
        allowed: { allowed[$0] })
      let columns = levels.map { $0.reshaped(to: [laneCount, 1]) }
      return [
        "follows": follows.reshaped(to: [laneCount]),
        "codes": graph.concatenated(columns, alongAxis: 1),
      ]
    }
  }
}
