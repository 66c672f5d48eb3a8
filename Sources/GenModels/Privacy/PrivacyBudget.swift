/// How much the presence of one row may show: the probability of whatever comes out changes by a
/// factor of at most e^epsilon, up to delta, when one row is added or removed.
///
///     let budget = try PrivacyBudget(epsilon: 3, delta: 1e-6)
///     budget.rho  // 0.1850…, the same in zero-concentrated differential privacy
///
/// - Source: Dwork, Kenthapadi, McSherry, Mironov & Naor 2006, "Our data, ourselves".
public struct PrivacyBudget: Hashable, Codable, Sendable {
  public let epsilon: Double
  public let delta: Double

  /// - Throws: ``PrivacyError`` unless `epsilon` is a number above 0 and `delta` between 0 and 1.
  public init(epsilon: Double, delta: Double) throws {
    guard epsilon > 0, epsilon.isFinite else { throw PrivacyError.epsilon(epsilon) }
    guard delta > 0, delta < 1 else { throw PrivacyError.delta(delta) }
    (self.epsilon, self.delta) = (epsilon, delta)
  }

  public init(from decoder: any Decoder) throws {
    let parts = try decoder.container(keyedBy: CodingKeys.self)
    try self.init(
      epsilon: parts.decode(Double.self, forKey: .epsilon),
      delta: parts.decode(Double.self, forKey: .delta))
  }

  /// Delta has to be so small that no row is simply published with that probability.
  ///
  /// - Throws: ``PrivacyError/deltaAboveOneRow(_:rows:)``.
  public func check(rowCount: Int) throws {
    guard delta * Double(rowCount) <= 1 else {
      throw PrivacyError.deltaAboveOneRow(delta, rows: rowCount)
    }
  }

  /// The largest rho whose zero-concentrated privacy is within this budget.
  public var rho: Double { ConcentratedPrivacy.rho(epsilon: epsilon, delta: delta) }
}

/// Why a promise of privacy cannot be given.
public enum PrivacyError: Error, Hashable, Sendable, CustomStringConvertible {
  case epsilon(Double)
  case delta(Double)
  case deltaAboveOneRow(Double, rows: Int)
  /// A mechanism whose parts are out of their ranges; in words, which.
  case mechanism(String)
  /// No amount of noise that can be drawn is enough.
  case unreachable(PrivacyBudget)
  /// A column of which nobody said what may be in it.
  case undeclared(column: String)

  public var description: String {
    switch self {
    case .epsilon(let epsilon): "epsilon is \(epsilon): it has to be a number above 0"
    case .delta(let delta): "delta is \(delta): it has to be above 0 and below 1"
    case .deltaAboveOneRow(let delta, let rows):
      "delta is \(delta), more than one row in \(rows): choose one below \(1 / Double(rows))"
    case .mechanism(let reason): reason
    case .unreachable(let budget):
      "no noise is enough for an epsilon of \(budget.epsilon) at a delta of \(budget.delta)"
    case .undeclared(let column):
      "nothing says what may be in the column \"\(column)\": declare its levels or its range, or "
        + "have them bought from the budget"
    }
  }
}
