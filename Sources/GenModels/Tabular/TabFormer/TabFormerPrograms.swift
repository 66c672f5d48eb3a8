import GenTensor

/// The loss of ``TabFormer``, and the drawing of rows.
struct TabFormerPrograms {
  let settings: TabFormer.Settings
  let layout: RowLayout

  /// A step of training.
  ///
  /// - Inputs: `read`, `asked` and `target [batch, cells]` i32, see ``CellBatches``; `rate` f32;
  ///   `number` (from 1) i64.
  /// - Outputs: `surprise`, the mean negative logarithm of how likely a cell was, in nats.
  func step(_ weights: WeightSource) throws -> Program {
    try Program(weights) { graph in
      let loss = try loss(graph, rowCount: settings.batchCount)
      try graph.minimize(
        loss.reshaped(to: []), rate: graph.input("rate", []),
        step: graph.input("number", [], .i64), with: settings.optimizer)
      return ["surprise": loss.reshaped(to: [1])]
    }
  }

  /// The mean negative logarithm of how likely a cell is.
  func loss(_ graph: Graph, rowCount: Int) throws -> Tensor {
    let shape: Shape = [rowCount, layout.segmentCount]
    let decoder = try CellDecoder(WeightScope(graph), settings, layout)
    let logits = decoder(
      graph.input("read", shape, .i32), asked: graph.input("asked", shape, .i32))
    return logits.crossEntropy(targets: graph.input("target", shape, .i32)).mean()
  }

  /// Draws a batch of rows.
  ///
  /// - Inputs: `known0`, `known1`, … `[rows]` i32, the levels of the first columns; `allowed
  ///   [1, levels]` of the column that has to lie somewhere; `seed` i64.
  /// - Outputs: `codes [rows, columns]` i32 in the order in which they were drawn.
  func drawing(
    _ weights: [String: NDArray], _ asked: AskedCells, rowCount: Int, _ mode: NumericMode = .f32
  ) throws -> Program {
    try Program(WeightSource(weights), mode: mode) { graph in
      let decoder = try CellDecoder(WeightScope(graph), settings, layout)
      let known = asked.known.enumerated().map { place, cells in
        (cells.segment, graph.input("known\(place)", [rowCount], .i32))
      }
      let allowed = asked.restricted.map { cells in
        (cells.segment, graph.input("allowed", [1, cells.places.count]))
      }
      let noise = NoiseSource(graph, seed: graph.input("seed", [], .i64))
      let levels = decoder.drawn(asked.order, rowCount: rowCount, noise: noise) { column in
        known.first { $0.0 == column }?.1
      } allowed: { column in
        allowed.flatMap { $0.0 == column ? $0.1 : nil }
      }
      let columns = levels.map { $0.reshaped(to: [rowCount, 1]) }
      return ["codes": graph.concatenated(columns, alongAxis: 1)]
    }
  }
}
