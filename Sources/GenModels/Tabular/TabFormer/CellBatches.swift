import GenTensor

/// Rows as the cells that a ``CellDecoder`` learns to tell.
struct CellBatches {
  private let rows: EncodedRows
  private let order: [Int]
  /// Where the levels of each segment begin among those of all.
  private let starts: [Int32]
  private let nothing: Int32
  private let shuffledShare: Double

  /// - Parameters:
  ///   - order: The segments in the order in which most rows will be drawn.
  ///   - shuffledShare: How many of the rows are told in another order, each in one of its own.
  init(_ rows: EncodedRows, order: [Int], shuffledShare: Double) {
    (self.rows, self.order, self.shuffledShare) = (rows, order, shuffledShare)
    starts = order.indices.map { Int32(rows.layout.levels(of: $0).lowerBound) }
    nothing = Int32(rows.layout.oneHotCount)
  }

  /// What a step is given of rows; one that is nil counts for nothing.
  ///
  /// - Returns: `read`, the cells before, the first of them none; `asked`, their columns' segments;
  ///   `target`, what they are, all `[rows, cells]` i32.
  func inputs(
    _ chosen: [Int?], _ random: inout some RandomNumberGenerator
  ) throws -> [String: NDArray] {
    var (read, asked, target): ([Int32], [Int32], [Int32]) = ([], [], [])
    for row in chosen {
      let isShuffled = Double.random(in: 0..<1, using: &random) < shuffledShare
      let order = isShuffled ? order.shuffled(using: &random) : order
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
