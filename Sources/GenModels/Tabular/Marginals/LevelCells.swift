/// The levels of a column joined into cells of which noise leaves something to be seen: the
/// variables of the model.
///
/// Made from noisy counts only, so joining costs nothing.
struct LevelCells: Sendable {
  /// The cell of each level.
  let cells: [Int32]
  /// The share of each level within its cell; those of a cell add up to 1.
  let shares: [Float]
  let count: Int

  /// Cells of a column.
  ///
  /// - Parameters:
  ///   - counts: Noisy counts of its levels.
  ///   - noise: The standard deviation of their noise.
  ///   - total: How many rows there are, about.
  ///   - cellCount: About how many cells the bins of a range are joined into.
  init(_ grid: ColumnGrid, counts: [Double], noise: Double, total: Double, cellCount: Int) {
    var cells = [Int32](repeating: -1, count: counts.count)
    var count = 0
    let leastCount = 3 * noise
    // Levels that are seen stand for themselves, but for bins, which have neighbours to join.
    let binCount = grid.binCount
    for level in binCount..<counts.count where counts[level] > leastCount {
      cells[level] = Int32(count)
      count += 1
    }
    if binCount > 0 {
      let runs = Self.runs(
        counts.prefix(binCount), noise: noise, least: max(total / Double(cellCount), leastCount))
      for run in runs {
        for level in run { cells[level] = Int32(count) }
        count += 1
      }
    }
    // All others are one cell.
    let others = counts.indices.filter { cells[$0] < 0 }
    let home = binCount > 0 ? cells[0] : Int32(count)
    if !others.isEmpty, binCount == 0 { count += 1 }
    for level in others { cells[level] = home }
    self.init(
      cells: cells, shares: Self.shares(cells, count, counts, noise: noise, bins: binCount),
      count: count)
  }

  init(cells: [Int32], shares: [Float], count: Int) {
    (self.cells, self.shares, self.count) = (cells, shares, count)
  }

  /// Neighbouring bins with enough rows together.
  private static func runs(
    _ counts: ArraySlice<Double>, noise: Double, least: Double
  ) -> [Range<Int>] {
    var runs: [Range<Int>] = []
    var (start, sum) = (0, 0.0)
    func isEnough(_ end: Int) -> Bool {
      sum >= max(least, 3 * noise * Double(end - start).squareRoot())
    }
    for level in counts.indices {
      // A bin that is full by itself does not take its poor neighbours with it.
      if level > start, counts[level] >= least, sum >= 3 * noise * Double(level - start) {
        runs.append(start..<level)
        (start, sum) = (level, 0)
      }
      sum += counts[level]
      if isEnough(level + 1) {
        runs.append(start..<level + 1)
        (start, sum) = (level + 1, 0)
      }
    }
    if start < counts.endIndex {
      let tail = start..<counts.endIndex
      if let last = runs.last, sum < 3 * noise * Double(tail.count).squareRoot() {
        runs[runs.count - 1] = last.lowerBound..<tail.upperBound
      } else {
        runs.append(tail)
      }
    }
    return runs
  }

  /// The shares of levels within their cells.
  private static func shares(
    _ cells: [Int32], _ count: Int, _ counts: [Double], noise: Double, bins: Int
  ) -> [Float] {
    var shares = [Float](repeating: 0, count: cells.count)
    var members = [[Int]](repeating: [], count: count)
    for (level, cell) in cells.enumerated() { members[Int(cell)].append(level) }
    for levels in members {
      let found = levels.map { counts[$0] }
      let sum = found.reduce(0, +)
      // What is hidden by noise is taken as even; of numbers, what is no bin as not there.
      let isClear = sum > 3 * noise * Double(levels.count)
      let weights =
        isClear
        ? nearestShares(found, total: sum) : levels.map { bins == 0 || $0 < bins ? 1.0 : 0 }
      let total = weights.reduce(0, +)
      for (level, weight) in zip(levels, weights) {
        shares[level] = total > 0 ? Float(weight / total) : 1 / Float(levels.count)
      }
    }
    return shares
  }

  /// Counts of the cells.
  func joined(_ counts: [Double]) -> [Double] {
    var joined = [Double](repeating: 0, count: count)
    for (level, cell) in cells.enumerated() { joined[Int(cell)] += counts[level] }
    return joined
  }

  /// How many levels each cell has.
  var sizes: [Int] {
    var sizes = [Int](repeating: 0, count: count)
    for cell in cells { sizes[Int(cell)] += 1 }
    return sizes
  }
}

extension ColumnGrid {
  var binCount: Int {
    if case .bins(let bins) = content { bins.count } else { 0 }
  }
}

/// The counts without negative ones and with a given sum that are nearest to these.
///
/// - Source: Held, Wolfe & Crowder 1974, "Validation of subgradient optimization".
func nearestShares(_ counts: [Double], total: Double) -> [Double] {
  var (sum, shift) = (0.0, 0.0)
  for (place, count) in counts.sorted(by: >).enumerated() {
    sum += count
    let candidate = (sum - total) / Double(place + 1)
    if count > candidate { shift = candidate } else { break }
  }
  return counts.map { max(0, $0 - shift) }
}
