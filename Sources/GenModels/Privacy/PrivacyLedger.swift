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
  /// The steps of a training with noise, after the questions.
  public private(set) var training: SampledGaussian?

  public init(budget: PrivacyBudget?, noise: NoiseOrigin) {
    (self.budget, self.noise) = (budget, noise)
  }

  /// Whether the budget protects the rows: noise that can be drawn again does not.
  public var isPrivate: Bool { budget != nil && noise == .system }

  /// `epsilon 3 at delta 1e-06: 13 noisy questions, 1500 steps with noise of 8.1 times what a row adds`.
  public var summary: String {
    guard let budget else { return "nothing protects the rows" }
    var parts = ["\(entries.count) noisy question\(entries.count == 1 ? "" : "s")"]
    if let training {
      let noise = (training.noise * 10).rounded() / 10
      parts.append("\(training.stepCount) steps with noise of \(noise) times what a row adds")
    }
    let epsilon = budget.epsilon
    let written = epsilon == epsilon.rounded() && epsilon < 1e15 ? "\(Int(epsilon))" : "\(epsilon)"
    return "epsilon \(written) at delta \(budget.delta): \(parts.joined(separator: ", "))"
  }

  public var rho: Double { entries.reduce(0) { $0 + $1.rho } }

  /// The epsilon that was spent, at the delta of the budget; nil without a budget.
  ///
  /// With a training, by the accountant that finds less.
  public var epsilon: Double? {
    guard budget != nil else { return nil }
    guard restOfDelta > 0 else { return .infinity }
    guard training != nil else {
      return ConcentratedPrivacy.epsilon(rho: rho, delta: restOfDelta)
    }
    let bounds: [any PrivacyAccountant] = [account(RenyiAccountant()), account(LossAccountant())]
    return bounds.map { $0.epsilon(delta: restOfDelta) }.min()
  }

  /// What the questions left of delta.
  private var restOfDelta: Double {
    (budget?.delta ?? 0) - entries.reduce(0) { $0 + $1.delta }
  }

  /// - Requires: every question was for counts.
  private func account<Accountant: PrivacyAccountant>(_ start: Accountant) -> Accountant {
    var accountant = start
    for entry in entries { accountant.compose(countsOfRho: entry.rho) }
    if let training { accountant.compose(training) }
    return accountant
  }

  /// Spends all that is left on the steps of a training: their noise is the least that is enough, by
  /// the accountant that finds less.
  ///
  /// - Requires: a budget; every question was for counts.
  /// - Throws: ``PrivacyError``.
  mutating func enterTraining(samplingRate: Double, stepCount: Int) throws -> SampledGaussian {
    guard let budget, restOfDelta > 0 else {
      throw PrivacyError.mechanism("nothing is left to train with")
    }
    let rest = try PrivacyBudget(epsilon: budget.epsilon, delta: restOfDelta)
    let most = try RenyiAccountant.noise(
      within: rest, samplingRate: samplingRate, stepCount: stepCount,
      beside: account(RenyiAccountant()))
    var questions = account(LossAccountant())
    questions.settleCounts()
    let least = try LossAccountant.noise(
      within: rest, samplingRate: samplingRate, stepCount: stepCount, beside: questions, near: most,
      tolerance: 1e-4)
    let steps = try SampledGaussian(
      noise: min(most, least), samplingRate: samplingRate, stepCount: stepCount)
    training = steps
    return steps
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

  /// The steps of a training, for all that is left of the budget.
  ///
  /// - Throws: ``PrivacyError``.
  mutating func training(samplingRate: Double, stepCount: Int) throws -> SampledGaussian {
    try ledger.enterTraining(samplingRate: samplingRate, stepCount: stepCount)
  }

  /// What the noise of a training is drawn from.
  mutating func withNoise<Result>(_ draw: (inout NoiseGenerator) throws -> Result) rethrows
    -> Result
  {
    try draw(&random)
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
