import Foundation

/// Gradient-boosted trees over binned columns: a score per row.
///
/// Every split sends a set of a column's bins to the left: a run of bins where neighbours are alike,
/// else any set.
///
/// - Source: Friedman 2001; second-order gains and leaves as Chen & Guestrin 2016, equations 5 to 7;
///   splits of categories sorted by gradient as Fisher 1958.
struct BoostedTrees {
  enum Loss {
    /// Targets 0 and 1; scores are log odds.
    case logistic
    case squared
  }

  private let start: Double
  private let trees: [Tree]

  private static let treeCount = 80
  private static let depth = 4
  private static let rate = 0.15

  /// - Throws: `CancellationError`.
  init(_ rows: BinnedRows, targets: [Double], _ loss: Loss) throws {
    let mean = targets.reduce(0, +) / Double(max(1, targets.count))
    start = loss == .squared ? mean : Self.logOdds(mean)
    var scores = [Double](repeating: start, count: rows.rowCount)
    var trees: [Tree] = []
    for _ in 0..<Self.treeCount where rows.rowCount > 0 {
      try Task.checkCancellation()
      let slopes = zip(scores, targets).map { loss.slope(score: $0, target: $1) }
      let tree = Tree(rows, slopes, depth: Self.depth, rate: Self.rate)
      for row in scores.indices { scores[row] += tree.value(row, rows) }
      trees.append(tree)
    }
    self.trees = trees
  }

  func scores(_ rows: BinnedRows) -> [Double] {
    (0..<rows.rowCount).map { row in trees.reduce(start) { $0 + $1.value(row, rows) } }
  }

  private static func logOdds(_ share: Double) -> Double {
    let inside = min(max(share, 1e-6), 1 - 1e-6)
    return log(inside / (1 - inside))
  }
}

/// First and second derivative of the loss of one row or of a sum of rows.
struct Slope {
  var first = 0.0
  var second = 0.0

  static func += (sum: inout Slope, other: Slope) {
    sum.first += other.first
    sum.second += other.second
  }

  static func - (sum: Slope, part: Slope) -> Slope {
    Slope(first: sum.first - part.first, second: sum.second - part.second)
  }

  /// What a leaf of its own gains.
  var gain: Double { first * first / (second + 1) }
}

extension BoostedTrees.Loss {
  fileprivate func slope(score: Double, target: Double) -> Slope {
    switch self {
    case .squared: return Slope(first: score - target, second: 1)
    case .logistic:
      let chance = 1 / (1 + exp(-score))
      return Slope(first: chance - target, second: max(chance * (1 - chance), 1e-9))
    }
  }
}

/// A tree grown level by level.
private struct Tree {
  /// Curvature that each side of a split must have.
  private static let leastWeight = 5.0

  /// The two below node n are 2n + 1 and 2n + 2.
  private var splits: [Split?]
  private var leaves: [Double]

  private struct Split {
    let column: Int
    let left: UInt64
    let gain: Double
  }

  init(_ rows: BinnedRows, _ slopes: [Slope], depth: Int, rate: Double) {
    splits = Array(repeating: nil, count: 1 << depth - 1)
    leaves = Array(repeating: 0, count: 2 << depth - 1)
    var nodes = [Int](repeating: 0, count: rows.rowCount)
    for level in 0..<depth {
      let first = 1 << level - 1
      grow(first..<(2 * first + 1), rows, slopes, nodes)
      for row in nodes.indices { nodes[row] = child(nodes[row], row, rows) }
    }
    var sums = [Slope](repeating: Slope(), count: leaves.count)
    for row in nodes.indices { sums[nodes[row]] += slopes[row] }
    leaves = sums.map { -rate * $0.first / ($0.second + 1) }
  }

  func value(_ row: Int, _ rows: BinnedRows) -> Double {
    var node = 0
    while true {
      let next = child(node, row, rows)
      if next == node { return leaves[node] }
      node = next
    }
  }

  /// The node below that a row goes to, or the same node where there is none.
  private func child(_ node: Int, _ row: Int, _ rows: BinnedRows) -> Int {
    guard node < splits.count, let split = splits[node] else { return node }
    return 2 * node + (split.left >> UInt64(rows.columns[split.column][row]) & 1 == 1 ? 1 : 2)
  }

  /// Finds the best split of every node of a level.
  private mutating func grow(
    _ level: Range<Int>, _ rows: BinnedRows, _ slopes: [Slope], _ nodes: [Int]
  ) {
    var bins = [Slope](repeating: Slope(), count: level.count * Binning.binCount)
    for (column, entries) in rows.columns.enumerated() {
      for place in bins.indices { bins[place] = Slope() }
      for row in nodes.indices where nodes[row] >= level.lowerBound {
        let node = nodes[row] - level.lowerBound
        bins[node * Binning.binCount + Int(entries[row])] += slopes[row]
      }
      for node in level {
        let start = (node - level.lowerBound) * Binning.binCount
        let found = Self.split(
          column, bins[start..<start + Binning.binCount], isOrdered: rows.isOrdered[column])
        if let found, found.gain > splits[node]?.gain ?? 1e-6 { splits[node] = found }
      }
    }
  }

  private static func split(_ column: Int, _ bins: ArraySlice<Slope>, isOrdered: Bool) -> Split? {
    let start = bins.startIndex
    var order = bins.indices.filter { bins[$0].second > 0 }
    if !isOrdered {
      order.sort { bins[$0].first / bins[$0].second < bins[$1].first / bins[$1].second }
    }
    var total = Slope()
    for place in order { total += bins[place] }
    var (left, sum, best): (UInt64, Slope, Split?) = (0, Slope(), nil)
    for place in order.dropLast() {
      left |= 1 << UInt64(place - start)
      sum += bins[place]
      let rest = total - sum
      guard sum.second >= leastWeight, rest.second >= leastWeight else { continue }
      let gain = sum.gain + rest.gain - total.gain
      if gain > best?.gain ?? 0 { best = Split(column: column, left: left, gain: gain) }
    }
    return best
  }
}
