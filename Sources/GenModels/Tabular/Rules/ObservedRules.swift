import GenMedia

/// Rules that every row of a table keeps and that chance would have broken. A method learns them as
/// it learns everything, roughly, and keeps them only when they are said.
public struct ObservedRules {
  /// Without those that were said already.
  public var rules: TableRules

  /// Of rows, of which `whole` may know more: rules are about that as well, but never about that alone.
  public init(
    of table: Table, besides known: TableRules = TableRules(), in whole: Table? = nil
  ) {
    let columns = ObservedColumns(whole ?? table)
    let own = whole == nil ? columns : ObservedColumns(table)
    let computed = columns.sums.filter { !known.always.contains($0) }
    let orders = columns.orders.filter { formula in
      let names = Set(formula.columns)
      return !(computed + known.always).contains { names.isSubset(of: $0.columns) }
    }
    let said = Set(known.together.flatMap { $0 })
    rules = TableRules(
      always: (computed + orders).filter { $0.columns.contains { table[$0] != nil } },
      together: own.groups.filter { said.isDisjoint(with: $0) })
  }

  /// As arguments of `fit`; nil where there are none.
  public var written: String? {
    Self.written(always: writtenFormulas, together: writtenGroups)
  }

  fileprivate static func written(always: String?, together: String?) -> String? {
    let arguments = [always.map { "always: \($0)" }, together.map { "together: \($0)" }]
      .compactMap { $0 }
    return arguments.isEmpty ? nil : arguments.joined(separator: ", ")
  }

  fileprivate var writtenFormulas: String? {
    let formulas = rules.always.map { $0.written { "r\($0.asField)" } }
    return formulas.isEmpty ? nil : "r => " + formulas.joined(separator: " and ")
  }

  fileprivate var writtenGroups: String? {
    let groups = rules.together.map { "[\($0.map(\.asLiteral).joined(separator: ", "))]" }
    guard groups.count > 1 else { return groups.first }
    return "[\(groups.joined(separator: ", "))]"
  }
}

extension ObservedRules {
  /// What is so in the tables of a family, of each with what is known of those that it belongs to, as
  /// arguments of `fit`; nil where there is nothing.
  ///
  /// - Throws: ``FamilyTree/Fault``; ``SynthesisError``; ``TableError/unknownColumn(_:)``.
  public static func written(of tables: [FamilyTable]) throws -> String? {
    let views = try FamilyLesson.views(of: tables)
    let seen = zip(tables, views).map { table, view in
      (
        label: table.name.asLabel,
        rules: ObservedRules(of: view.own, besides: table.rules, in: view.whole)
      )
    }
    func byTable(_ part: (ObservedRules) -> String?) -> String? {
      let fields = seen.compactMap { table in part(table.rules).map { "\(table.label): \($0)" } }
      return fields.isEmpty ? nil : "{\(fields.joined(separator: ", "))}"
    }
    return written(always: byTable(\.writtenFormulas), together: byTable(\.writtenGroups))
  }
}

/// What columns have to do with each other in all rows, and would not if their entries were dealt anew.
private struct ObservedColumns {
  /// In how many rows chance has to break a rule, and in which share of them.
  private static let breaks = (count: 10, share: 0.01)
  /// Among more columns there are too many sums to look at.
  private static let summandLimit = 24
  /// As many different entries are levels, when each comes so often on average.
  private static let levels = (limit: 500, rowCount: 5)

  private let rowCount: Int
  /// Another row for each, at random.
  private let others: [Int]
  private let numbers: [(name: String, type: ColumnType, values: [Double])]
  /// Codes from 0, and how many there are.
  private let coded: [(name: String, codes: [Int], count: Int)]

  init(_ table: Table) {
    rowCount = table.rowCount
    var random = SeriesGenerator(seed: 0, place: 0)
    others = Array(0..<table.rowCount).shuffled(using: &random)
    numbers = table.columns.compactMap { column in
      guard let values = column.numbers else { return nil }
      return (column.name, column.type, values)
    }
    coded = table.columns.compactMap { column in
      guard let codes = Self.codes(column), let last = codes.max(), last > 0,
        (last + 1) * Self.levels.rowCount <= table.rowCount
      else { return nil }
      return (column.name, codes, last + 1)
    }
  }

  /// Sums of two columns, and columns that are the same.
  var sums: [RowFormula] {
    var found: [RowFormula] = []
    var taken: Set<String> = []
    for (place, total) in numbers.enumerated() where !taken.contains(total.name) {
      let twin = numbers[..<place].first { other in
        total.type == other.type
          && holds { Self.areEqual(total.values[$0], other.values[$1]) }
      }
      if let twin {
        found.append(.joined(.column(total.name), .equal, .column(twin.name)))
        taken.insert(total.name)
      }
    }
    let plain = numbers.filter { !$0.type.isCalendar && !taken.contains($0.name) }
    guard plain.count <= Self.summandLimit else { return found }
    for total in plain where !taken.contains(total.name) {
      for (place, first) in plain.enumerated() where first.name != total.name {
        for second in plain[(place + 1)...] where second.name != total.name {
          guard taken.isDisjoint(with: [first.name, second.name]),
            holds({ Self.areEqual(total.values[$0], first.values[$0] + second.values[$1]) }),
            holds({ Self.areEqual(total.values[$0], first.values[$1] + second.values[$0]) })
          else { continue }
          let sum = RowFormula.joined(.column(first.name), .add, .column(second.name))
          found.append(.joined(.column(total.name), .equal, sum))
          taken.insert(total.name)
        }
      }
    }
    return found
  }

  /// Columns that are never above another, without what follows from others.
  var orders: [RowFormula] {
    var pairs: [(low: String, high: String)] = []
    for low in numbers {
      for high in numbers where high.name != low.name {
        guard low.type.isCalendar || high.type.isCalendar ? low.type == high.type : true,
          holds({ Self.isAtMost(low.values[$0], high.values[$1]) })
        else { continue }
        pairs.append((low.name, high.name))
      }
    }
    let above = Dictionary(grouping: pairs, by: \.low).mapValues { Set($0.map(\.high)) }
    let needed = pairs.filter { pair in
      !(above[pair.low] ?? []).contains { above[$0]?.contains(pair.high) ?? false }
    }
    return needed.map { .joined(.column($0.low), .lessEqual, .column($0.high)) }
  }

  /// A column whose levels tell entries of others, with these.
  var groups: [[String]] {
    var groups: [[String]] = []
    var taken: Set<String> = []
    for teller in coded.sorted(by: { $0.count > $1.count }) where !taken.contains(teller.name) {
      let told = coded.filter { other in
        other.name != teller.name && !taken.contains(other.name) && tells(teller, other)
      }
      guard !told.isEmpty else { continue }
      let names = Set(told.map(\.name) + [teller.name])
      taken.formUnion(names)
      groups.append(coded.map(\.name).filter(names.contains))
    }
    return groups
  }

  private func tells(
    _ teller: (name: String, codes: [Int], count: Int),
    _ told: (name: String, codes: [Int], count: Int)
  ) -> Bool {
    var entries = [Int](repeating: -1, count: teller.count)
    for row in 0..<rowCount where entries[teller.codes[row]] < 0 {
      entries[teller.codes[row]] = told.codes[row]
    }
    return holds { entries[teller.codes[$0]] == told.codes[$1] }
  }

  /// Whether something is so of every row and itself that tells, and often not of a row and another.
  private func holds(_ isSo: (Int, Int) -> Bool?) -> Bool {
    let enough = max(Self.breaks.count, Int(Self.breaks.share * Double(rowCount)))
    var kept = 0
    for row in 0..<rowCount {
      guard let isKept = isSo(row, row) else { continue }
      guard isKept else { return false }
      kept += 1
    }
    return kept >= enough && (0..<rowCount).count { isSo($0, others[$0]) == false } >= enough
  }

  /// Nil where one is missing, which tells nothing.
  private static func isAtMost(_ low: Double, _ high: Double) -> Bool? {
    low.isNaN || high.isNaN ? nil : low <= high
  }

  /// As far as arithmetic can tell; nil where one is missing.
  private static func areEqual(_ first: Double, _ second: Double) -> Bool? {
    first.isNaN || second.isNaN
      ? nil : abs(first - second) <= 1e-9 * max(abs(first), abs(second), 1)
  }

  /// Codes of levels and of few whole numbers; what is missing is an entry, too.
  private static func codes(_ column: Column) -> [Int]? {
    switch column.values {
    case .codes(let codes, let levels):
      return levels.count < Self.levels.limit ? codes.map { Int($0) + 1 } : nil
    case .numbers(let numbers) where column.type == .whole:
      var known: [Double: Int] = [:]
      var codes: [Int] = []
      for number in numbers {
        let code = number.isNaN ? 0 : known[number] ?? known.count + 1
        if code > 0 { known[number] = code }
        guard known.count < Self.levels.limit else { return nil }
        codes.append(code)
      }
      return codes
    default: return nil
    }
  }
}
