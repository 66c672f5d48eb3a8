import GenTensor

/// Draws rows from noise, step by step.
struct TabDiffDrawing {
  let settings: TabDiff.Settings
  let weights: [String: NDArray]
  let drawing: RowDrawing

  /// Rows that take their steps together: fewer than where there is one step, so that a few rows do not
  /// wait for many.
  private static let batchCount = 512

  private var layout: RowLayout { drawing.layout }

  func rows(_ count: Int) async throws -> EncodedRows {
    var made = EncodedRows(layout, rowCount: count)
    guard count > 0 else { return made }
    let rowCount = Self.batchCount
    let program = try TabDiffPrograms(settings: settings, layout: layout)
      .drawingStep(weights, rowCount: rowCount, drawing.mode)
    let levels = NoiseLevels(count: settings.noiseSteps)
    let steps = levels.steps(settings.drawingSteps)
    for (batch, start) in stride(from: 0, to: count, by: rowCount).enumerated() {
      var random = SeriesGenerator(seed: drawing.seed, place: UInt64(batch))
      var rows = try noise(rowCount, &random)
      for (place, step) in steps.enumerated() {
        try Task.checkCancellation()
        let before = place + 1 < steps.count ? levels.kept[steps[place + 1]] : 1
        rows["time"] = NDArray([Int32](repeating: Int32(step), count: rowCount))
        rows["kept"] = try NDArray([Float(levels.kept[step])], shape: [1, 1])
        rows["keptBefore"] = try NDArray([Float(before)], shape: [1, 1])
        rows["seed"] = NDArray(scalar: Int64(bitPattern: random.next()))
        rows = try await program.run(rows)
      }
      made.set(
        from: start, scalars: rows["scalars"]?.floats ?? [],
        codes: try rows["codes"]?.elements(as: Int32.self) ?? [])
    }
    return made
  }

  private func noise(
    _ rowCount: Int, _ random: inout SeriesGenerator
  ) throws -> [String: NDArray] {
    var rows: [String: NDArray] = [:]
    if layout.scalarCount > 0 {
      rows["scalars"] = try NDArray(normal: [rowCount, layout.scalarCount], seed: random.next())
    }
    if layout.segmentCount > 0 {
      let codes = (0..<rowCount).flatMap { _ in
        layout.levelCounts.map { Int32.random(in: 0..<Int32($0), using: &random) }
      }
      rows["codes"] = try NDArray(codes, shape: [rowCount, layout.segmentCount])
    }
    return rows
  }
}
