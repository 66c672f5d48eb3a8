/// Rows of one kind, kept by column.
///
/// - Invariant: every column has `rowCount` entries; names are not empty, and no two are the same.
public struct Table: Sendable, Hashable {
  public let columns: [Column]
  public let rowCount: Int

  /// - Parameter rowCount: Only needed where there are no columns.
  /// - Throws: ``TableError`` when names or lengths do not go together.
  public init(_ columns: [Column], rowCount: Int = 0) throws {
    var seen: Set<String> = []
    for column in columns {
      guard !column.name.isEmpty else { throw TableError.namelessColumn }
      guard seen.insert(column.name).inserted else { throw TableError.sameName(column.name) }
      guard column.count == columns[0].count else {
        throw TableError.unequalColumns(
          columns[0].name, columns[0].count, column.name, column.count)
      }
    }
    self.columns = columns
    self.rowCount = columns.first?.count ?? rowCount
  }

  public subscript(name: String) -> Column? { columns.first { $0.name == name } }

  /// The rows at these places, in this order, each as often as it is named.
  ///
  /// - Requires: places of rows.
  public func rows(_ places: [Int]) -> Table {
    Table(unchecked: columns.map { $0.entries(places) }, rowCount: places.count)
  }

  /// - Requires: the invariant.
  init(unchecked columns: [Column], rowCount: Int) {
    (self.columns, self.rowCount) = (columns, rowCount)
  }
}

/// One column of a ``Table``.
public struct Column: Sendable, Hashable {
  public let name: String
  public let type: ColumnType
  public let values: Values
  /// Whether the type was found by looking at the entries of a file, so that it tells about them.
  /// Columns that only differ in how they came about are the same.
  public private(set) var isTypeFound = false
  /// Whether its entries were put in the place of others, and tell about nobody.
  public private(set) var isMadeUp = false

  /// How entries are kept.
  public enum Values: Sendable, Hashable {
    /// Numbers, whole numbers, dates and times; NaN where nothing is known.
    case numbers([Double])
    /// Places among the levels; -1 where nothing is known.
    case codes([Int32], levels: [String])
    /// Texts that have nothing in common.
    case texts(TextEntries)

    /// Whether all entries are the same; a missing number is the same as another.
    public static func == (left: Values, right: Values) -> Bool {
      switch (left, right) {
      case (.numbers(let first), .numbers(let second)):
        first.elementsEqual(second) { $0 == $1 || ($0.isNaN && $1.isNaN) }
      case (.codes(let first, let levels), .codes(let second, let others)):
        first == second && levels == others
      case (.texts(let first), .texts(let second)): first == second
      default: false
      }
    }

    public func hash(into hasher: inout Hasher) {
      switch self {
      case .numbers(let numbers):
        for number in numbers where !number.isNaN { hasher.combine(number) }
      case .codes(let codes, _): hasher.combine(codes)
      case .texts(let texts): hasher.combine(texts)
      }
    }
  }

  /// - Requires: `values` kept as `type` is: see ``ColumnType/isNumeric`` and ``ColumnType/hasLevels``.
  public init(_ name: String, _ type: ColumnType, _ values: Values) {
    (self.name, self.type, self.values) = (name, type, values)
  }

  public static func == (left: Column, right: Column) -> Bool {
    left.name == right.name && left.type == right.type && left.values == right.values
  }

  public func hash(into hasher: inout Hasher) {
    hasher.combine(name)
    hasher.combine(type)
    hasher.combine(values)
  }

  /// The same, its type found by looking, or said.
  public func withType(found: Bool) -> Column {
    var column = self
    column.isTypeFound = found
    return column
  }

  /// The same, its entries made up, or not.
  public func withEntries(madeUp: Bool) -> Column {
    var column = self
    column.isMadeUp = madeUp
    return column
  }

  /// The same, as far as it has come about like another.
  func cameAbout(like other: Column) -> Column {
    withType(found: other.isTypeFound).withEntries(madeUp: other.isMadeUp)
  }

  public var count: Int {
    switch values {
    case .numbers(let numbers): numbers.count
    case .codes(let codes, _): codes.count
    case .texts(let texts): texts.count
    }
  }

  /// How many entries are not known.
  public var missingCount: Int {
    switch values {
    case .numbers(let numbers): numbers.count { $0.isNaN }
    case .codes(let codes, _): codes.count { $0 < 0 }
    case .texts(let texts): texts.missingCount
    }
  }

  /// The numbers of a numeric column; nil for another.
  public var numbers: [Double]? {
    if case .numbers(let numbers) = values { numbers } else { nil }
  }

  /// The codes and levels of a column that has levels; nil for another.
  public var codes: (codes: [Int32], levels: [String])? {
    if case .codes(let codes, let levels) = values { (codes, levels) } else { nil }
  }

  func entries(_ places: [Int]) -> Column {
    let chosen: Values =
      switch values {
      case .numbers(let numbers): .numbers(places.map { numbers[$0] })
      case .codes(let codes, let levels): .codes(places.map { codes[$0] }, levels: levels)
      case .texts(let texts): .texts(TextEntries(places.map { texts[$0] }))
      }
    return Column(name, type, chosen).cameAbout(like: self)
  }
}

/// What the entries of a column are.
public enum ColumnType: Sendable, Hashable {
  case number
  case whole
  /// One of a few texts.
  case category
  /// One of two texts, such as yes and no.
  case flag
  /// Days since 1970-01-01, written by a format of strftime.
  case date(format: String)
  /// Seconds since 1970-01-01T00:00:00, likewise.
  case time(format: String)
  case text
  /// Different in every row: it names the row and says nothing else.
  case identifier

  /// Kept as ``Column/Values/numbers(_:)``.
  public var isNumeric: Bool {
    switch self {
    case .number, .whole, .date, .time: true
    case .category, .flag, .text, .identifier: false
    }
  }

  /// Kept as ``Column/Values/codes(_:levels:)``.
  public var hasLevels: Bool { self == .category || self == .flag }
}

/// Texts one after the other in one piece of memory; some may be missing.
public struct TextEntries: Sendable, Hashable {
  private var bytes: [UInt8] = []
  /// Where each text ends; of a missing one, the complement of that.
  private var ends: [Int] = []

  public init() {}
  public init(_ texts: [String?]) { for text in texts { append(text) } }

  /// Makes room for so many texts, and for their bytes.
  mutating func reserve(_ count: Int, byteCount: Int) {
    ends.reserveCapacity(count)
    bytes.reserveCapacity(byteCount)
  }

  public var count: Int { ends.count }
  public var missingCount: Int { ends.count { $0 < 0 } }
  public var byteCount: Int { bytes.count + ends.count * 8 }

  public subscript(place: Int) -> String? {
    let end = ends[place]
    guard end >= 0 else { return nil }
    let start = place == 0 ? 0 : ends[place - 1]
    return String(decoding: bytes[(start < 0 ? ~start : start)..<end], as: UTF8.self)
  }

  public mutating func append(_ text: String?) {
    if let text { bytes.append(contentsOf: text.utf8) }
    ends.append(text == nil ? ~bytes.count : bytes.count)
  }

  /// Where each text ends, the complement of that for a missing one, and all bytes.
  public var storage: (ends: [Int], bytes: [UInt8]) { (ends, bytes) }

  /// The texts with this ``storage``; nil where it is not sound.
  public init?(ends: [Int], bytes: [UInt8]) {
    var start = 0
    for end in ends {
      let place = end < 0 ? ~end : end
      guard place >= start, place <= bytes.count, end >= 0 || place == start else { return nil }
      start = place
    }
    guard start == bytes.count, String(validating: bytes, as: UTF8.self) != nil else { return nil }
    (self.ends, self.bytes) = (ends, bytes)
  }

  /// Appends a whole number, with zeros in front up to `digitCount` digits, between two texts.
  public mutating func append(
    _ before: String = "", whole number: Int, digitCount: Int = 1, _ after: String = ""
  ) {
    if !before.isEmpty { bytes.append(contentsOf: before.utf8) }
    if number < 0 { bytes.append(0x2D) }
    withUnsafeTemporaryAllocation(of: UInt8.self, capacity: 20) { digits in
      var (rest, place) = (number.magnitude, digits.count)
      repeat {
        place -= 1
        digits[place] = 0x30 + UInt8(rest % 10)
        rest /= 10
      } while rest > 0
      for _ in 0..<max(0, digitCount - (digits.count - place)) { bytes.append(0x30) }
      bytes.append(contentsOf: digits[place...])
    }
    if !after.isEmpty { bytes.append(contentsOf: after.utf8) }
    ends.append(bytes.count)
  }

  /// Appends bytes of UTF-8 as they are.
  public mutating func append(utf8 text: some Sequence<UInt8>) {
    bytes.append(contentsOf: text)
    ends.append(bytes.count)
  }
}

/// Why columns make no table.
public enum TableError: Error, Hashable, Sendable {
  case namelessColumn
  case sameName(String)
  case unequalColumns(String, Int, String, Int)
  case unknownColumn(String)
  /// A column of something else where numbers are wanted.
  case notNumeric(String)
  /// An entry that cannot be read as a type; rows count from 0.
  case unfit(column: String, row: Int, entry: String, type: String)
  /// A format of dates with a sign that is not known.
  case unknownFormat(String)
}
