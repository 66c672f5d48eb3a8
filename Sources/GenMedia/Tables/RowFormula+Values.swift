/// What a formula comes to in every row of a table.
public enum RowValues: Sendable {
  /// NaN where nothing is known.
  case numbers([Double])
  case truths([Bool?])
  case texts([String?])
}

extension RowFormula {
  /// What it comes to in every row, as the language has it: what is missing makes a sum missing, and
  /// is neither less nor greater than anything.
  ///
  /// - Returns: nil where only the function itself can say it, or why it cannot.
  public func values(in table: Table) -> RowValues? {
    switch self {
    case .number(let number): return .numbers(.init(repeating: number, count: table.rowCount))
    case .text(let text): return .texts(.init(repeating: text, count: table.rowCount))
    case .truth(let truth): return .truths(.init(repeating: truth, count: table.rowCount))
    case .missing: return nil
    case .column(let name): return table[name]?.rowValues
    case .not(let inner):
      guard case .truths(let truths)? = inner.values(in: table), !truths.contains(nil) else {
        return nil
      }
      return .truths(truths.map { $0.map { !$0 } })
    case .negative(let inner):
      guard case .numbers(let numbers)? = inner.values(in: table) else { return nil }
      return .numbers(numbers.map { -$0 })
    case .joined(let left, let sign, let right):
      if let truths = levelTruths(left, sign, right, table) { return .truths(truths) }
      if case .missing = right { return left.values(in: table).flatMap { $0.presence(sign) } }
      if case .missing = left { return right.values(in: table).flatMap { $0.presence(sign) } }
      guard let first = left.values(in: table), let second = right.values(in: table) else {
        return nil
      }
      return first.joined(sign, second)
    }
  }

  /// In which rows it is true; nil as above.
  public func isTrue(in table: Table) -> [Bool]? {
    guard case .truths(let truths)? = values(in: table) else { return nil }
    return truths.map { $0 ?? false }
  }

  /// A column with levels beside a text: asked once for each level.
  private func levelTruths(
    _ left: RowFormula, _ sign: Sign, _ right: RowFormula, _ table: Table
  ) -> [Bool?]? {
    guard case .column(let name) = left, case .text(let text) = right,
      case .codes(let codes, let levels)? = table[name]?.values,
      let truths = RowValues.texts(levels).joined(
        sign, .texts(.init(repeating: text, count: levels.count))),
      case .truths(let answers) = truths
    else { return nil }
    if table[name]?.truthLevel != nil { return nil }
    return codes.map { $0 < 0 ? sign == .notEqual : answers[Int($0)] }
  }
}

extension Column {
  /// The place of what is true among two levels that are true and false.
  public var truthLevel: Int? {
    guard type == .flag, let levels = codes?.levels, levels.count == 2,
      Set(levels.map { $0.lowercased() }) == ["true", "false"]
    else { return nil }
    return levels[0].lowercased() == "true" ? 0 : 1
  }

  fileprivate var rowValues: RowValues {
    switch values {
    case .numbers(let numbers):
      switch type {
      case .date: return .texts(numbers.map { $0.isNaN ? nil : DateFormat.iso.text($0) })
      case .time: return .texts(numbers.map { $0.isNaN ? nil : DateFormat.isoTime.text($0) })
      default: return .numbers(numbers)
      }
    case .codes(let codes, let levels):
      if let truth = truthLevel { return .truths(codes.map { $0 < 0 ? nil : Int($0) == truth }) }
      return .texts(codes.map { $0 < 0 ? nil : levels[Int($0)] })
    case .texts(let texts): return .texts((0..<texts.count).map { texts[$0] })
    }
  }
}

extension RowValues {
  fileprivate func joined(_ sign: RowFormula.Sign, _ other: RowValues) -> RowValues? {
    switch (self, other) {
    case (.numbers(let left), .numbers(let right)):
      if let result = RowValues.arithmetic(sign, left, right) { return .numbers(result) }
      guard ![.add, .subtract, .multiply, .divide].contains(sign) else { return nil }
      return RowValues.compared(sign, left, right)
    case (.texts(let left), .texts(let right)): return RowValues.compared(sign, left, right)
    case (.truths(let left), .truths(let right)): return RowValues.joined(sign, left, right)
    default: return nil
    }
  }

  /// Nil for no such sign, and where the function would fail.
  private static func arithmetic(
    _ sign: RowFormula.Sign, _ left: [Double], _ right: [Double]
  ) -> [Double]? {
    let result: [Double]
    switch sign {
    case .add: result = zip(left, right).map(+)
    case .subtract: result = zip(left, right).map(-)
    case .multiply: result = zip(left, right).map(*)
    case .divide:
      guard !right.contains(0) else { return nil }
      result = zip(left, right).map(/)
    default: return nil
    }
    return result.contains { $0.isInfinite } ? nil : result
  }

  private static func compared(
    _ sign: RowFormula.Sign, _ left: [Double], _ right: [Double]
  ) -> RowValues? {
    guard let test: (Double, Double) -> Bool = sign.comparison() else { return nil }
    let isEqual = sign == .equal
    let isSame = isEqual || sign == .notEqual
    return .truths(
      zip(left, right).map { first, second in
        // Two missing entries are the same, one is different from everything.
        isSame && first.isNaN && second.isNaN ? isEqual : test(first, second)
      })
  }

  private static func compared(
    _ sign: RowFormula.Sign, _ left: [String?], _ right: [String?]
  ) -> RowValues? {
    guard let test: (String, String) -> Bool = sign.comparison() else { return nil }
    return .truths(
      zip(left, right).map { first, second in
        if let first, let second { return test(first, second) }
        let isSame = first == nil && second == nil
        return sign == .equal ? isSame : sign == .notEqual ? !isSame : false
      })
  }

  private static func joined(
    _ sign: RowFormula.Sign, _ left: [Bool?], _ right: [Bool?]
  ) -> RowValues? {
    switch sign {
    case .and: .truths(zip(left, right).map { $0 == true && $1 == true })
    case .or: .truths(zip(left, right).map { $0 == true || $1 == true })
    case .equal: .truths(zip(left, right).map { $0 == $1 })
    case .notEqual: .truths(zip(left, right).map { $0 != $1 })
    default: nil
    }
  }

  /// Beside `none`: whether something is missing.
  fileprivate func presence(_ sign: RowFormula.Sign) -> RowValues? {
    let isMissing: [Bool] =
      switch self {
      case .numbers(let numbers): numbers.map(\.isNaN)
      case .truths(let truths): truths.map { $0 == nil }
      case .texts(let texts): texts.map { $0 == nil }
      }
    switch sign {
    case .equal: return .truths(isMissing)
    case .notEqual: return .truths(isMissing.map { !$0 })
    default: return nil
    }
  }
}

extension RowFormula.Sign {
  /// Nil for a sign that compares nothing.
  public func comparison<Element: Comparable>() -> ((Element, Element) -> Bool)? {
    switch self {
    case .less: (<)
    case .lessEqual: (<=)
    case .greater: (>)
    case .greaterEqual: (>=)
    case .equal: (==)
    case .notEqual: (!=)
    case .add, .subtract, .multiply, .divide, .and, .or: nil
    }
  }
}
