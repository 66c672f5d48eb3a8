import Glibc

/// What the first records of a file of delimited values say about how it is written.
struct DialectLook {
  struct Entry {
    let text: String
    let isQuoted: Bool
    var isMissing: Bool {
      text.isEmpty || (!isQuoted && ColumnBuilder.missingMarks.contains(text))
    }
  }

  private static let separators: [UInt8] = [0x2C, 0x3B, 0x09, 0x7C]
  private static let recordCount = 1000

  var dialect: Dialect
  private let path: String
  private let rows: [[Entry]]
  private var width: Int { rows[0].count }

  /// - Throws: ``MediaError`` where the file cannot be read, holds nothing or is UTF-16.
  init(_ path: String) throws {
    self.path = path
    try DialectLook.checkEncoding(path)
    var best: (separator: UInt8, rows: [[Entry]], failure: MediaError?)?
    for separator in Self.separators {
      let (rows, failure) = try Self.records(path, separator)
      if best.map({ Self.score(rows) > Self.score($0.rows) }) ?? true {
        best = (separator, rows, failure)
      }
    }
    guard let best else {
      throw MediaError.damaged(path: path, reason: "it holds no records")
    }
    if let failure = best.failure { throw failure }
    guard !best.rows.isEmpty else {
      throw MediaError.entry(
        path: path, line: 1, column: nil, reason: "there is nothing in it",
        hint: "write the names of the columns in the first line")
    }
    rows = best.rows
    dialect = Dialect(separator: best.separator)
    if best.separator != 0x2C, Self.hasDecimalComma(rows) { dialect.decimal = 0x2C }
    dialect.hasHeader = Self.hasHeader(rows, decimal: dialect.decimal)
  }

  private static func checkEncoding(_ path: String) throws {
    let descriptor = try FileBytes.open(path)
    defer { FileBytes.close(descriptor) }
    let head = try FileBytes.read(descriptor, at: 0, count: 4096, of: path)
    let isUTF16 = head.starts(with: [0xFF, 0xFE]) || head.starts(with: [0xFE, 0xFF])
    guard !isUTF16 else {
      throw MediaError.unsupported(path: path, reason: "it is UTF-16, not UTF-8 or Latin-1")
    }
    guard !head.contains(0) else {
      throw MediaError.damaged(path: path, reason: "it is no text: there is a NUL in it")
    }
  }

  /// The first records, up to one that is none with this separator.
  private static func records(
    _ path: String, _ separator: UInt8
  ) throws -> (rows: [[Entry]], failure: MediaError?) {
    let records = try DelimitedRecords(path, separator: separator)
    var rows: [[Entry]] = []
    while rows.count < recordCount {
      do {
        guard try records.next() else { break }
      } catch let error as MediaError { return (rows, error) }
      if records.isBlank, records.byteCount > 0 { continue }
      rows.append(
        records.fields.map { field in
          let bytes = UnsafeBufferPointer(
            start: UnsafePointer(records.buffer) + Int(field.start),
            count: Int(field.end - field.start))
          let text =
            String(validating: bytes, as: UTF8.self)
            ?? String(
              decoding: ColumnBuilder.utf8(latin1: bytes), as: UTF8.self)
          return Entry(text: text, isQuoted: field.isQuoted)
        })
    }
    return (rows, nil)
  }

  /// How well a separator explains the records: alike in their number of entries, then many.
  private static func score(_ rows: [[Entry]]) -> Double {
    guard let width = rows.first?.count else { return 0 }
    guard width > 1 else { return 0.1 }
    let alike = Double(rows.count { $0.count == width }) / Double(rows.count)
    return alike * 1000 + min(Double(width), 500)
  }

  private static func hasDecimalComma(_ rows: [[Entry]]) -> Bool {
    var hasComma = false
    for row in rows.dropFirst() {
      for entry in row where !entry.isMissing {
        var text = entry.text
        text.withUTF8 { bytes in
          guard bytes.contains(0x2C) else { return }
          if QuantityText.read(bytes, decimal: 0x2C) != nil { hasComma = true }
        }
        if text.contains("."), Double(text) != nil { return false }
      }
    }
    return hasComma
  }

  /// The first record names the columns unless one of its entries is a number or nothing.
  private static func hasHeader(_ rows: [[Entry]], decimal: UInt8) -> Bool {
    let isNamed = rows[0].allSatisfy { entry in
      var text = entry.text
      return text.withUTF8 { NumberText.read($0, decimal: decimal) == nil }
    }
    return isNamed && !rows[0].allSatisfy(\.isMissing)
  }

  /// The names of the columns, made different from each other, and what was changed.
  func columnNames() throws -> (names: [String], notes: [String]) {
    guard dialect.hasHeader else {
      let names = (1...width).map { "\(ColumnTyping.namelessPrefix)\($0)" }
      return (names, ["the first line holds numbers, so that the columns have no names"])
    }
    return Self.distinct(rows[0].map(\.text))
  }

  static func distinct(_ given: [String]) -> (names: [String], notes: [String]) {
    var (names, notes): ([String], [String]) = ([], [])
    var used = Set(given)
    var seen: Set<String> = []
    for (index, name) in given.enumerated() {
      if !name.isEmpty, seen.insert(name).inserted {
        names.append(name)
        continue
      }
      let base = name.isEmpty ? ColumnTyping.namelessPrefix : "\(name)_"
      var number = name.isEmpty ? index + 1 : 2
      while used.contains("\(base)\(number)") { number += 1 }
      let new = "\(base)\(number)"
      used.insert(new)
      names.append(new)
      notes.append(
        name.isEmpty
          ? "column \(index + 1) has no name and is called \"\(new)\""
          : "two columns are called \"\(name)\"; the later one is \"\(new)\" here")
    }
    return (names, notes)
  }

  func kinds() -> [EntryKind] {
    DelimitedFile.kinds(
      Array(rows.dropFirst(dialect.hasHeader ? 1 : 0)), width, decimal: dialect.decimal)
  }
}

extension FileBytes {
  static func close(_ descriptor: Int32) { Glibc.close(descriptor) }
}
