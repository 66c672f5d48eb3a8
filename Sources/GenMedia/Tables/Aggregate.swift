/// What many entries of a column are put together to.
public enum Aggregate: String, Sendable, CaseIterable {
  case mean, sum, min, max, median, deviation, first, count

  /// Whether it needs numbers.
  public var isNumeric: Bool { self != .first && self != .count }

  /// One entry for each group of rows; what is missing is left out.
  ///
  /// - Throws: ``TableError/notNumeric(_:)``.
  func column(_ column: Column, _ groups: [[Int]]) throws -> Column {
    switch self {
    case .first:
      return column.entries(
        groups.map { rows in rows.first { column.text($0) != nil } })
    case .count:
      let counts = groups.map { rows in Double(rows.count { column.text($0) != nil }) }
      return Column(column.name, .whole, .numbers(counts))
    default:
      guard let numbers = column.numbers else { throw TableError.notNumeric(column.name) }
      let results = groups.map { rows in
        of(rows.lazy.map { numbers[$0] }.filter { !$0.isNaN }) ?? .nan
      }
      let keepsType = self == .min || self == .max || (self == .sum && column.type == .whole)
      return Column(column.name, keepsType ? column.type : .number, .numbers(results))
    }
  }

  private func of(_ numbers: [Double]) -> Double? {
    switch self {
    case .mean: numbers.mean
    case .sum: numbers.reduce(0, +)
    case .min: numbers.min()
    case .max: numbers.max()
    case .median: numbers.sorted().middle
    case .deviation: numbers.deviation
    case .first, .count: nil
    }
  }
}

extension Table {
  /// One row for each combination of the entries of some columns, with what the others come to and,
  /// as `rows`, how many there were.
  ///
  /// - Throws: ``TableError``.
  public func grouped(by names: [String], _ wanted: [(name: String, by: Aggregate)]) throws -> Table
  {
    let groups = try groups(by: names)
    let firsts = groups.compactMap(\.first)
    var all = try names.map { try column($0).entries(firsts) }
    let taken = Set(names + wanted.map(\.name))
    var counting = "rows"
    while taken.contains(counting) { counting += "_2" }
    all.append(Column(counting, .whole, .numbers(groups.map { Double($0.count) })))
    for (name, aggregate) in wanted { all.append(try aggregate.column(column(name), groups)) }
    return try Table(all)
  }
}
