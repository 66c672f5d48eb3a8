/// Types that are said rather than found.
extension Column {
  /// The column with its entries read as another type.
  ///
  /// - Throws: ``TableError/unfit(column:row:entry:type:)`` for an entry that cannot be one.
  public func typed(_ wanted: ColumnType) throws -> Column {
    if wanted == type { return withType(found: false) }
    return try read(as: wanted).withEntries(madeUp: isMadeUp)
  }

  private func read(as wanted: ColumnType) throws -> Column {
    switch wanted {
    case .number, .whole: return Column(name, wanted, .numbers(try numbers(as: wanted)))
    case .date(let format), .time(let format):
      guard let format = DateFormat(format) else { throw TableError.unknownFormat(format) }
      return Column(
        name, format.hasTime ? .time(format: format.pattern) : .date(format: format.pattern),
        .numbers(try numbers(as: wanted, format)))
    case .text, .identifier:
      return Column(name, wanted, .texts(TextEntries((0..<count).map(text))))
    case .category, .flag:
      let column = Column(name, .category, try levels())
      if wanted == .flag, let levels = column.codes?.levels, levels.count > 2 {
        let row = (0..<count).first { column.text($0) == levels[2] } ?? 0
        throw TableError.unfit(column: name, row: row, entry: levels[2], type: "flag")
      }
      return Column(name, wanted, column.values)
    }
  }

  private func numbers(as wanted: ColumnType, _ format: DateFormat? = nil) throws -> [Double] {
    if format == nil, let numbers {
      guard wanted == .whole else { return numbers }
      if let row = numbers.firstIndex(where: { !$0.isNaN && $0 != $0.rounded() }) {
        throw unfit(row, wanted)
      }
      return numbers
    }
    return try (0..<count).map { row in
      guard var text = text(row) else { return .nan }
      let number = text.withUTF8 { bytes -> Double? in
        if let format { return format.read(bytes) }
        if let found = QuantityText.read(bytes, decimal: 0x2E) {
          return wanted == .number || found.isWhole ? found.value : nil
        }
        return Double(String(decoding: bytes, as: UTF8.self))
      }
      guard let number, number.isFinite else { throw unfit(row, wanted) }
      return number
    }
  }

  private func levels() throws -> Values {
    if case .codes = values { return values }
    var codes: [Int32] = []
    var levels: [String] = []
    var known: [String: Int32] = [:]
    for row in 0..<count {
      guard let text = text(row) else {
        codes.append(-1)
        continue
      }
      if let code = known[text] {
        codes.append(code)
      } else {
        known[text] = Int32(levels.count)
        codes.append(Int32(levels.count))
        levels.append(text)
      }
    }
    return .codes(codes, levels: levels)
  }

  private func unfit(_ row: Int, _ wanted: ColumnType) -> TableError {
    .unfit(column: name, row: row, entry: text(row) ?? "", type: wanted.name)
  }
}
