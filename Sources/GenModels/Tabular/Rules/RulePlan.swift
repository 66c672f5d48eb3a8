import GenMedia

/// Rules with the steps by which they are kept.
///
/// - Invariant: a step needs only columns that are learned as they are, or made by steps before it.
struct RulePlan: Hashable, Codable, Sendable {
  let rules: TableRules
  private(set) var steps: [RuleStep] = []
  /// Columns of tables above that rules look at, and how these are: they are there before a row is made.
  /// Nil where no table is above.
  private(set) var above: [String: ColumnForm]?

  static let none = RulePlan(checked: TableRules())

  private init(checked rules: TableRules) { self.rules = rules }

  /// - Parameters:
  ///   - above: What rules may look at besides, a row for each of the table.
  ///   - order: A column that is made as it is learned, whatever rules say of it.
  /// - Throws: ``SynthesisError`` for a rule that the table breaks or that makes no sense for it.
  init(
    _ rules: TableRules, for table: Table, _ forms: [String: ColumnForm], above: Table? = nil,
    order: String? = nil
  ) throws {
    self.init(checked: rules)
    let all = try table.beside(above)
    self.above = try above.map { above in
      Dictionary(
        uniqueKeysWithValues: try above.columns.map { ($0.name, try ColumnForm($0)) })
    }
    try Self.check(rules, all, forms.beside(self.above))
    for names in rules.together {
      steps.append(.together(names, combinations: try Self.combinations(names, table)))
    }
    // What says exactly what a column is comes before what only bounds it.
    let free = forms.filter { $0.key != order }
    for formula in rules.always { addEquality(formula, all, free) }
    for formula in rules.always { addBound(formula, all, free) }
    steps = try Self.ordered(steps)
  }

  /// A plan that was never held against rows: what a rule says a column is is worked out, the rest is
  /// asked of every row that is made.
  ///
  /// - Parameter schema: The columns, without rows.
  /// - Throws: ``SynthesisError`` for a rule that makes no sense for the columns, or that only rows
  ///   could tell how to keep.
  init(declared rules: TableRules, for schema: Table) throws {
    self.init(checked: rules)
    if let names = rules.together.first {
      throw SynthesisError.rule(
        names.map { "'\($0)'" }.joined(separator: ", "),
        "go together as they were seen, and nobody may look", row: nil)
    }
    let forms = try Dictionary(
      uniqueKeysWithValues: schema.columns.map { column in
        let isNumeric = column.type.isNumeric
        return (
          column.name,
          isNumeric
            ? ColumnForm.numbers(Grain([], column.type), low: 0, high: 0) : try .init(column)
        )
      })
    try Self.check(rules, schema, forms)
    for formula in rules.always { addEquality(formula, schema, forms) }
    steps = try Self.ordered(steps)
  }

  /// What a method learns of a table.
  ///
  /// - Parameter above: A row of the tables above for each of the table.
  func hiding(_ table: Table, above: Table? = nil) throws -> Table {
    let all = try table.beside(above)
    return try steps.reduce(table) { try $1.hiding($0, all) }
  }

  /// A table of the schema, of what a method made.
  func restored(
    _ learned: Table, schema: Table, forms: [String: ColumnForm], above: Table? = nil
  ) throws -> Table {
    let changed = Set(steps.flatMap(\.columns))
    var made = try Table(
      learned.columns.filter { column in
        schema[column.name] != nil && !changed.contains(column.name)
      }, rowCount: learned.rowCount
    ).beside(above)
    for step in steps {
      for column in try step.columns(of: learned, made: made, schema: schema, forms: forms) {
        made = try made.setting(column)
      }
    }
    return try made.selecting(schema.columns.map(\.name).filter { made[$0] != nil })
  }

  /// In which rows all is as it has to be.
  func holds(
    in table: Table, _ forms: [String: ColumnForm], above: Table? = nil
  ) throws -> [Bool] {
    var holds = [Bool](repeating: true, count: table.rowCount)
    let (all, grains) = (try table.beside(above), forms.beside(self.above).grains)
    for formula in rules.always {
      guard let kept = TableRules.keeps(formula, all, grains) else {
        // Only in some rows, such as by a division by zero: none of these may stay.
        return holds.map { _ in false }
      }
      for row in holds.indices { holds[row] = holds[row] && kept[row] }
    }
    return holds
  }

  func step(of name: String) -> RuleStep? { steps.first { $0.columns.contains(name) } }

  /// Whether the columns of a table can be made so.
  func isSound(for schema: Table) -> Bool {
    steps.allSatisfy { $0.isSound(for: schema, above: above ?? [:]) }
  }

  // MARK: Steps

  private mutating func addEquality(
    _ formula: RowFormula, _ table: Table, _ forms: [String: ColumnForm]
  ) {
    guard case .joined(let left, .equal, let right) = formula else { return }
    for (name, value) in Self.candidates(left, right)
    where isFree(name, value, table, forms) && step(of: name) == nil {
      steps.append(.computed(name, value))
      return
    }
  }

  private mutating func addBound(
    _ formula: RowFormula, _ table: Table, _ forms: [String: ColumnForm]
  ) {
    guard case .joined(let left, let sign, let right) = formula, formula.columns.count > 1,
      [.less, .lessEqual, .greater, .greaterEqual].contains(sign)
    else { return }
    for (name, value) in Self.candidates(right, left) where isFree(name, value, table, forms) {
      let isHigh = Self.isBelow(name, left, sign, right)
      var bounds = RuleStep.Bounds()
      let place = steps.firstIndex { $0.columns == [name] }
      if let place {
        guard case .bounded(_, let known) = steps[place] else { continue }
        bounds = known
      } else if step(of: name) != nil {
        continue
      }
      if isHigh { bounds.high.append(value) } else { bounds.low.append(value) }
      if case .numbers(_, let low, let high)? = forms[name] {
        bounds.fallback = isHigh ? high : low
      }
      if let place {
        steps[place] = .bounded(name, bounds)
      } else {
        steps.append(.bounded(name, bounds))
      }
      return
    }
  }

  /// Columns that two sides may be solved for, with what they are where the sides are equal.
  private static func candidates(
    _ first: RowFormula, _ second: RowFormula
  ) -> [(name: String, value: RowFormula)] {
    var found: [(name: String, value: RowFormula)] = []
    for (side, other) in [(first, second), (second, first)] {
      if case .column(let name) = side, !other.columns.contains(name) {
        found.append((name, other))
      }
    }
    if let form = LinearForm(.joined(first, .subtract, second)) {
      let names = form.weights.sorted {
        ($0.value.magnitude == 1 ? 0 : 1, $1.key) < ($1.value.magnitude == 1 ? 0 : 1, $0.key)
      }
      for (name, _) in names where !found.contains(where: { $0.name == name }) {
        if let value = form.solved(for: name) { found.append((name, value)) }
      }
    }
    return found
  }

  /// Whether a comparison asks a column to be less than what it is solved for.
  private static func isBelow(
    _ name: String, _ left: RowFormula, _ sign: RowFormula.Sign, _ right: RowFormula
  ) -> Bool {
    let isLess = sign == .less || sign == .lessEqual
    if case .column(name) = left { return isLess }
    if case .column(name) = right { return !isLess }
    let weight = LinearForm(.joined(left, .subtract, right))?.weights[name] ?? 1
    return isLess == (weight > 0)
  }

  /// Whether a column may be made of others: it has numbers, and they are not made of it.
  private func isFree(
    _ name: String, _ value: RowFormula, _ table: Table, _ forms: [String: ColumnForm]
  ) -> Bool {
    guard case .numbers? = forms[name], value.numbers(in: table) != nil else { return false }
    let isCalendar = table[name]?.type.isCalendar ?? false
    guard value.columns.allSatisfy({ table[$0]?.type.isCalendar == isCalendar }) || !isCalendar
    else { return false }
    if case .computed? = step(of: name) { return false }
    if case .together? = step(of: name) { return false }
    var reached: Set<String> = []
    var open = value.columns
    while let next = open.popLast() {
      if next == name { return false }
      guard reached.insert(next).inserted, let step = step(of: next) else { continue }
      open += step.needs
    }
    return true
  }

  /// Steps behind those that make what they need.
  private static func ordered(_ steps: [RuleStep]) throws -> [RuleStep] {
    var (rest, ordered) = (steps, [RuleStep]())
    while !rest.isEmpty {
      let open = Set(rest.flatMap(\.columns))
      guard let place = rest.firstIndex(where: { open.isDisjoint(with: $0.needs) }) else {
        throw SynthesisError.damaged("its rules go round in a circle")
      }
      ordered.append(rest.remove(at: place))
    }
    return ordered
  }

  // MARK: Checks

  private static func check(
    _ rules: TableRules, _ table: Table, _ forms: [String: ColumnForm]
  ) throws {
    for name in rules.columns.sorted() {
      let column = try table.column(name)
      if case .identifier? = forms[name] {
        throw SynthesisError.unfit(
          column: column.name, reason: "it is made anew for every row, so no rule can hold for it")
      }
    }
    if let (first, second) = rules.contradiction {
      throw SynthesisError.rule("\(first)", "cannot be so where \(second)", row: nil)
    }
    for formula in rules.always {
      guard let kept = TableRules.keeps(formula, table, forms.grains) else {
        throw SynthesisError.rule(
          "\(formula)", "cannot be worked out in every row", row: nil)
      }
      if let row = kept.firstIndex(of: false) {
        let count = kept.count { !$0 }
        throw SynthesisError.rule(
          "\(formula)",
          "is not so in row \(row + 1)" + (count > 1 ? " and \(count - 1) others" : ""),
          row: row)
      }
    }
    for name in rules.unique {
      let column = try table.column(name)
      var seen: [String: Int] = [:]
      for row in 0..<table.rowCount {
        guard let text = column.text(row) else { continue }
        if let first = seen.updateValue(row, forKey: text) {
          throw SynthesisError.rule(
            "'\(name)'", "is not unique: rows \(first + 1) and \(row + 1) have \"\(text)\"",
            row: row)
        }
      }
    }
    let named = rules.together.flatMap { $0 }
    if let twice = named.first(where: { name in named.count { $0 == name } > 1 }) {
      throw SynthesisError.rule("'\(twice)'", "stands in two groups of columns", row: nil)
    }
  }

  /// The combinations that there are, those of more rows first.
  private static func combinations(_ names: [String], _ table: Table) throws -> [[Double?]] {
    let groups = try table.groups(by: names).sorted { ($0.count, $1[0]) > ($1.count, $0[0]) }
    guard groups.count * 2 <= table.rowCount else {
      throw SynthesisError.rule(
        names.map { "'\($0)'" }.joined(separator: ", "),
        "hardly ever go together twice: \(groups.count) combinations in \(table.rowCount) rows, and "
          + "making the same again would hand rows on", row: nil)
    }
    let columns = try names.map(table.column)
    return groups.map { rows in columns.map { $0.entryCode(rows[0]) } }
  }
}

extension ColumnType {
  var isCalendar: Bool {
    switch self {
    case .date, .time: true
    default: false
    }
  }
}

extension Table {
  /// With the columns of another that it does not have itself, row beside row.
  func beside(_ other: Table?) throws -> Table {
    guard let other else { return self }
    return try Table(columns + other.columns.filter { self[$0.name] == nil }, rowCount: rowCount)
  }
}

extension [String: ColumnForm] {
  fileprivate func beside(_ others: [String: ColumnForm]?) -> [String: ColumnForm] {
    merging(others ?? [:]) { own, _ in own }
  }

  /// How fine the numbers of each column are.
  fileprivate var grains: [String: Double] {
    compactMapValues { form in
      if case .numbers(let grain, _, _) = form { grain.step } else { nil }
    }
  }
}
