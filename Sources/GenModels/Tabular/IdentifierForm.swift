import GenMedia
import GenTables

/// How new identifiers are made: they look like those that were seen, and none names a row of the
/// table that was learned from.
enum IdentifierForm: Hashable, Codable, Sendable {
  /// Numbers that go on behind the greatest, with so many digits at least.
  case sequence(before: String, next: Int, digitCount: Int, after: String)
  /// In each place one of these letters.
  case pattern([String])
  /// Made up as entries that tell about people are, all different or not.
  case personal(PersonalForm, unique: Bool)

  init(_ entries: [String]) {
    self = Self.sequence(of: entries) ?? .pattern(Self.alphabets(of: entries))
  }

  /// Of a column of texts.
  ///
  /// - Parameter unique: Whether entries of a kind that people may share have to be different.
  init(of column: Column, unique: Bool) {
    let known = (0..<column.count).compactMap(column.text)
    switch PersonalLook.kind(of: column) {
    case nil, .code: self.init(known)
    case let kind?: self = .personal(PersonalForm(of: known, kind), unique: unique)
    }
  }

  /// Whether texts of a reasonable length can be made.
  var isSound: Bool {
    switch self {
    case .sequence(_, let next, let digitCount, _):
      (0...Int.max >> 8).contains(next) && (0...64).contains(digitCount)
    case .pattern(let alphabets): alphabets.count < 10_000
    case .personal(let form, _): form.isSound
    }
  }

  /// Different texts, a share of them missing.
  func entries(_ count: Int, missing: Double = 0, seed: UInt64) -> TextEntries {
    if case .personal(let form, let unique) = self {
      return form.entries(count, missing: missing, unique: unique, seed: seed)
    }
    var random = SplitMix(seed: ~seed)
    func isMissing() -> Bool { missing > 0 && Double.random(in: 0..<1, using: &random) < missing }
    var entries = TextEntries()
    switch self {
    case .sequence(let before, let next, let digitCount, let after):
      for number in next..<next + count {
        if isMissing() {
          entries.append(nil)
        } else {
          entries.append(before, whole: number, digitCount: digitCount, after)
        }
      }
    case .pattern(let alphabets):
      for text in Self.texts(count, of: alphabets, seed: seed) {
        entries.append(isMissing() ? nil : text)
      }
    case .personal: break
    }
    return entries
  }

  /// Different texts that have in each place one of these letters.
  private static func texts(_ count: Int, of alphabets: [String], seed: UInt64) -> [String] {
    let letters = alphabets.map(Array.init)
    let variety = letters.reduce(1.0) { $0 * Double(max(1, $1.count)) }
    var random = SplitMix(seed: seed)
    var seen: Set<String> = []
    // Where there is not room for so many, they get a number besides.
    guard variety >= 4 * Double(count) else {
      let digitCount = String(count).count
      return (0..<count).map {
        Self.drawn(letters, &random) + "-" + Self.padded($0 + 1, digitCount)
      }
    }
    var texts: [String] = []
    texts.reserveCapacity(count)
    while texts.count < count {
      let text = Self.drawn(letters, &random)
      if seen.insert(text).inserted { texts.append(text) }
    }
    return texts
  }

  private static func drawn(_ letters: [[Character]], _ random: inout SplitMix) -> String {
    String(letters.compactMap { $0.randomElement(using: &random) })
  }

  private static func padded(_ number: Int, _ digitCount: Int) -> String {
    let digits = String(number)
    return String(repeating: "0", count: max(0, digitCount - digits.count)) + digits
  }

  /// Of numbers between texts that are always the same, most of a range of numbers being there.
  private static func sequence(of entries: [String]) -> IdentifierForm? {
    guard let first = entries.first else { return nil }
    var (head, tail) = (first.prefix { !$0.isDigit }, first.reversed().prefix { !$0.isDigit })
    for entry in entries {
      head = head.prefix(zip(head, entry).prefix { $0 == $1 }.count)
      tail = tail.prefix(zip(tail, entry.reversed()).prefix { $0 == $1 }.count)
    }
    let before = String(head)
    let after = String(tail.reversed())
    var (least, greatest, width, isPadded) = (Int.max, 0, 0, false)
    for entry in entries {
      let digits = entry.dropFirst(before.count).dropLast(after.count)
      guard digits.allSatisfy(\.isDigit), let number = Int(digits), number < Int.max >> 8 else {
        return nil
      }
      least = min(least, number)
      greatest = max(greatest, number)
      width = max(width, digits.count)
      isPadded = isPadded || (digits.first == "0" && digits.count > 1)
    }
    guard greatest - least < 2 * entries.count else { return nil }
    return .sequence(
      before: before, next: greatest + 1, digitCount: isPadded ? width : 0, after: after)
  }

  /// The kinds of letters in each place of entries of the most frequent length.
  private static func alphabets(of entries: [String]) -> [String] {
    let lengths = Dictionary(grouping: entries.map(\.count)) { $0 }.mapValues(\.count)
    let length = lengths.max { ($0.value, $0.key) < ($1.value, $1.key) }?.key ?? 0
    let usual = entries.lazy.filter { $0.count == length }.prefix(100_000).map(Array.init)
    guard let first = usual.first else { return [] }
    var letters = first.map { Set([$0]) }
    for entry in usual { for place in entry.indices { letters[place].insert(entry[place]) } }
    let varying = letters.filter { $0.count > 1 }.reduce(Set<Character>()) { $0.union($1) }
    let isHexadecimal = varying.allSatisfy(\.isHexDigit)
    return letters.map { seen in
      seen.count == 1 ? String(seen) : alphabet(of: seen, isHexadecimal)
    }
  }

  private static func alphabet(of seen: Set<Character>, _ isHexadecimal: Bool) -> String {
    var alphabet = ""
    if seen.contains(where: \.isDigit) { alphabet += "0123456789" }
    let (lower, upper) =
      isHexadecimal
      ? ("abcdef", "ABCDEF")
      : (
        "abcdefghijklmnopqrstuvwxyz", "ABCDEFGHIJKLMNOPQRSTUVWXYZ"
      )
    if seen.contains(where: lower.contains) { alphabet += lower }
    if seen.contains(where: upper.contains) { alphabet += upper }
    return alphabet + String(seen.filter { !alphabet.contains($0) }.sorted())
  }
}

extension Character {
  fileprivate var isDigit: Bool { ("0"..."9").contains(self) }
}
