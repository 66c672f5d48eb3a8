import GenMedia

/// Finds out what a column tells about people: by what stands in it, and by its name.
public enum PersonalLook {
  /// Entries that are looked at.
  private static let sampleSize = 500
  /// The share of them that has to look alike.
  private static let share = 0.8
  /// Entries of which at least so many make names recognisable by themselves.
  private static let fewestNames = 3

  /// What the column looks like; nil when it tells nothing about anybody.
  public static func kind(of column: Column) -> PersonalKind? {
    let entries = sample(of: column)
    guard !entries.isEmpty else { return nil }
    if let kind = byContent.first(where: { looks(entries, like: $0.fits) })?.kind { return kind }
    if column.hasWords, areNames(entries) { return .name }
    return byName(column, entries)
  }

  /// Whether several entries are like names, and half of those known as such: no list has all. Words
  /// alone have to be known mostly, as Max and Will are other things too.
  private static func areNames(_ entries: [String]) -> Bool {
    guard entries.count >= fewestNames, looks(entries, like: isName) else { return false }
    let known = Double(entries.count(where: GivenNames.isName)) / Double(entries.count)
    return known >= (looks(entries) { $0.contains(" ") } ? 0.5 : share)
  }

  /// The columns of a table that look personal, in its order.
  public static func kinds(in table: Table) -> [(column: String, kind: PersonalKind)] {
    table.columns.compactMap { column in kind(of: column).map { (column.name, $0) } }
  }

  /// What the name of a column alone says of one of texts.
  public static func kind(named name: String) -> PersonalKind? {
    let words = name.personalWords
    let whole = words.joined()
    return PersonalKind.allCases.first { kind in
      kind.hints.contains(whole) || words.contains(where: kind.hints.contains)
    }
  }

  private static let byContent: [(kind: PersonalKind, fits: @Sendable (String) -> Bool)] = [
    (.email, isEmail), (.iban, isIban), (.card, isCard), (.ip, isAddressOfComputer),
    (.phone, isInternationalPhone),
  ]

  /// A name has to go with entries that can be what it says.
  private static func byName(_ column: Column, _ entries: [String]) -> PersonalKind? {
    switch (kind(named: column.name), column.type) {
    case (.phone, _) where looks(entries, like: isPhone): .phone
    case (.name, _) where column.hasWords: looks(entries, like: isName) ? .name : nil
    case (.address, .text), (.address, .category): .address
    case (.code, .text), (.code, .identifier), (.code, .whole): .code
    default: nil
    }
  }

  /// Entries that are there, evenly from the whole column; of a category each level once.
  private static func sample(of column: Column) -> [String] {
    if let (_, levels) = column.codes { return Array(levels.prefix(sampleSize)) }
    let step = max(1, column.count / sampleSize)
    return stride(from: 0, to: column.count, by: step).compactMap(column.text)
  }

  private static func looks(_ entries: [String], like fits: (String) -> Bool) -> Bool {
    Double(entries.count(where: fits)) >= share * Double(entries.count)
  }
}

// Forms. Hand-written rather than patterns: a hostile entry must not take long.
extension PersonalLook {
  /// - Source: RFC 5321 section 4.1.2, of which nothing quoted is taken.
  static let isEmail: @Sendable (String) -> Bool = { text in
    let parts = text.split(separator: "@", omittingEmptySubsequences: false)
    guard parts.count == 2, !parts[0].isEmpty, text.utf8.count <= 254 else { return false }
    let labels = parts[1].split(separator: ".", omittingEmptySubsequences: false)
    return labels.count >= 2 && labels.allSatisfy { !$0.isEmpty && $0.allSatisfy(\.isOfHost) }
      && !parts[0].contains { $0.isWhitespace || $0 == "," || $0 == ";" }
  }

  static let isIban: @Sendable (String) -> Bool = { text in
    let signs = text.filter { $0 != " " }
    guard (15...34).contains(signs.count), signs.prefix(2).allSatisfy(\.isPlainLetter),
      signs.dropFirst(2).prefix(2).allSatisfy(\.isPlainDigit)
    else { return false }
    let check = String(signs.dropFirst(2).prefix(2))
    return check
      == Checksums.iban(country: String(signs.prefix(2)), account: String(signs.dropFirst(4)))
  }

  static let isCard: @Sendable (String) -> Bool = { text in
    let digits = text.filter { $0 != " " && $0 != "-" }.map { $0.wholeNumberValue ?? -1 }
    guard (13...19).contains(digits.count), digits.allSatisfy({ (0...9).contains($0) }) else {
      return false
    }
    return Checksums.luhn(of: digits.dropLast()) == digits[digits.count - 1]
  }

  static let isAddressOfComputer: @Sendable (String) -> Bool = { text in
    let parts = text.split(separator: ".", omittingEmptySubsequences: false)
    if parts.count == 4 { return parts.allSatisfy { UInt8($0) != nil } }
    let groups = text.split(separator: ":", omittingEmptySubsequences: false)
    return (3...8).contains(groups.count) && text.contains("::") == (groups.count < 8)
      && groups.allSatisfy { $0.isEmpty || ($0.count <= 4 && UInt16($0, radix: 16) != nil) }
  }

  /// Digits with what is written between them.
  static let isPhone: @Sendable (String) -> Bool = { text in
    let digits = text.count(where: \.isPlainDigit)
    return (6...15).contains(digits)
      && text.allSatisfy { $0.isPlainDigit || " +-/().".contains($0) }
  }

  static let isInternationalPhone: @Sendable (String) -> Bool = { text in
    (text.hasPrefix("+") || text.hasPrefix("00")) && isPhone(text)
      && text.count(where: \.isPlainDigit) >= 8
  }

  /// One to five words of letters, with at least one capital.
  static let isName: @Sendable (String) -> Bool = { text in
    let words = text.split { $0 == " " || $0 == "," || $0 == "-" }
    return (1...5).contains(words.count) && text.contains(where: \.isUppercase)
      && words.allSatisfy { $0.allSatisfy { $0.isLetter || $0 == "." || $0 == "'" || $0 == "’" } }
  }
}

extension Column {
  fileprivate var hasWords: Bool { !type.isNumeric && type != .flag }
}

extension Character {
  var isPlainDigit: Bool { isASCII && isWholeNumber }
  var isPlainLetter: Bool { isASCII && isLetter }
  fileprivate var isOfHost: Bool { isPlainDigit || isLetter || self == "-" }
}

extension String {
  /// The words of a column's name: `patient_ID`, `FirstName` and `e-mail` have two.
  fileprivate var personalWords: [String] {
    var words: [String] = [""]
    var wasLower = false
    for sign in self {
      guard sign.isLetter else {
        words.append("")
        wasLower = false
        continue
      }
      if sign.isUppercase, wasLower { words.append("") }
      words[words.count - 1] += sign.lowercased()
      wasLower = sign.isLowercase
    }
    return words.filter { !$0.isEmpty }
  }
}
