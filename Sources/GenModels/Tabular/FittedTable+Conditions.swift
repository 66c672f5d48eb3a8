import GenMedia
import GenTensor

/// What has to be so of the rows that are wanted.
public struct RowCondition: Sendable {
  /// What a method may be able to go by.
  public let demand: RowDemand
  /// In which rows all is as it has to be; nil where it is in all.
  public let holds: @Sendable (Table) async throws -> [Bool]?

  public init(
    _ demand: RowDemand = RowDemand(),
    holds: @escaping @Sendable (Table) async throws -> [Bool]?
  ) {
    (self.demand, self.holds) = (demand, holds)
  }
}

/// The part of a condition that says what single columns are.
public struct RowDemand: Sendable {
  /// Entries that are known, in a table of one row.
  public var given: Table?
  /// Where numbers have to lie.
  public var ranges: [String: ClosedRange<Double>] = [:]

  public init() {}
}

extension FittedTable {
  private static let pieceSize = 10_000
  private static let largestPiece = 200_000
  /// Rows that are drawn for one that is wanted, and at least in all.
  private static let mostTries = (each: 1000, least: 1_000_000)

  /// New rows that meet a condition and break no rule, as if rows had been drawn until enough did.
  ///
  /// - Parameters:
  ///   - mode: How networks keep their numbers while they draw.
  ///   - report: Told how many there are.
  /// - Throws: ``SynthesisError/rare(met:of:wanted:)`` when too few of the rows that were drawn did;
  ///   other ``SynthesisError``; `CancellationError`.
  public func rows(
    _ count: Int, seed: UInt64, where condition: RowCondition, mode: NumericMode = .f32,
    report: @Sendable (Int) -> Void = { _ in }
  ) async throws -> Table {
    let most = max(Self.mostTries.least, count * Self.mostTries.each)
    var pieces = [try await learned(RowRequest(count: 0, seed: seed))]
    var seen = SeenEntries(plan.rules.unique)
    var (met, tries, place) = (0, 0, UInt64(0))
    while met < count {
      guard tries < most else {
        throw SynthesisError.rare(met: met, of: tries, wanted: count)
      }
      try Task.checkCancellation()
      let size = Self.size(of: count - met, met: met, tries: tries)
      var random = SeriesGenerator(seed: seed, place: place)
      let given = condition.demand.given.map { $0.rows(.init(repeating: 0, count: size)) }
      let rows = try await learned(
        RowRequest(
          count: size, seed: random.next(), given: given, ranges: condition.demand.ranges,
          mode: mode))
      var holds = try plan.holds(in: rows, formsByName)
      if let more = try await condition.holds(rows) {
        for row in holds.indices { holds[row] = holds[row] && more[row] }
      }
      let kept = rows.rows(holds.indices.filter { holds[$0] && seen.isNew($0, in: rows) })
      pieces.append(kept)
      (met, tries, place) = (met + kept.rowCount, tries + size, place + 1)
      report(min(met, count))
    }
    return try named(Table.stacked(pieces).rows(Array(0..<count)), seed: seed)
  }

  /// How many to draw next, by how many met it so far.
  private static func size(of missing: Int, met: Int, tries: Int) -> Int {
    guard tries > 0 else { return max(1, min(missing, largestPiece)) }
    let share = max(Double(met), 0.5) / Double(tries)
    return max(pieceSize, min(Int(min(Double(missing) / share * 1.1, 1e9)), largestPiece))
  }
}

/// The entries of columns in which none may come twice.
struct SeenEntries {
  private let names: [String]
  private var seen: [String: Set<String>] = [:]

  init(_ names: [String]) { self.names = names }

  /// Whether nothing of a row was there before; from now on it was.
  mutating func isNew(_ row: Int, in table: Table) -> Bool {
    let entries = names.compactMap { name in table[name]?.text(row).map { (name, $0) } }
    guard entries.allSatisfy({ !(seen[$0]?.contains($1) ?? false) }) else { return false }
    for (name, entry) in entries { seen[name, default: []].insert(entry) }
    return true
  }
}
