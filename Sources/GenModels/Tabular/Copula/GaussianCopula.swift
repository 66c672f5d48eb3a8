import Foundation
import GenMedia
import GenTensor

/// A normal number behind every column, all correlated: what a column is like and how columns go
/// together are learned apart.
///
/// - Source: Patki, Wedge & Veeramachaneni 2016, "The Synthetic Data Vault", section III.
/// - Departs: levels stand in an order that the other columns give (``LevelOrder``), correlations are
///   those behind the levels rather than between them, and whether a number is missing has a normal
///   number of its own.
public struct GaussianCopula: TableSynthesizer {
  public struct Settings: Hashable, Codable, Sendable {
    /// One of ``marginalChoices``.
    public var marginals: String

    public init(marginals: String = "best") { self.marginals = marginals }

    public static let marginalChoices = MarginalCurve.Choice.allCases.map(\.rawValue)
  }

  public static let method = "copula"

  /// What a normal number says of a column.
  struct Latent: Sendable, Hashable {
    /// The place of the column.
    let column: Int
    /// Whether it says only if an entry is there: code 0, or -1 where it is missing.
    let isPresence: Bool
    let scale: LatentScale
  }

  /// The columns, without rows.
  let schema: Table
  let latents: [Latent]
  let correlations: SquareMatrix
  let lower: SquareMatrix

  /// - Throws: ``SynthesisError/damaged(_:)`` for what is no correlation matrix.
  init(schema: Table, latents: [Latent], correlations: SquareMatrix) throws {
    guard correlations.size == latents.count, let lower = correlations.cholesky else {
      throw SynthesisError.damaged("the correlations are none")
    }
    self.schema = schema
    self.latents = latents
    self.correlations = correlations
    self.lower = lower
  }

  public static func fitted(
    to table: Table, _ settings: Settings, _ run: FittingRun
  ) async throws -> GaussianCopula {
    guard table.rowCount > 0, !table.columns.isEmpty else { throw SynthesisError.emptyTable }
    let choice = MarginalCurve.Choice(rawValue: settings.marginals) ?? .best
    let orders = LevelOrder(table).orders
    var latents: [Latent] = []
    var entries: [[Double]] = []
    for (place, column) in table.columns.enumerated() {
      try Task.checkCancellation()
      switch column.values {
      case .numbers(let numbers):
        let sorted = numbers.filter { !$0.isNaN }.sorted()
        guard !sorted.isEmpty else {
          throw SynthesisError.unfit(column: column.name, reason: "nothing in it is known")
        }
        let sample = MarginalSample(sorted: sorted, step: column.type == .number ? 0 : 1)
        latents.append(
          Latent(column: place, isPresence: false, scale: .curve(MarginalCurve(sample, choice))))
        entries.append(numbers)
        guard sorted.count < numbers.count else { continue }
        let presence: [Int32] = numbers.map { $0.isNaN ? -1 : 0 }
        latents.append(
          Latent(
            column: place, isPresence: true, scale: .levels(LevelCuts([-1, 0], counting: presence))
          ))
        entries.append(presence.map(Double.init))
      case .codes(let codes, let levels):
        let order = orders[column.name] ?? (-1..<Int32(levels.count)).map { $0 }
        latents.append(
          Latent(
            column: place, isPresence: false, scale: .levels(LevelCuts(order, counting: codes))))
        entries.append(codes.map(Double.init))
      case .texts:
        throw SynthesisError.unfit(column: column.name, reason: "it holds texts")
      }
      run.report(FittingEvent(step: place + 1, of: table.columns.count, losses: [:]))
    }
    let rows = Self.spread(table.rowCount)
    let correlations = try LatentScores.correlations(
      latents.map(\.scale), entries.map { all in rows.map { all[$0] } })
    return try GaussianCopula(
      schema: table.rows([]), latents: latents, correlations: correlations.repairedCorrelation)
  }

  /// The family of each column of numbers.
  public var columnNotes: [String: String] {
    var notes: [String: String] = [:]
    for latent in latents {
      guard case .curve(let curve) = latent.scale else { continue }
      notes[schema.columns[latent.column].name] = curve.family
    }
    return notes
  }

  /// Rows that the correlations are taken from: all, or half a million evenly spread.
  private static func spread(_ count: Int) -> [Int] {
    let most = 500_000
    guard count > most else { return Array(0..<count) }
    return (0..<most).map { $0 * count / most }
  }
}

extension LevelCuts {
  /// - Parameter entries: Codes, not none.
  fileprivate init(_ codes: [Int32], counting entries: [Int32]) {
    var counts: [Int32: Int] = [:]
    for entry in entries { counts[entry, default: 0] += 1 }
    self.init(codes, counts: counts)
  }
}
