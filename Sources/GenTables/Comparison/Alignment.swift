import GenMedia

/// Tables made comparable: the same columns in the same order, kept the same way, texts numbered by
/// the same levels. What belongs together goes by the real table, its names and types.
struct Alignment {
  let real: Table
  let synthetic: Table
  let holdout: Table?
  /// What could not be compared, and why, in sentences.
  let remarks: [String]

  /// - Throws: ``TableReportError`` when there is nothing to compare.
  init(synthetic: Table, real: Table, holdout: Table?) throws {
    let others = [(synthetic, "synthetic table")] + (holdout.map { [($0, "holdout")] } ?? [])
    for (table, name) in [(real, "real table")] + others where table.rowCount == 0 {
      throw TableReportError.noRows(name)
    }
    var kept: [[Column]] = []
    var remarks: [String] = []
    for column in real.columns {
      if let problem = Self.problem(with: column, in: others) {
        remarks.append(problem)
      } else {
        kept.append(Self.alike([column] + others.compactMap { $0.0[column.name] }))
      }
    }
    guard !kept.isEmpty else { throw TableReportError.nothingInCommon }
    for column in synthetic.columns where real[column.name] == nil {
      remarks.append("The real table has no column “\(column.name)”; it is not compared.")
    }
    self.real = try Table(kept.map { $0[0] })
    self.synthetic = try Table(kept.map { $0[1] })
    self.holdout = holdout == nil ? nil : try Table(kept.map { $0[2] })
    self.remarks = remarks
  }

  private static func problem(with column: Column, in others: [(Table, String)]) -> String? {
    for (table, name) in others {
      guard let other = table[column.name] else {
        return "The \(name) has no column “\(column.name)”; it is not compared."
      }
      if column.type.isNumeric, !other.type.isNumeric {
        return "“\(column.name)” is \(column.type.name) in the real table and \(other.type.name) "
          + "in the \(name); it is not compared."
      }
    }
    return nil
  }

  private static func alike(_ columns: [Column]) -> [Column] {
    let first = columns[0]
    guard !first.type.isNumeric else {
      return columns.map { Column(first.name, first.type, $0.values) }
    }
    guard first.type.hasLevels else {
      return columns.map { column in
        let texts = (0..<column.count).map { column.label($0) }
        return Column(first.name, first.type, .texts(TextEntries(texts)))
      }
    }
    var places: [String: Int32] = [:]
    var levels: [String] = []
    let codes = columns.map { $0.codes(&places, &levels) }
    return codes.map { Column(first.name, first.type, .codes($0, levels: levels)) }
  }
}

/// Why tables cannot be reported on.
public enum TableReportError: Error, Hashable, Sendable {
  /// The table of this name.
  case noRows(String)
  case nothingInCommon
  case noTarget(String)

  /// A sentence for people.
  public var message: String {
    switch self {
    case .noRows(let name): "the \(name) has no rows"
    case .nothingInCommon: "the tables have no column in common that can be compared"
    case .noTarget(let name):
      "\"\(name)\" is no column that can be predicted: it is missing, a text, an identifier, or the "
        + "same in every row"
    }
  }
}

extension Column {
  /// What stands in a row, as text; nil where nothing is known.
  func label(_ row: Int) -> String? {
    switch values {
    case .numbers(let numbers):
      numbers[row].isNaN ? nil : Int(exactly: numbers[row]).map(String.init) ?? "\(numbers[row])"
    case .codes(let codes, let levels): codes[row] < 0 ? nil : levels[Int(codes[row])]
    case .texts(let texts): texts[row]
    }
  }

  /// Places among levels that other columns share; what is new is appended to them.
  fileprivate func codes(_ places: inout [String: Int32], _ levels: inout [String]) -> [Int32] {
    func place(_ label: String) -> Int32 {
      if let place = places[label] { return place }
      places[label] = Int32(levels.count)
      levels.append(label)
      return Int32(levels.count - 1)
    }
    if let (codes, own) = self.codes {
      let shared = own.map(place)
      return codes.map { $0 < 0 ? -1 : shared[Int($0)] }
    }
    return (0..<count).map { label($0).map(place) ?? -1 }
  }
}
