import GenMedia

/// The columns of a table as far as noisy counts tell: what may be in them, and how often it is.
struct NoisyColumns {
  let grids: [ColumnGrid]
  let columns: [CellColumn]
  let cells: [LevelCells]
  /// How many rows there are, about.
  let total: Double

  /// Counts the levels of each column and joins them into cells.
  ///
  /// - Parameters:
  ///   - rho: What the counts of all columns cost together.
  ///   - cellCount: About how many cells the bins of a range are joined into, for so many rows.
  init(
    _ table: Table, _ budget: DomainBudget, rho: Double, _ questions: inout NoisyQuestions,
    cellCount: (Double) -> Int
  ) throws {
    let grids = try table.columns.map { try budget.grid($0, &questions) }
    let columnRho = rho / Double(grids.count)
    let noise = questions.noise(rho: columnRho)
    let levels = try zip(grids, table.columns).map { grid, column in
      try grid.levels(of: column, allowingOthers: budget.isBought(grid.name))
    }
    var counts: [[Double]] = []
    for (grid, levels) in zip(grids, levels) {
      try Task.checkCancellation()
      var exact = [Int](repeating: 0, count: grid.levelCount)
      for level in levels where level >= 0 { exact[Int(level)] += 1 }
      counts.append(try questions.counts(exact, rho: columnRho, "counts of \(grid.name)"))
    }
    let total = Self.total(counts)
    var (columns, cells) = ([CellColumn](), [LevelCells]())
    for (place, grid) in grids.enumerated() {
      let joint = LevelCells(
        grid, counts: counts[place], noise: noise, total: total, cellCount: cellCount(total))
      let joined = joint.joined(counts[place])
      columns.append(
        CellColumn(
          codes: levels[place].map { $0 < 0 ? -1 : joint.cells[Int($0)] }, size: joint.count,
          counts: joined, variances: joint.sizes.map { Double($0) * noise * noise },
          shares: nearestShares(joined, total: total).map { $0 / total }, total: total))
      cells.append(joint)
    }
    (self.grids, self.columns, self.cells, self.total) = (grids, columns, cells, total)
  }

  /// The number of rows by all columns, the surest of which count most.
  private static func total(_ counts: [[Double]]) -> Double {
    var (sum, weight) = (0.0, 0.0)
    for column in counts {
      sum += column.reduce(0, +) / Double(column.count)
      weight += 1 / Double(column.count)
    }
    return max(1, sum / weight)
  }
}

extension NoisyColumns {
  /// Rows whose columns are as the counts say, each by itself: all that may be known of the table
  /// before a training.
  func independentRows(
    _ count: Int, _ random: inout some RandomNumberGenerator
  ) throws -> Table {
    try Table(
      grids.indices.map { place in
        var levels = [Int32](repeating: 0, count: count)
        let weights = cells[place].cells.enumerated().map { level, cell in
          columns[place].shares[Int(cell)] * Double(cells[place].shares[level])
        }
        spread(Array(0..<count), over: weights, &random) { levels[$0] = Int32($1) }
        return grids[place].column(at: levels, in: nil, &random)
      }, rowCount: count)
  }
}

extension ColumnGrid {
  /// A column as its domain allows: numbers at the nearest end, other texts missing.
  func fitted(_ column: Column) throws -> Column {
    switch (content, column.values) {
    case (.bins(let bins), .numbers(let numbers)):
      let range = bins.lowest...bins.highest
      return Column(
        name, type,
        .numbers(numbers.map { $0.isNaN ? $0 : min(range.upperBound, max(range.lowerBound, $0)) }))
    case (.levels(let names), .codes):
      let codes = try levels(of: column, allowingOthers: true)
      return Column(name, type, .codes(codes.map { $0 == Int32(missing) ? -1 : $0 }, levels: names))
    default:
      throw SynthesisError.unfit(column: name, reason: "its entries are of another kind")
    }
  }
}
