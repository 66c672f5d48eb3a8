/// What is promised to the people in a table, and what is known of its columns without looking.
public struct RowProtection: Hashable, Sendable {
  public let budget: PrivacyBudget
  /// What may be in each column that is learned.
  public let domains: [String: ColumnDomain]
  public let noise: NoiseOrigin

  public init(
    budget: PrivacyBudget, domains: [String: ColumnDomain], noise: NoiseOrigin = .system
  ) {
    (self.budget, self.domains, self.noise) = (budget, domains, noise)
  }
}

/// What a method learned of a table whose rows it protects.
public struct ProtectedModel<Method: TableSynthesizer>: Sendable {
  let method: Method
  /// What may be in its columns.
  let grids: [ColumnGrid]
}
