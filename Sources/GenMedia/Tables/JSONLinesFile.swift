/// Tables with a JSON object in each line.
///
/// Columns come in the order in which their names are first seen; what an object lacks is missing.
/// Lists and objects inside are kept as their text.
/// - Source: RFC 8259 for each line; jsonlines.org for the file.
enum JSONLinesFile {
  static func read(_ path: String, limit: Int? = nil) throws -> TableReading {
    var look = JSONLook()
    try each(path, limit) { line, fields in look.add(fields) }
    let (names, places) = (look.names, look.places)
    let draft = TableDraft(names, look.kinds, Dialect(separator: 0))
    var builders = draft.builders()
    var rowCount = 0
    let isWhole = try each(path, limit) { line, fields in
      var entries = [JSONField?](repeating: nil, count: names.count)
      for field in fields { if let place = places[field.name] { entries[place] = field } }
      for index in entries.indices {
        guard var entry = entries[index], entry.kind != .null else {
          builders[index].appendMissing()
          continue
        }
        let isText = entry.kind == .text
        entry.text.withUTF8 { builders[index].append($0, isQuoted: isText, line: line) }
      }
      rowCount += 1
    }
    return draft.reading(builders, rowCount: rowCount, isWhole: isWhole, notes: [])
  }

  /// - Returns: Whether it came to the end of the file.
  @discardableResult
  private static func each(
    _ path: String, _ limit: Int?, _ visit: (Int, [JSONField]) throws -> Void
  ) throws -> Bool {
    let lines = try LineReader(path)
    while let line = try lines.next() {
      if line.allSatisfy({ [0x20, 0x09, 0x0D].contains($0) }) { continue }
      var scanner = JSONScanner(line)
      guard let fields = scanner.object() else {
        throw MediaError.entry(
          path: path, line: lines.number, column: nil,
          reason: "it is no JSON object from character \(scanner.place + 1) on",
          hint: "write one object in each line: {\"name\": value}")
      }
      try visit(lines.number, fields)
      if lines.number & 0xFFF == 0 { try Task.checkCancellation() }
      if let limit, lines.consumed >= limit { return lines.isDone }
    }
    try lines.checkUnchanged()
    return true
  }
}

/// What the objects of a file have in common.
private struct JSONLook {
  private(set) var names: [String] = []
  private(set) var places: [String: Int] = [:]
  private var looks: [JSONField.Look] = []

  mutating func add(_ fields: [JSONField]) {
    for field in fields {
      let place = places[field.name] ?? names.count
      if place == names.count {
        names.append(field.name)
        places[field.name] = place
        looks.append(.init())
      }
      looks[place].add(field.kind, field.text)
    }
  }

  var kinds: [EntryKind] { looks.map(\.kind) }
}

/// A name and what it stands for.
struct JSONField {
  enum Kind: Hashable { case null, number, text, other }
  let name: String
  let kind: Kind
  var text: String

  /// What the entries of a column have in common, where numbers and texts are told apart.
  struct Look {
    private var seen: Set<Kind> = []
    private var formats = DateFormat.common

    mutating func add(_ kind: Kind, _ text: String) {
      if kind != .null { seen.insert(kind) }
      guard kind == .text, !formats.isEmpty else { return }
      var text = text
      text.withUTF8 { bytes in formats.removeAll { $0.read(bytes) == nil } }
    }

    var kind: EntryKind {
      if seen.isSubset(of: [.number]) { return .number }
      return seen == [.text] && !formats.isEmpty ? .date(formats) : .words
    }
  }
}

/// Takes one object apart.
struct JSONScanner {
  private let bytes: [UInt8]
  private(set) var place = 0

  init(_ bytes: [UInt8]) { self.bytes = bytes }

  /// Nil where there is no object, or something behind it.
  mutating func object() -> [JSONField]? {
    guard take("{") else { return nil }
    var fields: [JSONField] = []
    if !take("}") {
      repeat {
        skip()
        guard let name = text(), take(":"), let field = value(of: name) else { return nil }
        fields.append(field)
      } while take(",")
      guard take("}") else { return nil }
    }
    skip()
    return place == bytes.count ? fields : nil
  }

  private mutating func value(of name: String) -> JSONField? {
    skip()
    guard place < bytes.count else { return nil }
    let start = place
    switch Unicode.Scalar(bytes[place]) {
    case "\"": return text().map { JSONField(name: name, kind: .text, text: $0) }
    case "{", "[": return nested().map { JSONField(name: name, kind: .other, text: $0) }
    default:
      while place < bytes.count, !" \t\r,}".utf8.contains(bytes[place]) { place += 1 }
      let word = String(decoding: bytes[start..<place], as: UTF8.self)
      switch word {
      case "null": return JSONField(name: name, kind: .null, text: word)
      case "true", "false": return JSONField(name: name, kind: .other, text: word)
      default:
        guard Double(word) != nil else {
          place = start
          return nil
        }
        return JSONField(name: name, kind: .number, text: word)
      }
    }
  }

  private mutating func nested() -> String? {
    let start = place
    var depth = 0
    while place < bytes.count {
      switch Unicode.Scalar(bytes[place]) {
      case "\"":
        guard text() != nil else { return nil }
        continue
      case "{", "[": depth += 1
      case "}", "]": depth -= 1
      default: break
      }
      place += 1
      if depth == 0 { return String(validating: bytes[start..<place], as: UTF8.self) }
    }
    return nil
  }

  private mutating func text() -> String? {
    guard place < bytes.count, bytes[place] == 0x22 else { return nil }
    let start = place
    var hasEscapes = false
    place += 1
    while place < bytes.count, bytes[place] != 0x22 {
      if bytes[place] == 0x5C {
        hasEscapes = true
        place += 1
      }
      place += 1
    }
    guard place < bytes.count else { return nil }
    place += 1
    if hasEscapes { return JSONText.decoded(bytes[start..<place]) }
    return String(validating: bytes[start + 1..<place - 1], as: UTF8.self)
  }

  private mutating func skip() {
    while place < bytes.count, " \t\r".utf8.contains(bytes[place]) { place += 1 }
  }

  private mutating func take(_ sign: Unicode.Scalar) -> Bool {
    skip()
    guard place < bytes.count, bytes[place] == UInt8(ascii: sign) else { return false }
    place += 1
    return true
  }
}

/// Rows as objects; what is missing is null.
struct JSONLinesWriter: RowWriter {
  private let entries: [@Sendable (Int) -> String]
  let head = ""

  init(_ table: Table) {
    entries = table.columns.map { column in
      let name = JSONText.encoded(column.name) + ": "
      if case .codes(let codes, let levels) = column.values {
        let isPlain = column.type == .flag && Set(levels) == ["true", "false"]
        let written = levels.map { name + (isPlain ? $0 : JSONText.encoded($0)) }
        return { codes[$0] < 0 ? name + "null" : written[Int(codes[$0])] }
      }
      let isPlain = column.type == .number || column.type == .whole
      return { row in
        name + (column.text(row).map { isPlain ? $0 : JSONText.encoded($0) } ?? "null")
      }
    }
  }

  func append(_ row: Int, to bytes: inout [UInt8]) {
    bytes.append(0x7B)
    for (index, entry) in entries.enumerated() {
      if index > 0 { bytes += ", ".utf8 }
      bytes += entry(row).utf8
    }
    bytes += "}\n".utf8
  }
}
