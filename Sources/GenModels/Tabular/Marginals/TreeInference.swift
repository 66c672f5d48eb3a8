import Foundation

/// Finds the tree distribution whose counts of cells and pairs are nearest to noisy ones, by
/// mirror descent on its marginals.
///
/// - Source: McKenna, Sheldon & Miklau 2019, arXiv:1901.09136, algorithm 1 (proximal estimation);
///   marginals by belief propagation, exact on a tree.
struct TreeInference {
  static let stepCount = 1000

  /// A column and the pair that hangs it onto its parent.
  fileprivate struct Node {
    let parent: Int
    let size: Int
    let parentSize: Int
    /// Noisy counts of the column and of the pair `[parent cell][cell]`.
    let counts: [Double]
    let weights: [Double]
    let pairs: [Double]
    /// Logarithms of what the pair and the column contribute.
    var pairPotential: [Double]
    var potential: [Double]
    /// Shares of the cells and, given the parent's cell, of the cells.
    var shares: [Double]
    var conditional: [Double]
    var joint: [Double]
  }

  private var nodes: [Node] = []
  private let shape: TreeShape
  private let total: Double
  private let pairWeight: Double

  /// - Parameters:
  ///   - pairs: Noisy counts of each column with its parent, by the parent's cells; empty of a root.
  ///   - noise: The standard deviation of their noise; 0 where they are exact.
  init(_ columns: [CellColumn], _ shape: TreeShape, pairs: [[Double]], noise: Double) {
    self.shape = shape
    total = columns.first?.total ?? 1
    pairWeight = noise > 0 ? 1 / (noise * noise) : 0
    // It starts with what noisy counts say of each column given its parent, and a little of what
    // they say of the column alone, which keeps all that may be possible.
    let added = noise > 0 ? noise / 2 : 1e-9 * max(1, total)
    for (place, column) in columns.enumerated() {
      let parent = shape.parents[place]
      let parentSize = parent < 0 ? 1 : columns[parent].size
      let prior = column.shares.map { added * (Double(column.size) * $0 + 1e-3) }
      var start: [Double] = []
      for row in 0..<parentSize {
        let counts = prior.indices.map { cell in
          let count =
            parent < 0 ? column.shares[cell] * total : pairs[place][row * column.size + cell]
          return max(0, count) + prior[cell]
        }
        let sum = counts.reduce(0, +)
        start += counts.map { log($0 / sum) }
      }
      let zeros = [Double](repeating: 0, count: start.count)
      nodes.append(
        Node(
          parent: parent, size: column.size, parentSize: parentSize, counts: column.counts,
          weights: column.variances.map { $0 > 0 ? 1 / $0 : 0 }, pairs: pairs[place],
          pairPotential: start, potential: [Double](repeating: 0, count: column.size),
          shares: [Double](repeating: 0, count: column.size), conditional: zeros, joint: zeros))
    }
    propagate()
  }

  /// Goes on until the loss no longer falls; tells the loss of every step.
  mutating func descend(_ report: (Int, Double) -> Void) throws {
    guard pairWeight > 0, nodes.count > 1 else { return }
    var step = 1 / (pairWeight * max(1, total))
    var loss = self.loss
    var calm = 0
    for place in 1...Self.stepCount {
      try Task.checkCancellation()
      let before = nodes
      while true {
        move(by: step, from: before)
        propagate()
        let found = self.loss
        // Armijo's condition: at least half of what the slope promises.
        let promised = slope(from: before)
        if found <= loss - 0.5 * promised || step < 1e-300 {
          calm = loss - found < 1e-5 * loss ? calm + 1 : 0
          (loss, step) = (found, step * 1.5)
          break
        }
        step /= 2
      }
      report(place, loss)
      if calm == 5 { break }
    }
  }

  /// The shares of each column's cells given its parent's cell.
  var conditionals: [[Float]] { nodes.map { $0.conditional.map(Float.init) } }

  /// Half the squared distance of all counts, in units of their noise.
  private var loss: Double {
    var loss = 0.0
    for node in nodes {
      for (place, share) in node.shares.enumerated() {
        let distance = total * share - node.counts[place]
        loss += node.weights[place] * distance * distance
      }
      guard node.parent >= 0 else { continue }
      for (share, count) in zip(node.joint, node.pairs) {
        let distance = total * share - count
        loss += pairWeight * distance * distance
      }
    }
    return loss / 2
  }

  private mutating func move(by step: Double, from before: [Node]) {
    for place in nodes.indices {
      let old = before[place]
      for cell in 0..<old.size {
        let slope = old.weights[cell] * (total * old.shares[cell] - old.counts[cell])
        nodes[place].potential[cell] = old.potential[cell] - step * slope
      }
      guard old.parent >= 0 else { continue }
      for cell in old.pairs.indices {
        let slope = pairWeight * (total * old.joint[cell] - old.pairs[cell])
        nodes[place].pairPotential[cell] = old.pairPotential[cell] - step * slope
      }
    }
  }

  /// By how much the loss would fall if it fell along its slope.
  private func slope(from before: [Node]) -> Double {
    var fall = 0.0
    for (old, new) in zip(before, nodes) {
      for cell in 0..<old.size {
        let slope = old.weights[cell] * (total * old.shares[cell] - old.counts[cell])
        fall += slope * total * (old.shares[cell] - new.shares[cell])
      }
      guard old.parent >= 0 else { continue }
      for cell in old.pairs.indices {
        let slope = pairWeight * (total * old.joint[cell] - old.pairs[cell])
        fall += slope * total * (old.joint[cell] - new.joint[cell])
      }
    }
    return fall
  }

  /// Shares from potentials: messages up the tree, shares down.
  private mutating func propagate() {
    var beliefs = nodes.map(\.potential)
    for place in shape.order.reversed() {
      let message = nodes[place].normalise(beliefs[place])
      let parent = nodes[place].parent
      guard parent >= 0 else { continue }
      for cell in message.indices { beliefs[parent][cell] += message[cell] }
    }
    for place in shape.order {
      let parent = nodes[place].parent
      nodes[place].spread(parent < 0 ? [1] : nodes[parent].shares)
    }
  }
}

extension TreeInference.Node {
  /// Sets what each cell has given the parent's cell.
  ///
  /// - Returns: the logarithm of what it sums to, by the parent's cell.
  fileprivate mutating func normalise(_ belief: [Double]) -> [Double] {
    (0..<parentSize).map { row in
      let start = row * size
      var largest = -Double.infinity
      for cell in 0..<size { largest = max(largest, pairPotential[start + cell] + belief[cell]) }
      var sum = 0.0
      for cell in 0..<size {
        let value = exp(pairPotential[start + cell] + belief[cell] - largest)
        conditional[start + cell] = value
        sum += value
      }
      for cell in 0..<size { conditional[start + cell] /= sum }
      return largest + log(sum)
    }
  }

  fileprivate mutating func spread(_ parentShares: [Double]) {
    for cell in 0..<size { shares[cell] = 0 }
    for row in 0..<parentSize {
      for cell in 0..<size {
        let share = parentShares[row] * conditional[row * size + cell]
        joint[row * size + cell] = share
        shares[cell] += share
      }
    }
  }
}

/// Which column hangs onto which.
struct TreeShape: Hashable, Sendable {
  /// The parent of each column; -1 of a root.
  let parents: [Int]
  /// Every column after its parent.
  let order: [Int]

  /// - Returns: nil where parents are not columns or go round in a circle.
  init?(parents: [Int]) {
    var children = [[Int]](repeating: [], count: parents.count)
    for (place, parent) in parents.enumerated() where parent != -1 {
      guard parents.indices.contains(parent) else { return nil }
      children[parent].append(place)
    }
    var order = parents.indices.filter { parents[$0] == -1 }
    var next = 0
    while next < order.count {
      order += children[order[next]]
      next += 1
    }
    guard order.count == parents.count else { return nil }
    (self.parents, self.order) = (parents, order)
  }

  /// A tree over each group of columns that pairs connect, hung up at its first column.
  ///
  /// - Requires: pairs of columns that make no circle.
  init(pairs: [PairSelection.Pair], columnCount: Int) {
    var neighbours = [[Int]](repeating: [], count: columnCount)
    for pair in pairs {
      neighbours[pair.first].append(pair.second)
      neighbours[pair.second].append(pair.first)
    }
    var parents = [Int?](repeating: nil, count: columnCount)
    for root in 0..<columnCount where parents[root] == nil {
      parents[root] = -1
      var open = [root]
      while let column = open.popLast() {
        for next in neighbours[column] where parents[next] == nil {
          parents[next] = column
          open.append(next)
        }
      }
    }
    guard let shape = TreeShape(parents: parents.map { $0 ?? -1 }) else {
      preconditionFailure("pairs make a circle")
    }
    self = shape
  }
}
