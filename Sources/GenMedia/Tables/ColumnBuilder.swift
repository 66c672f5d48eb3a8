/// How the entries of a column are read.
enum EntryKind: Hashable {
  case number
  /// One of several formats that have fit so far, the first of which is read.
  case date([DateFormat])
  case words
}

/// Takes the entries of one column as bytes, row after row.
struct ColumnBuilder {
  /// What stands for an entry that is not known, besides nothing at all, where it is not quoted.
  static let missingMarks: Set<String> = [
    "NA", "N/A", "n/a", "#N/A", "NaN", "nan", "NULL", "null", "Null", "?",
  ]
  private static let marks = missingMarks.map { Array($0.utf8) }
  private static let strokes = ["-", "--", "---", "–", "—", "."].map { Array($0.utf8) }

  /// Whether it stands for what is not known among numbers and dates; among words it is one.
  static func isStroke(_ text: UnsafeBufferPointer<UInt8>) -> Bool {
    text.count <= 3 && strokes.contains { $0.elementsEqual(text) }
  }

  let kind: EntryKind
  private let decimal: UInt8
  private let isLatin1: Bool
  private var numbers: [Double] = []
  private var words = WordStore()
  /// By their text the days or seconds of dates, the codes of words.
  private var memo = EntryMemo()
  private var isWhole = true
  /// The formats of dates that have fit so far.
  private var formats: [DateFormat] = []
  private(set) var knownCount = 0
  /// The first entry that is of another kind: its line and text.
  private(set) var misfit: (line: Int, text: String)?
  /// The line of the first number that is infinite, and how many there are.
  private(set) var infinite: (line: Int, count: Int)?
  /// The sign that all numbers have, such as `$`; nil where they have none.
  private var unit: String?
  /// The first stroke among numbers or dates, and how many there are.
  private var stroke: (text: String, count: Int)?
  /// Whether there are bytes that are no UTF-8.
  private(set) var isNotUTF8 = false

  init(_ kind: EntryKind, _ dialect: Dialect) {
    self.kind = kind
    if case .date(let formats) = kind { self.formats = formats }
    (decimal, isLatin1) = (dialect.decimal, dialect.isLatin1)
  }

  /// Appends the entries of a column of many records at once.
  mutating func append(_ batch: DelimitedRecords.Batch, column: Int) {
    guard kind != .number else { return append(numbersOf: batch, column) }
    for record in 0..<batch.recordCount {
      let (text, isQuoted) = batch.entry(record, column)
      if isMissing(text, isQuoted) {
        appendMissing()
      } else {
        append(repeated: text, batch.lines[record])
      }
    }
  }

  private mutating func append(numbersOf batch: DelimitedRecords.Batch, _ column: Int) {
    let read = [Double](unsafeUninitializedCapacity: batch.recordCount) { values, count in
      count = batch.recordCount
      for record in 0..<count {
        let (text, isQuoted) = batch.entry(record, column)
        values[record] = isMissing(text, isQuoted) ? .nan : number(text, batch.lines[record])
      }
    }
    numbers += read
  }

  mutating func append(_ text: UnsafeBufferPointer<UInt8>, isQuoted: Bool, line: Int) {
    if isMissing(text, isQuoted) { return appendMissing() }
    switch kind {
    case .number: numbers.append(number(text, line))
    case .date: append(date: text, line)
    case .words: append(word: text)
    }
  }

  /// Appends a date or a word that may have been there before.
  private mutating func append(repeated text: UnsafeBufferPointer<UInt8>, _ line: Int) {
    let key = EntryMemo.Key(text)
    let isWord = kind == .words
    if let key, let known = memo[key] {
      knownCount += 1
      if isWord { words.append(code: Int32(known)) } else { numbers.append(known) }
      return
    }
    if isWord { append(word: text) } else { append(date: text, line) }
    guard let key else { return }
    if isWord {
      memo[key] = words.lastCode.map(Double.init)
    } else if let last = numbers.last, !last.isNaN {
      memo[key] = last
    }
  }

  /// What a text is as a number; NaN for none.
  private mutating func number(_ text: UnsafeBufferPointer<UInt8>, _ line: Int) -> Double {
    guard let (value, isWhole) = NumberText.read(text, decimal: decimal), unit == nil else {
      return quantity(text, line)
    }
    guard value.isFinite else {
      infinite = (infinite?.line ?? line, (infinite?.count ?? 0) + 1)
      return .nan
    }
    if !isWhole { self.isWhole = false }
    knownCount += 1
    return value
  }

  /// What a text is as a number with a sign, which all numbers of the column have; NaN for none.
  private mutating func quantity(_ text: UnsafeBufferPointer<UInt8>, _ line: Int) -> Double {
    guard let (value, isWhole, unit) = QuantityText.signed(text, decimal: decimal),
      knownCount == 0 || unit == self.unit
    else {
      noteMisfit(text, line)
      return .nan
    }
    self.unit = unit
    if !isWhole { self.isWhole = false }
    knownCount += 1
    return value
  }

  private mutating func append(date text: UnsafeBufferPointer<UInt8>, _ line: Int) {
    guard let value = formats[0].read(text) else {
      noteMisfit(text, line)
      return numbers.append(.nan)
    }
    if formats.count > 1 { formats.removeAll { $0.read(text) == nil } }
    numbers.append(value)
    knownCount += 1
  }

  private mutating func append(word text: UnsafeBufferPointer<UInt8>) {
    knownCount += 1
    if isLatin1, text.contains(where: { $0 >= 0x80 }) {
      let utf8 = Self.utf8(latin1: text)
      _ = utf8.withUnsafeBufferPointer { words.append($0) }
    } else if !words.append(text) {
      isNotUTF8 = true
      words.appendMissing()
    }
  }

  mutating func appendMissing() {
    if kind == .words { words.appendMissing() } else { numbers.append(.nan) }
  }

  private mutating func noteMisfit(_ text: UnsafeBufferPointer<UInt8>, _ line: Int) {
    if Self.isStroke(text) {
      let first = stroke?.text ?? String(decoding: text, as: UTF8.self)
      stroke = (first, (stroke?.count ?? 0) + 1)
    } else if misfit == nil {
      misfit = (line, String(decoding: text.prefix(40), as: UTF8.self))
    }
  }

  private func isMissing(_ text: UnsafeBufferPointer<UInt8>, _ isQuoted: Bool) -> Bool {
    guard text.count <= 4 else { return false }
    guard text.count > 0 else { return true }
    switch text[0] {
    case 0x4E, 0x6E, 0x23, 0x3F:
      return !isQuoted && Self.marks.contains { $0.elementsEqual(text) }
    default: return false
    }
  }

  /// - Source: the WHATWG Encoding Standard, index windows-1252: what Latin-1 leaves empty are signs.
  static func utf8(latin1 text: UnsafeBufferPointer<UInt8>) -> [UInt8] {
    text.flatMap { byte in
      let scalar = byte & 0xE0 == 0x80 ? windows[Int(byte & 0x1F)] : Unicode.Scalar(byte)
      return Array(String(scalar).utf8)
    }
  }

  /// What the bytes from 0x80 to 0x9F are.
  private static let windows = Array(
    "€\u{81}‚ƒ„…†‡ˆ‰Š‹Œ\u{8D}Ž\u{8F}\u{90}‘’“”•–—˜™š›œ\u{9D}žŸ".unicodeScalars)

  /// The column, of the type that its entries look like.
  func column(named name: String) -> Column {
    switch kind {
    case .number:
      guard isWhole, knownCount > 0 else { return Column(name, .number, .numbers(numbers)) }
      let whole = Column(name, .whole, .numbers(numbers))
      return ColumnTyping.isNumbering(whole) ? ColumnTyping.identifier(whole) : whole
    case .date(let formats):
      let format = formats[0]
      return Column(
        name, format.hasTime ? .time(format: format.pattern) : .date(format: format.pattern),
        .numbers(numbers))
    case .words: return ColumnTyping.column(named: name, words, knownCount)
    }
  }

  /// What the person should know about the column.
  func notes(_ name: String, rowCount: Int) -> [String] {
    var notes: [String] = []
    if let infinite {
      notes.append(
        "\"\(name)\" has \(infinite.count) infinite number\(infinite.count == 1 ? "" : "s"), taken "
          + "as missing, the first in line \(infinite.line)")
    }
    if let stroke {
      notes.append("\"\(name)\" has \"\(stroke.text)\" \(stroke.count) times, taken as missing")
    }
    if let unit { notes.append("\"\(name)\" is in \(unit), which its numbers are read without") }
    if knownCount == 0, rowCount > 0 { notes.append("\"\(name)\" holds nothing") }
    if formats.count > 1, knownCount > 0 {
      notes.append(
        "\"\(name)\" fits \(formats[0].pattern) and \(formats[1].pattern); the first was taken")
    }
    return notes
  }

  /// The kind to read the column as once an entry did not fit this one.
  func nextKind(seeing text: String) -> EntryKind {
    guard case .date(let formats) = kind else { return .words }
    var text = text
    let others = text.withUTF8 { bytes in formats.dropFirst().filter { $0.read(bytes) != nil } }
    return others.isEmpty ? .words : .date(others)
  }
}
