import Foundation
import GenMedia

/// Timings of the methods that make tables: what `scripts/bench tables` holds against Python's.
public enum TableBenchmark {
  public struct Result: Sendable {
    /// Seconds.
    public let fit: Double
    public let sample: Double
    public let made: Table
  }

  /// Fits a method to a table, with its own settings but for how often it goes through it, and
  /// makes rows.
  ///
  /// - Parameter epochs: of tabdiff, its steps.
  /// - Returns: nil for another method.
  /// - Throws: as ``FittedTable``.
  public static func run(
    _ method: String, on table: Table, epochs: Int?, rows: Int, seed: UInt64 = 1
  ) async throws -> Result? {
    switch method {
    case GaussianCopula.method:
      try await run(GaussianCopula.self, on: table, .init(), rows, seed)
    case CTGAN.method:
      try await run(CTGAN.self, on: table, epochs.map { .init(epochs: $0) } ?? .init(), rows, seed)
    case TVAE.method:
      try await run(TVAE.self, on: table, epochs.map { .init(epochs: $0) } ?? .init(), rows, seed)
    case TabDiff.method:
      try await run(TabDiff.self, on: table, epochs.map { .init(steps: $0) } ?? .init(), rows, seed)
    case TabFormer.method:
      try await run(
        TabFormer.self, on: table, epochs.map { .init(epochs: $0) } ?? .init(), rows, seed)
    default: nil
    }
  }

  private static func run<Method: TableSynthesizer>(
    _ method: Method.Type, on table: Table, _ settings: Method.Settings, _ rows: Int, _ seed: UInt64
  ) async throws -> Result {
    let start = Date()
    let model = try await FittedTable(method, table, settings, run: FittingRun(seed: seed))
    let fitted = Date()
    let made = try await model.rows(rows, seed: seed, mode: .fastest)
    return Result(
      fit: fitted.timeIntervalSince(start), sample: Date().timeIntervalSince(fitted), made: made)
  }
}
