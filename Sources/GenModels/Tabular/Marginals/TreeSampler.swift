/// Draws cells along a tree, in numbers as close to what is expected as whole numbers can be.
struct TreeSampler: Sendable {
  let shape: TreeShape
  let sizes: [Int]
  /// Shares of each column's cells, given its parent's cell.
  let conditionals: [[Float]]

  /// Cells of all columns for some rows.
  ///
  /// - Parameters:
  ///   - known: How far each cell of some columns is possible in these rows, 0…1.
  ///   - cells: By column, then row; filled in.
  func draw(
    _ places: [Int], known: [Int: [Double]], into cells: inout [[Int32]],
    _ random: inout some RandomNumberGenerator
  ) {
    let tables = known.isEmpty ? nil : weighted(known)
    for column in shape.order {
      let size = sizes[column]
      let table = tables?[column] ?? conditionals[column].map(Double.init)
      let parent = shape.parents[column]
      let groups =
        parent < 0 ? [places] : grouped(places, by: cells[parent], count: sizes[parent])
      for (row, group) in groups.enumerated() where !group.isEmpty {
        let shares = table[row * size..<(row + 1) * size]
        spread(group, over: shares, &random) { cells[column][$0] = Int32($1) }
      }
    }
  }

  /// Conditionals when something is known: belief propagation with evidence. Rows of a parent's
  /// cell that cannot be are 0.
  private func weighted(_ known: [Int: [Double]]) -> [[Double]] {
    var tables = conditionals.map { $0.map(Double.init) }
    var beliefs = sizes.map { [Double](repeating: 1, count: $0) }
    for column in shape.order.reversed() {
      let size = sizes[column]
      var message: [Double] = []
      for row in 0..<tables[column].count / size {
        var sum = 0.0
        for cell in 0..<size {
          let place = row * size + cell
          tables[column][place] *= beliefs[column][cell] * (known[column]?[cell] ?? 1)
          sum += tables[column][place]
        }
        message.append(sum)
      }
      let parent = shape.parents[column]
      guard parent >= 0, let largest = message.max(), largest > 0 else { continue }
      for cell in message.indices { beliefs[parent][cell] *= message[cell] / largest }
    }
    return tables
  }
}

/// Items by the number that each has.
func grouped(_ places: [Int], by codes: [Int32], count: Int) -> [[Int]] {
  var groups = [[Int]](repeating: [], count: count)
  for place in places { groups[Int(codes[place])].append(place) }
  return groups
}

/// Gives every item one of several values in proportion to weights. Each value is given as often
/// as is expected, rounded up or down at random; which items have it is random.
func spread(
  _ items: [Int], over weights: some Collection<Double>,
  _ random: inout some RandomNumberGenerator, _ give: (Int, Int) -> Void
) {
  let total = weights.reduce(0, +)
  let shuffled = items.shuffled(using: &random)
  let scale = total > 0 ? Double(items.count) / total : 0
  // Systematic rounding: one random offset for all.
  let offset = Double.random(in: 0..<1, using: &random)
  var (reached, next) = (0.0, 0)
  for (value, weight) in weights.enumerated() where weight > 0 {
    reached += weight * scale
    let end = min(items.count, Int(reached + offset))
    while next < end {
      give(shuffled[next], value)
      next += 1
    }
  }
  guard next < items.count else { return }
  // What rounding left over; without any weight, all are as likely.
  let last = weights.enumerated().filter { $0.element > 0 }.map(\.offset)
  while next < items.count {
    give(
      shuffled[next],
      last.last ?? Int.random(in: 0..<weights.count, using: &random))
    next += 1
  }
}
