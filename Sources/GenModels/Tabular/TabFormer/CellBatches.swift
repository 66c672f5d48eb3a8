import GenTensor

/// Rows as the cells that a ``CellDecoder`` learns to tell.
struct CellBatches {
  private let rows: EncodedRows
  private let order: [Int]
  /// Where the levels of each segment begin among those of all.
  private let starts: [Int32]
  private let nothing: Int32

  /// - Parameter order: the segments in the order of the table's columns.
  init(_ rows: EncodedRows, order: [Int]) {
    (self.rows, self.order) = (rows, order)
    starts = order.indices.map { Int32(rows.layout.levels(of: $0).lowerBound) }
    nothing = Int32(rows.layout.oneHotCount)
  }

  /// What a step is given of rows, each in an order of its own: half of them in that of the table,
  /// which most rows will be drawn in. A row that is nil counts for nothing.
  ///
  /// - Returns: `read`, the cells before, the first of them none; `asked`, their columns' segments;
  ///   `target`, what they are, all `[rows, cells]` i32.
  func inputs(
    _ chosen: [Int?], _ random: inout some RandomNumberGenerator
  ) throws -> [String: NDArray] {
    var (read, asked, target): ([Int32], [Int32], [Int32]) = ([], [], [])
    for row in chosen {
      let order = Bool.random(using: &random) ? order : order.shuffled(using: &random)
      var last = nothing
      for segment in order {
        let cell = row.map { starts[segment] + Int32(rows.code($0, at: segment)) } ?? -1
        read.append(last)
        asked.append(Int32(segment))
        target.append(cell)
        last = max(cell, 0)
      }
    }
    let shape: Shape = [chosen.count, order.count]
    return [
      "read": try NDArray(read, shape: shape), "asked": try NDArray(asked, shape: shape),
      "target": try NDArray(target, shape: shape),
    ]
  }
}
