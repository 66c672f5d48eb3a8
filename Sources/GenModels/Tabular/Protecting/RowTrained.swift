import GenMedia
import GenTensor

/// A method that trains networks by the sum over rows of a loss that looks at one row at a time, so
/// that its training can protect every row.
protocol RowTrained: TableSynthesizer where Settings: RowTrainingSettings {
  /// How it reads numbers.
  static var scheme: TableEncoding.Scheme { get }

  /// The sum over `settings.batchCount` rows of their losses.
  static func loss(_ graph: Graph, _ settings: Settings, _ layout: RowLayout) throws -> Tensor

  /// What the program of the loss is given for rows, as many as `settings.batchCount`.
  static func inputs(
    _ rows: [String: NDArray], _ settings: Settings, _ layout: RowLayout,
    _ random: inout SeriesGenerator
  ) throws -> [String: NDArray]

  var settings: Settings { get }
  var encoding: TableEncoding { get }
  var weights: [String: NDArray] { get }

  init(
    settings: Settings, encoding: TableEncoding, weights: [String: NDArray], spent: PrivacyLedger?)

  /// The weights of a model, of all that training has left.
  static func kept(of states: [String: NDArray]) -> [String: NDArray]

  /// - Throws: where settings, encoding and weights make no program that draws rows.
  func checkDrawing() throws
}

/// The settings of a training with protected rows.
protocol RowTrainingSettings {
  /// Rows of a step.
  var batchCount: Int { get set }
  var optimizer: AdamW { get }

  /// - Throws: ``SynthesisError/settings(_:)`` where no network can be made.
  func check() throws
  func stepCount(rowCount: Double) -> Int
  /// Of a step, counted from 0.
  func rate(step: Int, of count: Int) -> Float
}

extension RowTrained {
  public static var canProtect: Bool { true }

  public static func protected(
    _ table: Table, _ settings: Settings, _ protection: RowProtection, _ run: FittingRun
  ) async throws -> ProtectedModel<Self> {
    guard table.rowCount > 0, !table.columns.isEmpty else { throw SynthesisError.emptyTable }
    try settings.check()
    try protection.budget.check(rowCount: table.rowCount)
    var questions = NoisyQuestions(protection.budget, noise: protection.noise, seed: run.seed)
    let budget = try DomainBudget(table, MarginalSettings(protection))
    let known = try NoisyColumns(
      table, budget, rho: budget.rho * ProtectedShares.columns, &questions
    ) { _ in ProtectedShares.cellCount }
    var random = SeriesGenerator(seed: run.seed, place: 0)
    // The rows that the encoding is learned from are made of noisy counts: that costs nothing more.
    let like = try known.independentRows(
      min(max(1, Int(known.total)), ProtectedShares.mostRows), &random)
    let encoding = try TableEncoding(learning: like, scheme, seed: run.seed)
    let clean = try Table(
      zip(known.grids, table.columns).map { try $0.fitted($1) }, rowCount: table.rowCount)
    let training = ProtectedTraining<Self>(
      settings: settings, rows: encoding.encoded(clean, seed: run.seed), run: run,
      total: known.total)
    let states = try await training(&questions)
    let model = Self(
      settings: settings, encoding: encoding, weights: kept(of: states), spent: questions.ledger)
    return ProtectedModel(method: model, grids: known.grids)
  }

  public func stored() throws -> StoredSynthesizer {
    let facts = StoredFacts(settings: settings, encoding: encoding, spent: spent)
    return StoredSynthesizer(arrays: weights, facts: try facts.text())
  }

  public init(_ stored: StoredSynthesizer) throws {
    let facts = try StoredFacts<Settings>(reading: stored.facts)
    self.init(
      settings: facts.settings, encoding: facts.encoding, weights: stored.arrays,
      spent: facts.spent)
    try settings.check()
    do { try checkDrawing() } catch { throw SynthesisError.damaged("\(error)") }
  }
}

/// How the budget of a training with protected rows is divided.
enum ProtectedShares {
  /// Of rho, for the counts of single columns that numbers are scaled by.
  static let columns = 0.15
  /// The finest that counts of a range are taken.
  static let cellCount = 64
  /// Rows that the encoding is learned from.
  static let mostRows = 50_000
}
