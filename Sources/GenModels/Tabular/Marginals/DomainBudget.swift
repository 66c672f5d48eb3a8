import GenMedia

/// How a budget is divided between finding out what may be in columns, and all else.
struct DomainBudget {
  private let domains: [String: ColumnDomain]
  private let purchase: DomainPurchase
  /// What is left for all else, in zero-concentrated privacy; infinite without a budget.
  let rho: Double

  /// - Throws: ``PrivacyError/undeclared(column:)``; ``SynthesisError/unfit(column:reason:)``.
  init(_ table: Table, _ settings: MarginalSettings) throws {
    domains = settings.domains
    if let name = domains.keys.sorted().first(where: { table[$0] == nil }) {
      throw SynthesisError.unfit(column: name, reason: "a domain is declared of no such column")
    }
    guard let budget = settings.budget else {
      purchase = DomainPurchase(rho: .infinity, delta: 0)
      rho = .infinity
      return
    }
    for column in table.columns where domains[column.name] == nil {
      throw PrivacyError.undeclared(column: column.name)
    }
    let boughtCount = table.columns.count { settings.domains[$0.name] == .bought }
    let delta = boughtCount > 0 ? budget.delta * MarginalShares.domainDelta : 0
    let all = ConcentratedPrivacy.rho(epsilon: budget.epsilon, delta: budget.delta - delta)
    let bought = Double(boughtCount) / Double(table.columns.count)
    let spent = all * MarginalShares.domains * bought
    purchase = DomainPurchase(
      rho: spent / Double(max(1, boughtCount)), delta: delta / Double(max(1, boughtCount)))
    rho = all - spent
  }

  /// What may be in a column: declared, or bought.
  func grid(_ column: Column, _ questions: inout NoisyQuestions) throws -> ColumnGrid {
    switch domains[column.name] {
    case .levels(let levels): return try ColumnGrid(column, .levels(levels))
    case .range(let range, let count, let common):
      let isWhole = column.type != .number
      return try ColumnGrid(
        column, .bins(.init(range, count: count, common: common, isWhole: isWhole)))
    case .bought, nil:
      return try ColumnGrid(column, purchase.content(column, &questions))
    }
  }

  func isBought(_ name: String) -> Bool { domains[name] == .bought }
}
