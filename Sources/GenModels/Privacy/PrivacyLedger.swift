import Foundation

/// What a budget was spent on.
public struct PrivacyLedger: Hashable, Codable, Sendable {
  public struct Entry: Hashable, Codable, Sendable {
    /// What was asked of the table, in words.
    public let question: String
    public let rho: Double
    /// With what probability the question shows more than rho says.
    public let delta: Double
  }

  /// Nil where nothing protects the rows.
  public let budget: PrivacyBudget?
  public let noise: NoiseOrigin
  public private(set) var entries: [Entry] = []

  public init(budget: PrivacyBudget?, noise: NoiseOrigin) {
    (self.budget, self.noise) = (budget, noise)
  }

  /// Whether the budget protects the rows: noise that can be drawn again does not.
  public var isPrivate: Bool { budget != nil && noise == .system }

  public var rho: Double { entries.reduce(0) { $0 + $1.rho } }

  /// The epsilon that was spent, at the delta of the budget; nil without a budget.
  public var epsilon: Double? {
    guard let budget else { return nil }
    let rest = budget.delta - entries.reduce(0) { $0 + $1.delta }
    return rest > 0 ? ConcentratedPrivacy.epsilon(rho: rho, delta: rest) : .infinity
  }

  mutating func enter(_ question: String, rho: Double, delta: Double = 0) {
    guard budget != nil else { return }
    entries.append(Entry(question: question, rho: rho, delta: delta))
  }
}

/// Asks a table for counts and choices, with noise, and writes down what that costs.
///
/// Tables are neighbours when one has a row more. Without a budget the answers are exact.
struct NoisyQuestions {
  private(set) var ledger: PrivacyLedger
  private var random: NoiseGenerator

  init(_ budget: PrivacyBudget?, noise: NoiseOrigin, seed: UInt64) {
    ledger = PrivacyLedger(budget: budget, noise: noise)
    random = NoiseGenerator(noise, seed: seed)
  }

  var isExact: Bool { ledger.budget == nil }

  /// The standard deviation of noise on counts that cost rho.
  func noise(rho: Double) -> Double { isExact ? 0 : ConcentratedPrivacy.noise(rho: rho) }

  /// Counts of which one row changes one by one.
  ///
  /// - Throws: ``PrivacyError/unreachable(_:)`` where so much noise cannot be drawn.
  mutating func counts(_ exact: [Int], rho: Double, delta: Double = 0, _ question: String) throws
    -> [Double]
  {
    guard let budget = ledger.budget else { return exact.map(Double.init) }
    guard let gaussian = DiscreteGaussian(variance: 1 / (2 * rho)) else {
      throw PrivacyError.unreachable(budget)
    }
    ledger.enter(question, rho: rho, delta: delta)
    return exact.map { Double($0 + gaussian.draw(&random)) }
  }

  /// One of several answers, the likelier the better it scores: the exponential mechanism.
  ///
  /// - Requires: one row changes a score by at most 1; there is a score.
  mutating func choice(_ scores: [Double], rho: Double, _ question: String) -> Int {
    let best = scores.indices.max { scores[$0] < scores[$1] } ?? 0
    guard !isExact else { return best }
    ledger.enter(question, rho: rho)
    let factor = ConcentratedPrivacy.selectionEpsilon(rho: rho) / 2
    let weights = scores.map { exp(factor * ($0 - scores[best])) }
    var rest = Double.random(in: 0..<weights.reduce(0, +), using: &random)
    for (place, weight) in weights.enumerated() {
      rest -= weight
      if rest < 0 { return place }
    }
    return best
  }
}
