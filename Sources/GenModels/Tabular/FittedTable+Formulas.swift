import GenMedia

extension FittedTable {
  /// What a condition says of single columns that are learned as they are.
  ///
  /// - Throws: ``SynthesisError/impossible(_:hint:)`` for a condition that no row can meet.
  public func demand(of formula: RowFormula) throws -> RowDemand {
    var seen: [String: ColumnDemand] = [:]
    for part in formula.conjuncts {
      for name in part.columns { try checkColumn(name) }
      guard let (name, sign, constant) = part.comparison, let column = schema[name],
        let form = form(of: name)
      else { continue }
      var demand = seen[name] ?? ColumnDemand(column, form)
      try demand.add(sign, constant)
      seen[name] = demand
    }
    var result = RowDemand()
    var columns: [Column] = []
    for (name, demand) in seen.sorted(by: { $0.key < $1.key }) {
      // What is made of other columns is not learned as it is.
      guard form(of: name)?.isLearned ?? false, plan.step(of: name) == nil else { continue }
      if let entry = demand.entry {
        columns.append(entry)
      } else {
        result.ranges[name] = demand.range
      }
    }
    if !columns.isEmpty { result.given = try Table(columns) }
    return result
  }

  private func form(of name: String) -> ColumnForm? {
    zip(schema.columns, forms).first { $0.0.name == name }?.1
  }

  private func checkColumn(_ name: String) throws {
    guard case .identifier? = form(of: name) else { return }
    throw SynthesisError.impossible(
      "'\(name)' is made anew for every row, so nothing can be asked of it",
      hint: "ask it of another column")
  }
}

/// What a condition asks of one column.
private struct ColumnDemand {
  private let column: Column
  private let form: ColumnForm
  private var low = -Double.infinity
  private var high = Double.infinity
  private var (lowIsOpen, highIsOpen) = (false, false)
  /// Of a column with levels, those that are left.
  private var levels: Set<Int32>
  /// Whether exactly one entry is asked for.
  private var isExact = false

  init(_ column: Column, _ form: ColumnForm) {
    (self.column, self.form) = (column, form)
    levels = Set((column.codes?.levels ?? []).indices.map { Int32($0) })
    switch form {
    case .numbers(_, let low, let high): (self.low, self.high) = (low, high)
    case .oneNumber(let number?): (low, high) = (number, number)
    default: break
    }
  }

  /// Where numbers have to lie before they are rounded; nil where they may be anything that was seen.
  var range: ClosedRange<Double>? {
    guard case .numbers(let grain, let least, let greatest) = form,
      low > least || high < greatest || lowIsOpen || highIsOpen
    else { return nil }
    let start = low > least || lowIsOpen ? low - grain.step / 2 : -Double.greatestFiniteMagnitude
    let end = high < greatest || highIsOpen ? high + grain.step / 2 : Double.greatestFiniteMagnitude
    return start...end
  }

  /// The entry that is asked for as a column of one row; nil where it may be one of several.
  var entry: Column? {
    guard isExact else { return nil }
    if column.type.isNumeric { return Column(column.name, column.type, .numbers([low])) }
    guard let code = levels.first, let all = column.codes?.levels else { return nil }
    return Column(column.name, column.type, .codes([code], levels: all))
  }

  /// - Throws: ``SynthesisError/impossible(_:hint:)``.
  mutating func add(_ sign: RowFormula.Sign, _ constant: RowFormula) throws {
    if column.type.hasLevels {
      try addLevel(sign, constant)
    } else if let number = number(constant) {
      try addNumber(sign, number)
    }
  }

  private mutating func addLevel(_ sign: RowFormula.Sign, _ constant: RowFormula) throws {
    guard let all = column.codes?.levels, let compare: (String, String) -> Bool = sign.comparison()
    else { return }
    let kept: Set<Int32>
    switch constant {
    case .text(let text):
      if sign == .equal, !all.contains(text) {
        let shown = all.prefix(8).map { "\"\($0)\"" }.joined(separator: ", ")
        throw SynthesisError.impossible(
          "'\(column.name)' was never \"\(text)\" in the rows that were learned from",
          hint: "it was \(shown)\(all.count > 8 ? " or one of \(all.count - 8) others" : "")")
      }
      kept = levels.filter { compare(all[Int($0)], text) }
    case .truth(let truth):
      guard let place = column.truthLevel, sign == .equal || sign == .notEqual else { return }
      let wanted = truth == (sign == .equal) ? place : 1 - place
      kept = levels.intersection([Int32(wanted)])
    default: return
    }
    guard !kept.isEmpty else { throw contradiction }
    levels = kept
    // A missing entry differs from every text as well.
    isExact = isExact || sign == .equal
  }

  private mutating func addNumber(_ sign: RowFormula.Sign, _ number: Double) throws {
    if sign == .equal, case .numbers(let grain, _, _) = form, grain.rounded(number) != number {
      throw SynthesisError.impossible(
        "'\(column.name)' is never as fine as \(column.spoken(number))",
        hint: "ask for \(column.spoken(grain.rounded(number)))")
    }
    if let seen, !seen.meets(sign, number) {
      throw SynthesisError.impossible(
        "'\(column.name)' goes from \(column.spoken(seen.lowerBound)) to "
          + "\(column.spoken(seen.upperBound)) in the rows that were learned from",
        hint: "ask for a number between these")
    }
    let isOpen = sign == .less || sign == .greater
    if [.equal, .greater, .greaterEqual].contains(sign), number >= low {
      lowIsOpen = (number == low && lowIsOpen) || isOpen
      low = number
    }
    if [.equal, .less, .lessEqual].contains(sign), number <= high {
      highIsOpen = (number == high && highIsOpen) || isOpen
      high = number
    }
    isExact = isExact || sign == .equal
    guard low < high || (low == high && !lowIsOpen && !highIsOpen) else { throw contradiction }
  }

  /// The numbers that were seen.
  private var seen: ClosedRange<Double>? {
    switch form {
    case .numbers(_, let low, let high): low...high
    case .oneNumber(let number?): number...number
    default: nil
    }
  }

  private var contradiction: SynthesisError {
    .impossible(
      "no row can be what is asked of '\(column.name)'",
      hint: "the parts of the condition contradict each other; leave one out")
  }

  private func number(_ constant: RowFormula) -> Double? {
    if case .negative(let inner) = constant { return number(inner).map { -$0 } }
    switch (column.type, constant) {
    case (.number, .number(let number)), (.whole, .number(let number)): return number
    case (.date, .text(let text)), (.time, .text(let text)):
      let isTime = if case .time = column.type { true } else { false }
      let format = isTime ? DateFormat.isoTime : DateFormat.iso
      let written = Column("", .text, .texts(TextEntries([text])))
      let type = isTime ? ColumnType.time(format: format.pattern) : .date(format: format.pattern)
      return (try? written.typed(type))?.numbers?.first
    default: return nil
    }
  }
}

extension ClosedRange<Double> {
  /// Whether a number of the range can be what is asked.
  fileprivate func meets(_ sign: RowFormula.Sign, _ number: Double) -> Bool {
    switch sign {
    case .equal: contains(number)
    case .less: number > lowerBound
    case .lessEqual: number >= lowerBound
    case .greater: number < upperBound
    case .greaterEqual: number <= upperBound
    default: true
    }
  }
}

extension RowFormula {
  /// A column beside a constant, the column first; nil for anything else.
  fileprivate var comparison: (String, Sign, RowFormula)? {
    switch self {
    case .column(let name): return (name, .equal, .truth(true))
    case .not(.column(let name)): return (name, .equal, .truth(false))
    case .joined(.column(let name), let sign, let constant) where constant.isConstant:
      return (name, sign, constant)
    case .joined(let constant, let sign, .column(let name)) where constant.isConstant:
      return sign.mirrored.map { (name, $0, constant) }
    default: return nil
    }
  }

  private var isConstant: Bool {
    switch self {
    case .number, .text, .truth: true
    case .negative(let inner): inner.isConstant
    default: false
    }
  }
}
