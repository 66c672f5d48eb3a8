import Dispatch

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
        text.withUTF8 { bytes in
          if ColumnBuilder.isStroke(bytes) { return }
          knownCount += 1
          if isNumber, QuantityText.read(bytes, decimal: decimal) == nil { isNumber = false }
          if !formats.isEmpty { formats.removeAll { $0.read(bytes) == nil } }
        }
      }
      if isNumber { return .number }
      return formats.isEmpty || knownCount == 0 ? .words : .date(formats)
    }
  }
}

/// One reading of a file of delimited values.
private struct DelimitedPass {
  private(set) var builders: [ColumnBuilder]
  private(set) var rowCount = 0
  private(set) var isWhole = true

  init(_ path: String, _ draft: TableDraft, limit: Int?) throws {
    builders = draft.builders()
    let records = try DelimitedRecords(
      path, separator: draft.dialect.separator, pieceSize: min(limit ?? .max, 1 << 20))
    if draft.dialect.hasHeader { _ = try records.next() }
    var batch = try records.nextBatch(width: builders.count)
    while let current = batch {
      batch = try append(current, readingOn: records)
      rowCount += current.recordCount
      try Task.checkCancellation()
      if builders.contains(where: \.isNotUTF8) { return }
      if let limit, current.consumed >= limit {
        isWhole = current.consumed >= records.byteCount
        try records.checkUnchanged()
        return
      }
    }
    if let odd = records.oddRecord { throw Self.ragged(records, odd, draft.names) }
    try records.checkUnchanged()
  }

  /// Appends a batch to all columns, on all processors, while the next one is read.
  private mutating func append(
    _ batch: DelimitedRecords.Batch, readingOn records: DelimitedRecords
  ) throws -> DelimitedRecords.Batch? {
    // Each part has something of its own: one the records, the others a column each.
    nonisolated(unsafe) let records = records
    nonisolated(unsafe) var next = Result<DelimitedRecords.Batch?, any Error>.success(nil)
    builders.withUnsafeMutableBufferPointer {
      nonisolated(unsafe) let builders = $0
      DispatchQueue.concurrentPerform(iterations: builders.count + 1) { part in
        if part == 0 {
          next = Result { try records.nextBatch(width: batch.width) }
        } else {
          builders[part - 1].append(batch, column: part - 1)
        }
      }
    }
    return try next.get()
  }

  private static func ragged(
    _ records: DelimitedRecords, _ odd: (line: Int, count: Int), _ names: [String]
  ) -> MediaError {
    let (found, wanted) = (odd.count, names.count)
    let reason =
      found < wanted
      ? "it has \(found) of \(wanted) entries: \"\(names[found])\" and what follows are not there"
      : "it has \(found) entries, and there are \(wanted) columns"
    return .entry(
      path: records.path, line: odd.line, column: nil, reason: reason,
      hint: "put texts with a separator in quotes, and an empty entry where nothing is known")
  }
}
