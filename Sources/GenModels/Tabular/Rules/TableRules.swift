import GenMedia

/// What has to be so of every row that is made, and is so of every row that was learned from.
public struct TableRules: Hashable, Codable, Sendable {
  /// True of every row in which nothing that they look at is missing.
  public var always: [RowFormula]
  /// Columns whose entries only go together as they were seen.
  public var together: [[String]]
  /// Columns in which no entry comes twice.
  public var unique: [String]

  public init(always: [RowFormula] = [], together: [[String]] = [], unique: [String] = []) {
    (self.always, self.together, self.unique) = (always, together, unique)
  }

  var isEmpty: Bool { always.isEmpty && together.isEmpty && unique.isEmpty }

  /// Every column that a rule is about.
  var columns: Set<String> {
    Set(always.flatMap(\.columns)).union(together.flatMap { $0 }).union(unique)
  }

  /// In which rows a formula is kept; nil where that cannot be worked out.
  static func keeps(_ formula: RowFormula, _ table: Table, _ grains: [String: Double]) -> [Bool]? {
    guard var kept = formula.truths(in: table, grains) else { return nil }
    guard !formula.asksForMissing else { return kept }
    for name in formula.columns {
      guard let column = table[name], column.missingCount > 0 else { continue }
      for row in kept.indices where !kept[row] { kept[row] = column.isMissing(row) }
    }
    return kept
  }
}

extension Column {
  /// The number or the code of an entry; nil where it is missing, and for texts.
  func entryCode(_ row: Int) -> Double? {
    switch values {
    case .numbers(let numbers): numbers[row].isNaN ? nil : numbers[row]
    case .codes(let codes, _): codes[row] < 0 ? nil : Double(codes[row])
    case .texts: nil
    }
  }

  func isMissing(_ row: Int) -> Bool {
    switch values {
    case .numbers(let numbers): numbers[row].isNaN
    case .codes(let codes, _): codes[row] < 0
    case .texts(let texts): texts[row] == nil
    }
  }
}

extension RowFormula {
  fileprivate var asksForMissing: Bool {
    switch self {
    case .missing: true
    case .not(let inner), .negative(let inner): inner.asksForMissing
    case .joined(let left, _, let right): left.asksForMissing || right.asksForMissing
    default: false
    }
  }

  /// Where it is true; numbers that should be equal may be half of their grain apart, and all
  /// comparisons of numbers forgive what arithmetic loses.
  fileprivate func truths(in table: Table, _ grains: [String: Double]) -> [Bool]? {
    if case .joined(let left, let sign, let right) = self, let numbers = left.numbers(in: table),
      let others = right.numbers(in: table),
      let compare: (Double, Double) -> Bool = sign.comparison()
    {
      // What is said of one column is rounded as that column is.
      let alone = [left, right].flatMap { side -> [String] in
        if case .column(let name) = side { [name] } else { [] }
      }
      let grain = (alone.isEmpty ? columns : alone).compactMap { grains[$0] }.min() ?? 0
      return zip(numbers, others).map { first, second in
        let slack = 1e-9 * max(abs(first), abs(second), 1)
        switch sign {
        case .equal: return abs(first - second) <= slack + grain / 2
        case .lessEqual: return first <= second + slack
        case .greaterEqual: return first >= second - slack
        default: return compare(first, second)
        }
      }
    }
    return isTrue(in: table)
  }

  /// Its numbers, days and times counted; nil where it has none.
  func numbers(in table: Table) -> [Double]? {
    guard case .numbers(let numbers)? = values(in: table.counted(columns)) else { return nil }
    return numbers
  }
}

extension Table {
  /// With some columns of days and times as bare numbers.
  fileprivate func counted(_ names: [String]) -> Table {
    let counted = columns.filter { names.contains($0.name) }.map { column in
      switch column.type {
      case .date, .time: Column(column.name, .number, column.values)
      default: column
      }
    }
    return (try? Table(counted, rowCount: rowCount)) ?? self
  }
}
