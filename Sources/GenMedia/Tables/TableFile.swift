/// Tables as files, read and written in this process.
package enum TableFile {
  /// - Parameter table: Which one of a file of several.
  static func read(
    _ path: String, _ format: MediaFormat, table: String? = nil, limit: Int? = nil
  ) throws -> TableReading {
    try checkName(table, format)
    return switch format {
    case .sqlite: try SQLiteFile.read(path, table: table, limit: limit)
    case .jsonLines: try JSONLinesFile.read(path, limit: limit)
    default: try DelimitedFile.read(path, limit: limit)
    }
  }

  /// - Throws: ``MediaError/formatUnfit(format:reason:)`` for a name where the format has none.
  package static func checkName(_ table: String?, _ format: MediaFormat) throws {
    guard table != nil, format != .sqlite else { return }
    throw MediaError.formatUnfit(
      format: format, reason: "tables have names in databases (.sqlite) only")
  }

  /// Hands the file over in pieces.
  static func write(
    _ table: Table, as format: MediaFormat, _ write: ([UInt8]) throws -> Void
  ) throws {
    var piece: [UInt8] = []
    func flush(above limit: Int) throws {
      guard piece.count > limit else { return }
      try Task.checkCancellation()
      try write(piece)
      piece.removeAll(keepingCapacity: true)
    }
    let writer: any RowWriter =
      format == .jsonLines
      ? JSONLinesWriter(table) : DelimitedWriter(table, separator: format == .tsv ? "\t" : ",")
    piece += writer.head.utf8
    for row in 0..<table.rowCount {
      writer.append(row, to: &piece)
      try flush(above: 1 << 20)
    }
    try flush(above: 0)
  }
}

/// Writes rows of one table as text.
protocol RowWriter {
  /// What stands before the rows.
  var head: String { get }
  func append(_ row: Int, to bytes: inout [UInt8])
}

/// Entries between separators.
///
/// - Source: RFC 4180, with LF at the end of lines. What is missing is empty; a text that would be
///   read back as something else stands in quotes.
struct DelimitedWriter: RowWriter {
  private let table: Table
  private let separator: String
  private let entries: [@Sendable (Int) -> String]

  init(_ table: Table, separator: String) {
    (self.table, self.separator) = (table, separator)
    entries = table.columns.map { column in
      if case .codes(let codes, let levels) = column.values {
        let written = levels.map { Self.quoted($0, separator) }
        return { codes[$0] < 0 ? "" : written[Int(codes[$0])] }
      }
      if column.type.isNumeric { return { column.text($0) ?? "" } }
      return { column.text($0).map { Self.quoted($0, separator) } ?? "" }
    }
  }

  var head: String {
    table.columns.isEmpty
      ? ""
      : table.columns.map { Self.quoted($0.name, separator) }.joined(separator: separator) + "\n"
  }

  func append(_ row: Int, to bytes: inout [UInt8]) {
    for (index, entry) in entries.enumerated() {
      if index > 0 { bytes += separator.utf8 }
      let text = entry(row)
      // A line without anything would be no row.
      bytes += entries.count == 1 && text.isEmpty ? "NA".utf8 : text.utf8
    }
    bytes.append(0x0A)
  }

  static func quoted(_ text: String, _ separator: String) -> String {
    let needsQuotes =
      text.isEmpty || text.hasPrefix(" ") || text.hasSuffix(" ") || text.hasPrefix("\"")
      || ColumnBuilder.missingMarks.contains(text)
      || text.utf8.contains { [0x22, 0x0A, 0x0D, separator.utf8.first ?? 0x2C].contains($0) }
    guard needsQuotes else { return text }
    return "\""
      + text.split(separator: "\"", omittingEmptySubsequences: false).joined(separator: "\"\"")
      + "\""
  }
}
