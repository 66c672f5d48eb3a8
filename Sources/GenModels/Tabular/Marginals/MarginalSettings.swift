import GenMedia

/// How the method ``Marginals`` learns.
public struct MarginalSettings: Hashable, Codable, Sendable {
  /// What may be spent; nil learns without noise, for tables that are no secret.
  public var budget: PrivacyBudget?
  /// What may be in each column. With a budget every column needs one: what the table itself
  /// shows is a secret. Without, columns that are not here are looked at.
  public var domains: [String: ColumnDomain]
  public var noise: NoiseOrigin

  public init(
    budget: PrivacyBudget?, domains: [String: ColumnDomain] = [:], noise: NoiseOrigin = .system
  ) {
    (self.budget, self.domains, self.noise) = (budget, domains, noise)
  }

  init(_ protection: RowProtection) {
    self.init(budget: protection.budget, domains: protection.domains, noise: protection.noise)
  }
}

/// What may be in a column, known before anybody looks at the table. An entry may always be
/// missing.
public enum ColumnDomain: Hashable, Codable, Sendable {
  /// These texts; a table with another is refused.
  case levels([String])
  /// Numbers of a range, counted in bins of equal width; a number outside counts as the nearest
  /// end. Numbers of the range that may be common are counted by themselves: without, 0 of nine
  /// rows in ten, where there is nothing, would become anything of a bin.
  case range(ClosedRange<Double>, binCount: Int = 256, common: [Double] = [0])
  /// Found out by noisy questions that are paid from the budget: levels and common numbers that
  /// enough rows have, and ends that leave out few.
  case bought
}

/// How a budget is divided.
enum MarginalShares {
  /// Of rho, for domains that are bought, where all are; of fewer, less.
  static let domains = 0.3
  /// Of the rest: for the counts of single columns, for the choice of pairs, for their counts.
  static let columns = 0.3
  static let choice = 0.15
  static let pairs = 0.55
  /// Of delta, for domains that are bought.
  static let domainDelta = 0.5
}
