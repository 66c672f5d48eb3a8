import Foundation
import GenMedia

/// The steps of a fit of ``Marginals``.
struct MarginalFit {
  private let table: Table
  private let settings: MarginalSettings
  private let run: FittingRun
  private let budget: DomainBudget

  init(_ table: Table, _ settings: MarginalSettings, _ run: FittingRun) throws {
    (self.table, self.settings, self.run) = (table, settings, run)
    budget = try DomainBudget(table, settings)
  }

  func fitted() throws -> Marginals {
    var questions = NoisyQuestions(settings.budget, noise: settings.noise, seed: run.seed)
    let rho = budget.rho
    // A single column has no pairs to pay for.
    let share = table.columns.count > 1 ? MarginalShares.columns : 1
    let pairRho = rho * MarginalShares.pairs / Double(max(1, table.columns.count - 1))
    let noise = questions.noise(rho: pairRho)
    let counted = try NoisyColumns(table, budget, rho: rho * share, &questions) {
      Self.cellCount(total: $0, noise: noise)
    }
    let (grids, cells, columns) = (counted.grids, counted.cells, counted.columns)
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

  /// So many cells of a range that the noise of a pair of them stays a fraction of the rows.
  static func cellCount(total: Double, noise: Double) -> Int {
    guard noise > 0 else { return 64 }
    return Int(min(64, max(4, (total / (4 * noise)).squareRoot())))
  }
}
