import Foundation
import GenMedia

/// The steps of a fit of ``Marginals``.
struct MarginalFit {
  private let table: Table
  private let settings: MarginalSettings
  private let run: FittingRun
  /// What may be spent on domains, and on all else; infinite without a budget.
  private let domainRho: Double
  private let rho: Double
  private let domainDelta: Double

  init(_ table: Table, _ settings: MarginalSettings, _ run: FittingRun) throws {
    (self.table, self.settings, self.run) = (table, settings, run)
    if let name = settings.domains.keys.sorted().first(where: { table[$0] == nil }) {
      throw SynthesisError.unfit(column: name, reason: "a domain is declared of no such column")
    }
    guard let budget = settings.budget else {
      (domainRho, rho, domainDelta) = (.infinity, .infinity, 0)
      return
    }
    for column in table.columns where settings.domains[column.name] == nil {
      throw PrivacyError.undeclared(column: column.name)
    }
    let boughtCount = table.columns.count { settings.domains[$0.name] == .bought }
    let delta = boughtCount > 0 ? budget.delta * MarginalShares.domainDelta : 0
    let all = ConcentratedPrivacy.rho(epsilon: budget.epsilon, delta: budget.delta - delta)
    let bought = Double(boughtCount) / Double(table.columns.count)
    let domains = all * MarginalShares.domains * bought
    domainDelta = delta / Double(max(1, boughtCount))
    domainRho = domains / Double(max(1, boughtCount))
    rho = all - domains
  }

  func fitted() throws -> Marginals {
    var questions = NoisyQuestions(settings.budget, noise: settings.noise, seed: run.seed)
    let grids = try table.columns.map { try grid($0, &questions) }
    let (columns, cells) = try counted(grids, &questions)
    let pairCount = Double(max(1, columns.count - 1))
    let pairRho = rho * MarginalShares.pairs / pairCount
    let noise = questions.noise(rho: pairRho)
    let selection = PairSelection(columns: columns, noise: noise)
    let pairs = try selection.tree(rho: rho * MarginalShares.choice, &questions)
    let shape = TreeShape(pairs: pairs, columnCount: columns.count)

    var pairCounts = [[Double]](repeating: [], count: columns.count)
    for column in shape.order where shape.parents[column] >= 0 {
      let parent = shape.parents[column]
      pairCounts[column] = try questions.counts(
        GenModels.pairCounts(columns[parent], columns[column]), rho: pairRho,
        "counts of \(grids[parent].name) and \(grids[column].name)")
    }
    var inference = TreeInference(columns, shape, pairs: pairCounts, noise: noise)
    try inference.descend { step, loss in
      run.report(
        FittingEvent(step: step, of: TreeInference.stepCount, losses: ["loss": Float(loss)]))
    }
    return Marginals(
      grids: grids, cells: cells,
      sampler: TreeSampler(
        shape: shape, sizes: columns.map(\.size), conditionals: inference.conditionals),
      ledger: questions.ledger)
  }

  private func grid(_ column: Column, _ questions: inout NoisyQuestions) throws -> ColumnGrid {
    switch settings.domains[column.name] {
    case .levels(let levels): return try ColumnGrid(column, .levels(levels))
    case .range(let range, let count, let common):
      let isWhole = column.type != .number
      return try ColumnGrid(
        column, .bins(.init(range, count: count, common: common, isWhole: isWhole)))
    case .bought, nil:
      let purchase = DomainPurchase(rho: domainRho, delta: domainDelta)
      return try ColumnGrid(column, purchase.content(column, &questions))
    }
  }

  /// Counts the levels of each column and joins them into cells.
  private func counted(
    _ grids: [ColumnGrid], _ questions: inout NoisyQuestions
  ) throws -> ([CellColumn], [LevelCells]) {
    // A single column has no pairs to pay for.
    let share = grids.count > 1 ? MarginalShares.columns : 1
    let columnRho = rho * share / Double(grids.count)
    let noise = questions.noise(rho: columnRho)
    let levels = try zip(grids, table.columns).map { grid, column in
      try grid.levels(of: column, allowingOthers: settings.domains[grid.name] == .bought)
    }
    var counts: [[Double]] = []
    for (grid, levels) in zip(grids, levels) {
      try Task.checkCancellation()
      var exact = [Int](repeating: 0, count: grid.levelCount)
      for level in levels where level >= 0 { exact[Int(level)] += 1 }
      counts.append(try questions.counts(exact, rho: columnRho, "counts of \(grid.name)"))
    }
    let total = Self.total(counts)
    let pairNoise = questions.noise(
      rho: rho * MarginalShares.pairs / Double(max(1, grids.count - 1)))
    let cellCount = Self.cellCount(total: total, noise: pairNoise)
    var (columns, cells) = ([CellColumn](), [LevelCells]())
    for (place, grid) in grids.enumerated() {
      let joint = LevelCells(
        grid, counts: counts[place], noise: noise, total: total, cellCount: cellCount)
      let joined = joint.joined(counts[place])
      columns.append(
        CellColumn(
          codes: levels[place].map { $0 < 0 ? -1 : joint.cells[Int($0)] }, size: joint.count,
          counts: joined, variances: joint.sizes.map { Double($0) * noise * noise },
          shares: nearestShares(joined, total: total).map { $0 / total }, total: total))
      cells.append(joint)
    }
    return (columns, cells)
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

  /// So many cells of a range that the noise of a pair of them stays a fraction of the rows.
  static func cellCount(total: Double, noise: Double) -> Int {
    guard noise > 0 else { return 64 }
    return Int(min(64, max(4, (total / (4 * noise)).squareRoot())))
  }
}
