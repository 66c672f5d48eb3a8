import GenTensor

/// Draws rows with a program, batch after batch; the first ones of many are those of a few.
struct RowDrawing {
  /// Rows of one run of the program: so many that what is done once for all of them costs little, and
  /// so few that what it computes of them stays in a processor's cache.
  static let batchCount = 2048

  let layout: RowLayout
  let seed: UInt64
  let mode: NumericMode

  init(_ layout: RowLayout, _ request: RowRequest) {
    (self.layout, seed, mode) = (layout, request.seed, request.mode)
  }

  /// A program that draws a batch.
  ///
  /// - Parameter rows: numbers in the range of the encoding, and logits of levels.
  func program(
    _ weights: [String: NDArray],
    rows: (Graph, NoiseSource) throws -> (scalars: Tensor?, logits: Tensor?)
  ) throws -> Program {
    try Program(WeightSource(weights), mode: mode) { graph in
      let seed = graph.input("seed", [], .i64)
      let (scalars, logits) = try rows(graph, NoiseSource(graph, seed: seed))
      let codes = logits.map { $0.drawn(ofSegments: layout.levelCounts, seed: seed) }
      return Program.NamedTensors(
        [("scalars", scalars), ("codes", codes)].compactMap { name, tensor in
          tensor.map { (name, $0) }
        })
    }
  }

  /// - Parameter inputs: what else the program is given for a batch, beside its seed.
  func rows(
    _ count: Int, _ program: Program,
    inputs: (_ batch: Int, _ random: inout SeriesGenerator) throws -> [String: NDArray] = { _, _ in
      [:]
    }
  ) async throws -> EncodedRows {
    var made = EncodedRows(layout, rowCount: count)
    for (batch, start) in stride(from: 0, to: count, by: Self.batchCount).enumerated() {
      try Task.checkCancellation()
      var random = SeriesGenerator(seed: seed, place: UInt64(batch))
      var given = ["seed": NDArray(scalar: Int64(bitPattern: random.next()))]
      given.merge(try inputs(batch, &random)) { $1 }
      let outputs = try await program.run(given)
      made.set(
        from: start, scalars: outputs["scalars"]?.floats ?? [],
        codes: try outputs["codes"]?.elements(as: Int32.self) ?? [])
    }
    return made
  }
}
