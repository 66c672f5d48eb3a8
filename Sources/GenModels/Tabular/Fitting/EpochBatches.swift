import GenTensor

/// All rows again and again, in another order each time, so many at once.
///
/// The last batch of an epoch is filled up with rows of its beginning.
struct EpochBatches {
  private let rows: EncodedRows?
  private let rowCount: Int
  private let batchCount: Int
  private let seed: UInt64

  init(_ rows: EncodedRows, batchCount: Int, seed: UInt64) {
    (self.rows, rowCount) = (rows, rows.rowCount)
    (self.batchCount, self.seed) = (batchCount, seed)
  }

  /// Of so many rows, whose places are enough.
  init(rowCount: Int, batchCount: Int, seed: UInt64) {
    (rows, self.rowCount, self.batchCount, self.seed) = (nil, rowCount, batchCount, seed)
  }

  /// Batches of an epoch.
  var count: Int { (rowCount + batchCount - 1) / batchCount }

  /// What a step, counted from 0, is given: the rows, `seed` and `number`.
  func inputs(_ step: Int) throws -> [String: NDArray] {
    var random = SeriesGenerator(seed: seed, place: UInt64(step))
    return try (rows?.inputs(rows(step)) ?? [:]).merging([
      "seed": NDArray(scalar: Int64(bitPattern: random.next())),
      "number": NDArray(scalar: Int64(step + 1)),
    ]) { $1 }
  }

  /// The rows of a step, counted from 0.
  func rows(_ step: Int) -> [Int] {
    let order = EpochOrder(count: rowCount, seed: ~seed, epoch: UInt64(step / count))
    let start = step % count * batchCount
    return (start..<start + batchCount).map { order[$0 % rowCount] }
  }
}

/// An order of rows that is not kept anywhere: which row stands at a place is worked out.
///
/// - Source: Black & Rogaway 2002, "Ciphers with arbitrary finite domains" (cycle walking on a
///   Feistel network).
struct EpochOrder {
  private let count: Int
  private let halfBits: UInt64
  private let keys: [UInt64]

  init(count: Int, seed: UInt64, epoch: UInt64) {
    self.count = count
    let bits = Int.bitWidth - max(count - 1, 1).leadingZeroBitCount
    halfBits = UInt64((bits + 1) / 2)
    var random = SeriesGenerator(seed: seed, place: epoch)
    keys = (0..<6).map { _ in random.next() }
  }

  /// - Requires: a place in `0..<count`.
  subscript(place: Int) -> Int {
    var place = permuted(UInt64(place))
    while place >= UInt64(count) { place = permuted(place) }
    return Int(place)
  }

  private func permuted(_ place: UInt64) -> UInt64 {
    let mask: UInt64 = (1 << halfBits) - 1
    var (left, right) = (place >> halfBits, place & mask)
    for key in keys {
      var mixed = SeriesGenerator(seed: key, place: right)
      (left, right) = (right, left ^ (mixed.next() & mask))
    }
    return left << halfBits | right
  }
}

extension EncodedRows {
  /// Some rows as a program is given them: `scalars [rows, scalars]`, `codes [rows, segments]` i32,
  /// those that there are.
  func inputs(_ chosen: [Int]) throws -> [String: NDArray] {
    let (scalars, codes) = gathered(chosen)
    var inputs: [String: NDArray] = [:]
    if !scalars.isEmpty {
      inputs["scalars"] = try NDArray(scalars, shape: [chosen.count, layout.scalarCount])
    }
    if !codes.isEmpty {
      inputs["codes"] = try NDArray(codes, shape: [chosen.count, layout.segmentCount])
    }
    return inputs
  }
}

extension RowLayout {
  /// Rows that a program is given by ``EncodedRows/inputs(_:)``, levels as one-hot.
  func rows(_ graph: Graph, _ count: Int) -> (scalars: Tensor?, levels: Tensor?) {
    (
      scalarCount > 0 ? graph.input("scalars", [count, scalarCount]) : nil,
      segmentCount > 0
        ? graph.input("codes", [count, segmentCount], .i32).oneHot(ofSegments: levelCounts) : nil
    )
  }

  /// The numbers and the levels of rows `[rows, width]`.
  func parts(_ rows: Tensor) -> (scalars: Tensor?, levels: Tensor?) {
    (
      scalarCount > 0 ? rows.slice(0..<scalarCount, alongAxis: 1) : nil,
      oneHotCount > 0 ? rows.slice(scalarCount..<width, alongAxis: 1) : nil
    )
  }
}

/// Columns beside each other, of those that there are.
///
/// - Requires: one of the two.
func joined(_ parts: (Tensor?, Tensor?)) -> Tensor {
  switch parts {
  case (let first?, let second?): first.concatenated(with: second, alongAxis: 1)
  case (let one?, nil), (nil, let one?): one
  case (nil, nil): preconditionFailure("rows without columns")
  }
}
