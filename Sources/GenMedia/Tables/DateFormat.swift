/// Days and times as files of tables write them.
///
/// - Source: the signs of strftime: `%Y %y %m %d %b %H %M %S`; seconds may have a fraction, and
///   a time may end in `Z`.
public struct DateFormat: Sendable, Hashable {
  public let pattern: String
  /// Whether it says more than the day.
  public let hasTime: Bool
  private let tokens: [Token]

  private enum Token: Hashable {
    case literal(UInt8)
    case year, shortYear, month, day, monthName, hour, minute, second
  }

  /// Nil for a pattern with a sign that is not known, or without a day.
  public init?(_ pattern: String) {
    var tokens: [Token] = []
    var bytes = Array(pattern.utf8)[...]
    while let byte = bytes.popFirst() {
      guard byte == 0x25 else {
        tokens.append(.literal(byte))
        continue
      }
      switch bytes.popFirst().map(Unicode.Scalar.init) {
      case "Y": tokens.append(.year)
      case "y": tokens.append(.shortYear)
      case "m": tokens.append(.month)
      case "d": tokens.append(.day)
      case "b": tokens.append(.monthName)
      case "H": tokens.append(.hour)
      case "M": tokens.append(.minute)
      case "S": tokens.append(.second)
      case "%": tokens.append(.literal(0x25))
      default: return nil
      }
    }
    guard tokens.contains(.day), tokens.contains(.year) || tokens.contains(.shortYear),
      tokens.contains(.month) || tokens.contains(.monthName)
    else { return nil }
    self.pattern = pattern
    self.tokens = tokens
    hasTime = tokens.contains(.hour)
  }

  /// The patterns that are looked for, those before others that fit as well first.
  public static let common: [DateFormat] = [
    "%Y-%m-%d", "%d.%m.%Y", "%d/%m/%Y", "%m/%d/%Y", "%Y/%m/%d", "%d-%m-%Y", "%d %b %Y",
    "%d-%b-%Y", "%Y-%m-%d %H:%M:%S", "%Y-%m-%dT%H:%M:%S", "%Y-%m-%d %H:%M",
    "%Y-%m-%dT%H:%M", "%d.%m.%Y %H:%M:%S", "%d.%m.%Y %H:%M", "%d/%m/%Y %H:%M:%S",
    "%m/%d/%Y %H:%M:%S", "%d/%m/%Y %H:%M", "%m/%d/%Y %H:%M",
  ].compactMap(DateFormat.init)

  public static let iso = common[0]
  public static let isoTime = common[9]

  /// Days since 1970-01-01, or seconds where it says the time; nil for no such day.
  func read(_ text: UnsafeBufferPointer<UInt8>) -> Double? {
    var place = 0
    var (year, month, day, seconds) = (0, 1, 1, 0.0)
    for token in tokens {
      switch token {
      case .literal(let byte):
        guard place < text.count, text[place] == byte else { return nil }
        place += 1
      case .year:
        guard let number = DateFormat.digits(text, &place, 4...4) else { return nil }
        year = number
      case .shortYear:
        guard let number = DateFormat.digits(text, &place, 2...2) else { return nil }
        year = number < 69 ? 2000 + number : 1900 + number
      case .month:
        guard let number = DateFormat.digits(text, &place, 1...2) else { return nil }
        month = number
      case .monthName:
        guard let number = DateFormat.month(text, &place) else { return nil }
        month = number
      case .day:
        guard let number = DateFormat.digits(text, &place, 1...2) else { return nil }
        day = number
      case .hour:
        guard let number = DateFormat.digits(text, &place, 1...2), number < 24 else { return nil }
        seconds += Double(number) * 3600
      case .minute:
        guard let number = DateFormat.digits(text, &place, 2...2), number < 60 else { return nil }
        seconds += Double(number) * 60
      case .second:
        guard let number = DateFormat.digits(text, &place, 2...2), number < 61 else { return nil }
        seconds += Double(number) + DateFormat.fraction(text, &place)
      }
    }
    if hasTime, place + 1 == text.count, text[place] == 0x5A { place += 1 }
    guard place == text.count, (1...12).contains(month), day >= 1,
      day <= DateFormat.length(ofMonth: month, year)
    else { return nil }
    let days = Double(DateFormat.days(year, month, day))
    return hasTime ? days * 86400 + seconds : days
  }

  /// What ``read(_:)`` reads as this number.
  public func text(_ number: Double) -> String {
    let days = hasTime ? (number / 86400).rounded(.down) : number.rounded(.down)
    guard abs(days) < 3_652_059 else { return "" }
    let (year, month, day) = DateFormat.civil(Int(days))
    let seconds = hasTime ? number - days * 86400 : 0
    let whole = Int(seconds)
    return tokens.reduce(into: "") { text, token in
      switch token {
      case .literal(let byte): text.unicodeScalars.append(Unicode.Scalar(byte))
      case .year: text += DateFormat.padded(year, 4)
      case .shortYear: text += DateFormat.padded((year % 100 + 100) % 100, 2)
      case .month: text += DateFormat.padded(month, 2)
      case .monthName: text += DateFormat.monthNames[month - 1].capitalizedFirst
      case .day: text += DateFormat.padded(day, 2)
      case .hour: text += DateFormat.padded(whole / 3600, 2)
      case .minute: text += DateFormat.padded(whole / 60 % 60, 2)
      case .second:
        text += DateFormat.padded(whole % 60, 2)
        let thousandths = Int(((seconds - Double(whole)) * 1000).rounded())
        if thousandths > 0, thousandths < 1000 {
          text += "." + DateFormat.padded(thousandths, 3)
        }
      }
    }
  }

  private static func digits(
    _ text: UnsafeBufferPointer<UInt8>, _ place: inout Int, _ counts: ClosedRange<Int>
  ) -> Int? {
    var (number, count) = (0, 0)
    while place < text.count, count < counts.upperBound, text[place] &- 0x30 < 10 {
      number = number * 10 + Int(text[place] - 0x30)
      place += 1
      count += 1
    }
    return counts.contains(count) ? number : nil
  }

  private static func fraction(_ text: UnsafeBufferPointer<UInt8>, _ place: inout Int) -> Double {
    guard place + 1 < text.count, text[place] == 0x2E, text[place + 1] &- 0x30 < 10 else {
      return 0
    }
    place += 1
    var (value, scale) = (0.0, 0.1)
    while place < text.count, text[place] &- 0x30 < 10 {
      value += Double(text[place] - 0x30) * scale
      scale /= 10
      place += 1
    }
    return value
  }

  private static let monthNames = [
    "jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec",
  ]

  private static func month(_ text: UnsafeBufferPointer<UInt8>, _ place: inout Int) -> Int? {
    guard place + 3 <= text.count else { return nil }
    let name = String(decoding: text[place..<place + 3], as: UTF8.self).lowercased()
    place += 3
    return monthNames.firstIndex(of: name).map { $0 + 1 }
  }

  private static func padded(_ number: Int, _ width: Int) -> String {
    let digits = String(abs(number))
    return (number < 0 ? "-" : "") + String(repeating: "0", count: max(0, width - digits.count))
      + digits
  }

  private static func length(ofMonth month: Int, _ year: Int) -> Int {
    guard month == 2 else { return month == 4 || month == 6 || month == 9 || month == 11 ? 30 : 31 }
    return year % 4 == 0 && (year % 100 != 0 || year % 400 == 0) ? 29 : 28
  }

  /// - Source: H. Hinnant, "chrono-Compatible Low-Level Date Algorithms", days_from_civil.
  private static func days(_ year: Int, _ month: Int, _ day: Int) -> Int {
    let year = month <= 2 ? year - 1 : year
    let era = (year >= 0 ? year : year - 399) / 400
    let yearOfEra = year - era * 400
    let dayOfYear = (153 * (month + (month > 2 ? -3 : 9)) + 2) / 5 + day - 1
    let dayOfEra = yearOfEra * 365 + yearOfEra / 4 - yearOfEra / 100 + dayOfYear
    return era * 146_097 + dayOfEra - 719_468
  }

  /// - Source: as above, civil_from_days.
  private static func civil(_ days: Int) -> (year: Int, month: Int, day: Int) {
    let shifted = days + 719_468
    let era = (shifted >= 0 ? shifted : shifted - 146_096) / 146_097
    let dayOfEra = shifted - era * 146_097
    let yearOfEra =
      (dayOfEra - dayOfEra / 1460 + dayOfEra / 36_524 - dayOfEra / 146_096) / 365
    let dayOfYear = dayOfEra - (365 * yearOfEra + yearOfEra / 4 - yearOfEra / 100)
    let part = (5 * dayOfYear + 2) / 153
    let month = part < 10 ? part + 3 : part - 9
    let year = yearOfEra + era * 400 + (month <= 2 ? 1 : 0)
    return (year, month, dayOfYear - (153 * part + 2) / 5 + 1)
  }
}

extension String {
  fileprivate var capitalizedFirst: String { prefix(1).uppercased() + dropFirst() }
}
