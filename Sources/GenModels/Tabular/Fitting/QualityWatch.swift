import GenMedia
import GenTables

/// Draws a few rows now and then while a model is fitted, and tells how like those of the table they
/// are.
///
/// When it looks follows from the numbers of steps alone, so that a fit that goes on, or is made again,
/// keeps the same curve. It changes nothing of the fit.
struct QualityWatch<Method: TableSynthesizer> {
  private let real: Table
  private let seed: UInt64
  private let interval: Int
  private let model: () throws -> Method

  private static var rowCount: Int { RowDrawing.batchCount }
  /// A look takes about as long as so many steps, beside the passes of its rows.
  private static var stepsOfALook: Int { 25 }
  /// Looks take at most one part in so many of the time.
  private static var rarity: Int { 20 }
  private static var mostLooks: Int { 20 }

  /// - Parameters:
  ///   - batchCount: Rows of a step.
  ///   - passes: How often rows go through the network until they are drawn.
  ///   - model: The model as it is now.
  init(
    _ table: Table, seed: UInt64, stepCount: Int, batchCount: Int, passes: Int = 1,
    model: @escaping () throws -> Method
  ) {
    var random = SplitMix(seed: seed)
    let chosen = (0..<table.rowCount).shuffled(using: &random).prefix(Self.rowCount)
    real = table.rows(Array(chosen))
    // A step goes forward once and backward twice.
    let steps = Self.stepsOfALook + passes * Self.rowCount / (3 * batchCount)
    interval = max(stepCount / Self.mostLooks, Self.rarity * steps)
    (self.seed, self.model) = (seed, model)
  }

  /// How like the rows are that the model draws after so many steps, 0…1: the mean of SDMetrics'
  /// column shapes and pair trends, of a few hundred rows. Nil where it does not look.
  func score(after step: Int) async throws -> Float? {
    guard step % interval == 0 else { return nil }
    let request = RowRequest(count: Self.rowCount, seed: seed)
    let made = try await model().rows(request)
    return try QualityReport(of: made, beside: real).score.map { Float($0) }
  }
}
