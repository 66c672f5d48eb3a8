import GenMedia

/// Tables as the language sees them.
extension Table {
  /// What a row is: a record with the columns as its fields.
  public var rowType: ValueType { .record(columns.map { .init($0.name, $0.entryType) }) }

  /// A row; what is missing is none.
  public func row(_ place: Int) -> Value {
    .record(columns.map { RecordField($0.name, $0.entry(place)) })
  }

  public var byteCount: Int { columns.reduce(0) { $0 + $1.byteCount } }

  /// Everything that makes it what it is, in pieces.
  func feedContent(_ feed: (UnsafeRawBufferPointer) throws -> Void) throws {
    try withoutActuallyEscaping(feed) { try ValueEncoder(write: $0).encode(.table(self)) }
  }
}

extension Column {
  /// The type of an entry: days and times are texts such as `1999-12-31`, which have an order.
  public var entryType: ValueType {
    switch type {
    case .number: .number
    case .whole: .int
    case .flag where truthLevel != nil: .bool
    case .category, .flag, .text, .identifier, .date, .time: .text
    }
  }

  /// An entry; none where nothing is known.
  public func entry(_ row: Int) -> Value {
    switch values {
    case .numbers(let numbers):
      let number = numbers[row]
      guard !number.isNaN else { return .none }
      switch type {
      case .whole: return Int(exactly: number).map { .int($0) } ?? .number(number)
      case .date: return .text(DateFormat.iso.text(number))
      case .time: return .text(DateFormat.isoTime.text(number))
      default: return .number(number)
      }
    case .codes(let codes, let levels):
      guard codes[row] >= 0 else { return .none }
      if let truth = truthLevel {
        return .bool(Int(codes[row]) == truth)
      }
      return .text(levels[Int(codes[row])])
    case .texts(let texts): return texts[row].map { .text($0) } ?? .none
    }
  }

  /// A column of values of the language; nil where they are of several types.
  public init?(_ name: String, values: [Value], type: ValueType) {
    switch type {
    case .int, .number:
      let isWhole = type == .int
      self.init(
        name, isWhole ? .whole : .number,
        .numbers(values.map { Double($0) ?? .nan }))
    case .bool:
      let codes: [Int32] = values.map { if case .bool(let flag) = $0 { flag ? 1 : 0 } else { -1 } }
      self.init(name, .flag, .codes(codes, levels: ["false", "true"]))
    case .text:
      self = Column.words(name, values.map { String($0) })
    default: return nil
    }
  }

  fileprivate var byteCount: Int {
    switch values {
    case .numbers(let numbers): numbers.count * 8
    case .codes(let codes, let levels): codes.count * 4 + levels.count * 32
    case .texts(let texts): texts.byteCount
    }
  }
}

extension ColumnType {
  /// The type as a file of the cache has it: its name, and the format of dates behind it.
  var written: String {
    switch self {
    case .date(let format), .time(let format): "\(name) \(format)"
    default: name
    }
  }

  init?(written: String) {
    self.init(
      name: String(written.prefix { $0 != " " }),
      format: String(written.drop { $0 != " " }.dropFirst()))
  }
}
