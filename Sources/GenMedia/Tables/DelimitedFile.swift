/// Tables in files of delimited values, such as CSV and TSV.
///
/// The file is read in one pass as its first records suggest; where a later entry does not fit,
/// once more. Only the columns are kept in memory.
enum DelimitedFile {

  /// - Parameter limit: Bytes of the file after which reading stops.
  static func read(_ path: String, limit: Int? = nil) throws -> TableReading {
    let look = try DialectLook(path)
    let (names, nameNotes) = try look.columnNames()
    var draft = TableDraft(names, look.kinds(), look.dialect)
    while true {
      let pass = try DelimitedPass(path, draft, limit: limit)
      guard draft.settles(pass.builders) else { continue }
      return draft.reading(
        pass.builders, rowCount: pass.rowCount, isWhole: pass.isWhole, notes: nameNotes)
    }
  }

  /// The kinds that the entries of each column have in common.
  static func kinds(_ rows: [[DialectLook.Entry]], _ width: Int, decimal: UInt8) -> [EntryKind] {
    (0..<width).map { index in
      var formats = DateFormat.common
      var isNumber = true
      var knownCount = 0
      for row in rows where index < row.count && !row[index].isMissing {
        var text = row[index].text
        knownCount += 1
        text.withUTF8 { bytes in
          if isNumber, NumberText.read(bytes, decimal: decimal) == nil { isNumber = false }
          if !formats.isEmpty { formats.removeAll { $0.read(bytes) == nil } }
        }
      }
      if isNumber { return .number }
      return formats.isEmpty || knownCount == 0 ? .words : .date(formats)
    }
  }
}

/// One reading of a file of delimited values.
private final class DelimitedPass {
  let builders: [ColumnBuilder]
  private(set) var rowCount = 0
  private(set) var isWhole = true

  init(_ path: String, _ draft: TableDraft, limit: Int?) throws {
    let dialect = draft.dialect
    builders = draft.builders()
    let records = try DelimitedRecords(path, separator: dialect.separator)
    if dialect.hasHeader { _ = try records.next() }
    while try records.next() {
      if records.fields.count != builders.count {
        if records.isBlank { continue }
        throw ragged(records, draft.names)
      }
      let line = records.line
      let base = UnsafePointer(records.buffer)
      for (builder, field) in zip(builders, records.fields) {
        builder.append(
          UnsafeBufferPointer(start: base + field.start, count: field.end - field.start),
          isQuoted: field.isQuoted, line: line)
      }
      rowCount += 1
      if rowCount & 0xFFF == 0 {
        try Task.checkCancellation()
        if builders.contains(where: \.isNotUTF8) { return }
        if let limit, records.consumed >= limit {
          isWhole = records.consumed >= records.byteCount
          break
        }
      }
    }
    try records.checkUnchanged()
  }

  private func ragged(_ records: DelimitedRecords, _ names: [String]) -> MediaError {
    let (found, wanted) = (records.fields.count, names.count)
    let reason =
      found < wanted
      ? "it has \(found) of \(wanted) entries: \"\(names[found])\" and what follows are not there"
      : "it has \(found) entries, and there are \(wanted) columns"
    return .entry(
      path: records.path, line: records.line, column: nil, reason: reason,
      hint: "put texts with a separator in quotes, and an empty entry where nothing is known")
  }
}

extension DelimitedRecords {
  /// Whether the line is empty.
  var isBlank: Bool {
    fields.count == 1 && !fields[0].isQuoted && fields[0].start == fields[0].end
  }
}
