/// Which pairs of columns are counted: a tree (or several) over all columns, of pairs that say
/// much that the columns alone do not say.
///
/// - Source: McKenna, Miklau & Sheldon 2021, arXiv:2108.04978, algorithm 2.
/// - Departs: what noise adds to the counts of a pair is taken off its score, as in McKenna et al.
///   2022, arXiv:2201.12677, so that large pairs are not preferred for their size.
struct PairSelection {
  /// More cells than this are not counted.
  static let mostCells = 1 << 18
  /// Of more columns not every pair is looked at.
  static let mostPairs = 45_000

  struct Pair: Hashable {
    let first: Int
    let second: Int
  }

  let columns: [CellColumn]
  /// The standard deviation of noise that the counts of a pair will have.
  let noise: Double

  /// Pairs of columns near each other, all where there are few; the table has no say.
  var candidates: [Pair] {
    let count = columns.count
    guard count > 1 else { return [] }
    let reach = min(count - 1, max(1, Self.mostPairs / count))
    return (0..<count).flatMap { first in
      (first + 1..<count).filter { $0 - first <= reach }.map { Pair(first: first, second: $0) }
    }
    .filter { columns[$0.first].size * columns[$0.second].size <= Self.mostCells }
  }

  /// The pairs, in the order in which they were chosen.
  func tree(rho: Double, _ questions: inout NoisyQuestions) throws -> [Pair] {
    let pairs = candidates
    let scores = try pairs.map { pair in
      try Task.checkCancellation()
      return score(pair)
    }
    var groups = Array(columns.indices)
    var chosen: [Pair] = []
    var open = Array(pairs.indices)
    while !open.isEmpty {
      let place = questions.choice(
        open.map { scores[$0] }, rho: rho / Double(columns.count - 1), "choice of a pair")
      let pair = pairs[open[place]]
      chosen.append(pair)
      let (old, new) = (groups[pair.second], groups[pair.first])
      for column in groups.indices where groups[column] == old { groups[column] = new }
      open.removeAll { groups[pairs[$0].first] == groups[pairs[$0].second] }
    }
    return chosen
  }

  /// How far the counts of a pair are from those of independent columns; one row changes it by at
  /// most 1.
  private func score(_ pair: Pair) -> Double {
    let (first, second) = (columns[pair.first], columns[pair.second])
    let exact = pairCounts(first, second)
    var distance = 0.0
    for (row, share) in first.shares.enumerated() {
      for (column, other) in second.shares.enumerated() {
        let expected = share * other * first.total
        distance += abs(Double(exact[row * second.size + column]) - expected)
      }
    }
    let added = (2 / Double.pi).squareRoot() * noise * Double(exact.count)
    return distance - added
  }
}

/// A column as cells, and what is known of it.
struct CellColumn {
  /// The cell of each row; -1 of a row that is not counted.
  let codes: [Int32]
  let size: Int
  /// Noisy counts of the cells, and the variance of the noise of each.
  let counts: [Double]
  let variances: [Double]
  /// The nearest counts that are counts, as shares of all.
  let shares: [Double]
  /// How many rows there are, about.
  let total: Double
}

/// How many rows have each pair of cells, by cells of the first column.
func pairCounts(_ first: CellColumn, _ second: CellColumn) -> [Int] {
  var counts = [Int](repeating: 0, count: first.size * second.size)
  first.codes.withUnsafeBufferPointer { rows in
    second.codes.withUnsafeBufferPointer { columns in
      for (row, column) in zip(rows, columns) where row >= 0 && column >= 0 {
        counts[Int(row) * second.size + Int(column)] += 1
      }
    }
  }
  return counts
}
