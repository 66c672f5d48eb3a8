/// A column of dates beside a text that is none as the language has them.
public struct MisreadDate: Hashable, Sendable {
  public let column: String
  public let text: String
  /// The text as it should be written, where the column's own format reads it.
  public let meant: String?
}

extension RowFormula {
  /// The first date that is compared with a text of another form than its own, ISO 8601: it would be
  /// less or greater by its letters alone.
  public func misreadDate(in table: Table) -> MisreadDate? {
    switch self {
    case .not(let inner), .negative(let inner): inner.misreadDate(in: table)
    case .joined(.column(let name), let sign, .text(let text)) where sign.compares,
      .joined(.text(let text), let sign, .column(let name)) where sign.compares:
      table[name]?.misread(text)
    case .joined(let left, _, let right):
      left.misreadDate(in: table) ?? right.misreadDate(in: table)
    case .number, .text, .truth, .missing, .column: nil
    }
  }
}

extension RowFormula.Sign {
  fileprivate var compares: Bool {
    switch self {
    case .less, .lessEqual, .greater, .greaterEqual, .equal, .notEqual: true
    case .add, .subtract, .multiply, .divide, .and, .or: false
    }
  }
}

extension Column {
  fileprivate func misread(_ text: String) -> MisreadDate? {
    guard case .date(let pattern) = type else {
      guard case .time(let pattern) = type else { return nil }
      return misread(text, DateFormat(pattern), writtenAs: .isoTime)
    }
    return misread(text, DateFormat(pattern), writtenAs: .iso)
  }

  private func misread(
    _ text: String, _ own: DateFormat?, writtenAs form: DateFormat
  ) -> MisreadDate? {
    if DateFormat.isStartOfISO(text) { return nil }
    var bytes = text
    let number = bytes.withUTF8 { own?.read($0) }
    return MisreadDate(column: name, text: text, meant: number.map(form.text))
  }
}

extension DateFormat {
  /// Whether it is a date and time of ISO 8601, up to any of its parts: such texts are in order.
  fileprivate static func isStartOfISO(_ text: String) -> Bool {
    let form = Array("0000-00-00T00:00:00".utf8)
    let digits = UInt8(ascii: "0")...UInt8(ascii: "9")
    return [4, 7, 10, 13, 16, 19].contains(text.utf8.count)
      && zip(text.utf8, form).allSatisfy { digits.contains($1) ? digits.contains($0) : $0 == $1 }
  }
}
