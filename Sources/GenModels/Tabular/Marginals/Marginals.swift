import Foundation
import GenMedia
import GenTensor

/// Learns counts of single columns and of a tree of pairs, with noise that protects every row:
/// the method for a small epsilon. Without a budget a quick and plain model of any table.
///
///     let settings = MarginalSettings(
///       budget: try PrivacyBudget(epsilon: 3, delta: 1e-6),
///       domains: ["age": .range(0...120), "smoker": .levels(["no", "yes"]), "city": .bought])
///     let model = try await Marginals.fitted(to: table, settings, FittingRun(seed: 1))
///     model.ledger.epsilon  // at most 3
///     try await model.rows(RowRequest(count: 1000, seed: 2))
///
/// One row more or less is what is protected. The number of rows is only looked at to refuse a
/// delta that is too large. By default the noise is the system's (see ``NoiseOrigin``): a fit
/// cannot be repeated, and a second fit spends the budget a second time. It takes seconds, so it
/// keeps nothing in a checkpoint file.
///
/// - Source: McKenna, Miklau & Sheldon 2021, "Winning the NIST contest", arXiv:2108.04978 (MST).
/// - Departs: neighbouring bins are joined by their noisy counts, within joined levels the noisy
///   counts of single ones go on counting; noise is discrete; thirds of the budget are not equal.
public struct Marginals: TableSynthesizer {
  public static let method = "marginals"

  let grids: [ColumnGrid]
  let cells: [LevelCells]
  let sampler: TreeSampler
  /// What the fit cost.
  public let ledger: PrivacyLedger

  public static func fitted(
    to table: Table, _ settings: MarginalSettings, _ run: FittingRun
  ) async throws -> Marginals {
    guard table.rowCount > 0, !table.columns.isEmpty else { throw SynthesisError.emptyTable }
    try settings.budget?.check(rowCount: table.rowCount)
    return try MarginalFit(table, settings, run).fitted()
  }

  public static var canProtect: Bool { true }

  /// - Parameter settings: Without a budget: that of the protection counts.
  public static func protected(
    _ table: Table, _ settings: MarginalSettings, _ protection: RowProtection, _ run: FittingRun
  ) async throws -> ProtectedModel<Marginals> {
    let model = try await fitted(to: table, MarginalSettings(protection), run)
    return ProtectedModel(method: model, grids: model.grids)
  }

  public var spent: PrivacyLedger? { ledger.budget.map { _ in ledger } }

  public func rows(_ request: RowRequest) async throws -> Table {
    var random = SeriesGenerator(seed: request.seed, place: 0)
    let known = try request.given.map { try knownCells($0, count: request.count) } ?? [:]
    // Which share of each level is wanted.
    let wanted = grids.map { grid in request.ranges[grid.name].flatMap(grid.shares) }
    var drawn = [[Int32]](
      repeating: [Int32](repeating: 0, count: request.count), count: grids.count)
    for group in groups(known, count: request.count) {
      try Task.checkCancellation()
      var possible: [Int: [Double]] = [:]
      for (place, parts) in wanted.enumerated() {
        if let parts { possible[place] = cells[place].joined(weights(place, parts)) }
      }
      for (place, cell) in group.cells {
        possible[place] = (0..<cells[place].count).map { $0 == cell ? 1 : 0 }
      }
      sampler.draw(group.rows, known: possible, into: &drawn, &random)
    }
    var columns: [Column] = []
    for (place, grid) in grids.enumerated() {
      try Task.checkCancellation()
      if let given = request.given?[grid.name] {
        columns.append(given)
        continue
      }
      let levels = levels(of: place, drawn[place], wanted: wanted[place], &random)
      columns.append(grid.column(at: levels, in: request.ranges[grid.name], &random))
    }
    return try Table(columns)
  }

  /// The share of each level in its cell, or the wanted part of that.
  private func weights(_ column: Int, _ wanted: [Double]?) -> [Double] {
    let shares = cells[column].shares.map(Double.init)
    guard let wanted else { return shares }
    return zip(shares, wanted).map { $0 * $1 }
  }

  /// Cells back to levels, in the shares that these have.
  private func levels(
    of column: Int, _ drawn: [Int32], wanted: [Double]?, _ random: inout SeriesGenerator
  ) -> [Int32] {
    let cells = cells[column]
    let weights = weights(column, wanted)
    var members = [[Int]](repeating: [], count: cells.count)
    for (level, cell) in cells.cells.enumerated() { members[Int(cell)].append(level) }
    var levels = [Int32](repeating: 0, count: drawn.count)
    let rows = grouped(Array(drawn.indices), by: drawn, count: cells.count)
    for (cell, group) in rows.enumerated() where !group.isEmpty {
      spread(group, over: members[cell].map { weights[$0] }, &random) {
        levels[$0] = Int32(members[cell][$1])
      }
    }
    return levels
  }

  /// The cells of columns whose entries are given, by the place of the column.
  private func knownCells(_ given: Table, count: Int) throws -> [Int: [Int32]] {
    var known: [Int: [Int32]] = [:]
    for column in given.columns {
      guard let place = grids.firstIndex(where: { $0.name == column.name }) else {
        throw SynthesisError.unfit(column: column.name, reason: "the model has no such column")
      }
      guard column.count == count else {
        throw SynthesisError.unfit(
          column: column.name, reason: "\(column.count) entries are given for \(count) rows")
      }
      known[place] = try grids[place].levels(of: column).map { cells[place].cells[Int($0)] }
    }
    return known
  }

  /// Rows of which the same is known.
  private func groups(
    _ known: [Int: [Int32]], count: Int
  ) -> [(cells: [Int: Int], rows: [Int])] {
    guard !known.isEmpty else { return [([:], Array(0..<count))] }
    let columns = known.keys.sorted()
    var places: [[Int32]: Int] = [:]
    var groups: [(cells: [Int: Int], rows: [Int])] = []
    for row in 0..<count {
      let key = columns.map { known[$0]?[row] ?? 0 }
      if let place = places[key] {
        groups[place].rows.append(row)
      } else {
        places[key] = groups.count
        let cells = zip(columns, key.map(Int.init))
        groups.append((Dictionary(uniqueKeysWithValues: cells), [row]))
      }
    }
    return groups
  }
}
