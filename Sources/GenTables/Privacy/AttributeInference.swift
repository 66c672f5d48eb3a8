import GenMedia

/// Guesses one column of a row from all its others: what the closest synthetic row has there.
///
/// That the guess is often right says only that columns depend on each other; that it is right more
/// often for real rows than for the holdout says that the synthetic table leaks.
public struct AttributeInference: Sendable, Hashable, Codable {
  public let column: String
  /// Right guesses: the same level, or a number within a twentieth of the range of the real ones.
  public let real: Share
  /// Nil without a holdout.
  public let holdout: Share?

  private static let mostColumns = 40
  private static let mostRows = 500
  private static let mostSynthetic = 10_000

  /// How much more often guesses are right for real rows, with an interval.
  ///
  /// - Source: Newcombe 1998, method 10, from exact intervals.
  public var excess: (value: Double, low: Double, high: Double)? {
    guard let holdout else { return nil }
    func length(_ a: Double, _ b: Double) -> Double { (a * a + b * b).squareRoot() }
    let value = real.value - holdout.value
    return (
      value, value - length(real.value - real.low, holdout.high - holdout.value),
      value + length(real.high - real.value, holdout.value - holdout.low)
    )
  }

  /// Of every column, or of the first forty; intervals are wide enough that all of them hold together
  /// in 95 % of cases.
  static func all(_ tables: Alignment, _ space: RowSpace, _ random: inout SplitMix) throws
    -> [AttributeInference]
  {
    let known = random.rows(of: tables.synthetic, most: mostSynthetic)
    let points = space.points(known)
    let columns = space.columns.prefix(mostColumns)
    let level = 1 - 0.05 / Double(columns.count)
    func shares(_ table: Table) throws -> [Share?] {
      let asked = random.rows(of: table, most: mostRows)
      let closest = try space.points(asked).closestByOthers(columns.indices, among: points)
      return columns.indices.map { place in
        let (truth, guesses) = (asked.features[place], known.features[place])
        let rows = closest.indices.filter { !truth.isMissing($0) }
        let tolerance = columns[place].spread / 20
        let hits = rows.count { truth.agrees($0, guesses, closest[$0][place], within: tolerance) }
        return rows.isEmpty ? nil : Share(hits, of: rows.count, level: level)
      }
    }
    let (ofReal, ofHoldout) = (try shares(tables.real), try tables.holdout.map(shares))
    return columns.indices.compactMap { place in
      ofReal[place].map { real in
        AttributeInference(
          column: columns[place].name, real: real, holdout: ofHoldout?[place])
      }
    }
  }
}

extension Column {
  fileprivate func isMissing(_ row: Int) -> Bool {
    switch values {
    case .numbers(let numbers): numbers[row].isNaN
    case .codes(let codes, _): codes[row] < 0
    case .texts(let texts): texts[row] == nil
    }
  }

  /// The width of the range of finite numbers.
  fileprivate var spread: Double {
    let known = (numbers ?? []).filter(\.isFinite)
    return (known.max() ?? 0) - (known.min() ?? 0)
  }

  fileprivate func agrees(_ row: Int, _ other: Column, _ place: Int, within tolerance: Double)
    -> Bool
  {
    switch (values, other.values) {
    case (.numbers(let mine), .numbers(let others)):
      abs(mine[row] - others[place]) <= tolerance
    case (.codes(let mine, _), .codes(let others, _)): mine[row] == others[place]
    default: false
    }
  }
}
