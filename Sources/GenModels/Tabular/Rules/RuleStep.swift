import GenMedia

/// How a rule is kept by the way in which rows are made: what a method learns instead of some columns,
/// and the way back.
enum RuleStep: Hashable, Codable, Sendable {
  /// The column is not learned: it is what a formula says.
  case computed(String, RowFormula)
  /// What is learned is how far the column is above the lowest that it may be, below the highest, or
  /// where it is between them.
  case bounded(String, Bounds)
  /// One category is learned instead of several columns.
  case together([String], combinations: [[Double?]])

  struct Bounds: Hashable, Codable, Sendable {
    var low: [RowFormula] = []
    var high: [RowFormula] = []
    /// What stands for a bound that is missing.
    var fallback = 0.0
  }

  /// The columns that it makes.
  var columns: [String] {
    switch self {
    case .computed(let name, _), .bounded(let name, _): [name]
    case .together(let names, _): names
    }
  }

  /// The columns that have to be there before.
  var needs: [String] {
    switch self {
    case .computed(_, let formula): formula.columns
    case .bounded(_, let bounds): (bounds.low + bounds.high).flatMap(\.columns)
    case .together: []
    }
  }

  /// Whether the columns of a table can be made so, where some of tables above are there.
  func isSound(for schema: Table, above: [String: ColumnForm]) -> Bool {
    guard columns.allSatisfy({ schema[$0] != nil }),
      needs.allSatisfy({ schema[$0] != nil || above[$0] != nil })
    else { return false }
    guard case .together(let names, let combinations) = self else {
      return columns.allSatisfy { schema[$0]?.type.isNumeric ?? false }
    }
    let limits = names.map { schema[$0]?.codes.map { Double($0.levels.count) } }
    return names.count > 1
      && combinations.allSatisfy { entries in
        entries.count == names.count
          && zip(entries, limits).allSatisfy { entry, limit in
            guard let entry, let limit else { return true }
            return entry >= 0 && entry < limit && entry == entry.rounded()
          }
      }
  }

  static func jointName(_ names: [String]) -> String { names.joined(separator: " + ") }

  // MARK: What is learned

  /// The table with what is learned in the place of its columns.
  ///
  /// - Parameter original: The table before any step.
  func hiding(_ table: Table, _ original: Table) throws -> Table {
    switch self {
    case .computed(let name, _):
      return try table.selecting(table.columns.map(\.name).filter { $0 != name })
    case .bounded(let name, let bounds):
      let column = try original.column(name)
      guard let numbers = column.numbers else { return table }
      let edges = bounds.edges(in: original)
      let learned = numbers.indices.map { row -> Double in
        let (low, high) = edges(row)
        switch (low, high) {
        case (let low?, let high?):
          return high > low ? (numbers[row] - low) / (high - low) : numbers[row].isNaN ? .nan : 0.5
        case (let low?, nil): return numbers[row] - low
        case (nil, let high?): return high - numbers[row]
        case (nil, nil): return numbers[row]
        }
      }
      let isWhole = column.type != .number && learned.allSatisfy { $0.isNaN || $0 == $0.rounded() }
      return try table.setting(Column(name, isWhole ? .whole : .number, .numbers(learned)))
    case .together(let names, let combinations):
      let columns = try names.map(original.column)
      let places = Dictionary(zip(combinations, combinations.indices)) { first, _ in first }
      let codes = (0..<original.rowCount).map { row in
        Int32(places[columns.map { $0.entryCode(row) }] ?? -1)
      }
      let levels = combinations.indices.map { "\($0 + 1)" }
      let joint = Column(Self.jointName(names), .category, .codes(codes, levels: levels))
      return try Table(
        table.columns.compactMap { column in
          column.name == names[0] ? joint : names.contains(column.name) ? nil : column
        })
    }
  }

  // MARK: What is made

  /// The columns that it stands for, of what a method made.
  ///
  /// - Parameters:
  ///   - made: The columns that are made by now.
  ///   - schema: The table that was learned from, without rows.
  func columns(
    of learned: Table, made: Table, schema: Table, forms: [String: ColumnForm]
  ) throws -> [Column] {
    switch self {
    case .computed(let name, let formula):
      let column = try schema.column(name)
      guard let numbers = formula.numbers(in: made) else {
        throw SynthesisError.damaged("'\(name)' cannot be worked out")
      }
      let rounded = numbers.map { forms[name]?.rounded($0) ?? $0 }
      return [Column(name, column.type, .numbers(rounded))]
    case .bounded(let name, let bounds):
      let column = try schema.column(name)
      let edges = bounds.edges(in: made)
      let numbers = (try learned.column(name).numbers ?? []).enumerated().map { row, number in
        bounded(number, edges(row), forms[name])
      }
      return [Column(name, column.type, .numbers(numbers))]
    case .together(let names, let combinations):
      let codes = try learned.column(Self.jointName(names)).codes?.codes ?? []
      return try names.enumerated().map { place, name in
        let column = try schema.column(name)
        let entries = codes.map { code in
          combinations.indices.contains(Int(code)) ? combinations[Int(code)][place] : nil
        }
        guard let levels = column.codes?.levels else {
          return Column(name, column.type, .numbers(entries.map { $0 ?? .nan }))
        }
        return Column(
          name, column.type, .codes(entries.map { $0.map { Int32($0) } ?? -1 }, levels: levels))
      }
    }
  }

  private func bounded(
    _ number: Double, _ edges: (low: Double?, high: Double?), _ form: ColumnForm?
  ) -> Double {
    guard !number.isNaN else { return number }
    let raw: Double =
      switch edges {
      case (let low?, let high?): low + min(1, max(0, number)) * (high - low)
      case (let low?, nil): low + max(0, number)
      case (nil, let high?): high - max(0, number)
      case (nil, nil): number
      }
    let rounded = form?.kept(raw) ?? raw
    // Rounding must not cross a bound.
    if let low = edges.low, rounded < low { return form?.next(after: low, upwards: true) ?? low }
    if let high = edges.high, rounded > high {
      return form?.next(after: high, upwards: false) ?? high
    }
    return rounded
  }
}

extension RuleStep.Bounds {
  /// The lowest and the highest that is allowed in each row; nil where nothing says it.
  fileprivate func edges(in table: Table) -> (Int) -> (low: Double?, high: Double?) {
    let lows = low.compactMap { $0.numbers(in: table) }
    let highs = high.compactMap { $0.numbers(in: table) }
    func edge(_ all: [[Double]], _ row: Int, _ choose: (Double, Double) -> Double) -> Double? {
      guard !all.isEmpty else { return nil }
      let known = all.map { $0[row] }.filter { !$0.isNaN }
      return known.isEmpty ? fallback : known.dropFirst().reduce(known[0], choose)
    }
    return { (edge(lows, $0, max), edge(highs, $0, min)) }
  }
}

extension ColumnForm {
  func rounded(_ number: Double) -> Double {
    if case .numbers(let grain, _, _) = self { grain.rounded(number) } else { number }
  }

  /// Rounded, and between the least and the greatest that was seen.
  func kept(_ number: Double) -> Double {
    guard case .numbers(let grain, let low, let high) = self else { return number }
    return min(high, max(low, grain.rounded(number)))
  }

  /// The nearest number that is fine enough on one side of a bound, or on it.
  fileprivate func next(after bound: Double, upwards: Bool) -> Double {
    guard case .numbers(let grain, _, _) = self, grain.step > 0 else { return bound }
    let rounded = grain.rounded(bound)
    if upwards { return rounded >= bound ? rounded : grain.rounded(rounded + grain.step) }
    return rounded <= bound ? rounded : grain.rounded(rounded - grain.step)
  }
}
