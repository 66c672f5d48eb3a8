import GenMedia

/// How entries are made up from nothing, in the forms of entries that tell who somebody is.
///
///     let form = PersonalForm(of: ["+49 30 123456", "+49 171 987654"], .phone)
///     form.entries(1000, seed: 1)
///
/// It keeps no entry, only outlines: where digits, capitals and small letters stand, and what names
/// nobody, such as the country before a number or a word for a street; and how many entries have each.
public struct PersonalForm: Hashable, Codable, Sendable {
  public let kind: PersonalKind
  private let outlines: [Outline]

  private struct Outline: Hashable, Codable, Sendable {
    /// A text in which ``digit``, ``capital`` and ``small`` stand for any.
    let text: String
    let count: Int
  }

  private static let digit: Character = "#"
  private static let capital: Character = "^"
  private static let small: Character = "~"
  /// Outlines that are kept, those that most entries have.
  private static let mostOutlines = 32
  /// Entries that are looked at.
  private static let sampleSize = 100_000
  /// How often another entry is drawn where one is there already.
  private static let tries = 4

  public init(of entries: [String], _ kind: PersonalKind) {
    let looked = entries.prefix(Self.sampleSize)
    let texts =
      kind == .email ? Self.mailOutlines(of: looked) : looked.map { Self.outline(of: $0, kind) }
    let counts = Dictionary(texts.map { ($0, 1) }, uniquingKeysWith: +)
    self.kind = kind
    outlines = counts.map { Outline(text: $0.key, count: $0.value) }
      .sorted { ($1.count, $0.text) < ($0.count, $1.text) }.prefix(Self.mostOutlines).map { $0 }
  }

  /// Whether entries of a reasonable length can be made.
  public var isSound: Bool {
    (1...Self.mostOutlines).contains(outlines.count)
      && outlines.allSatisfy { (1...1 << 40).contains($0.count) && $0.text.utf8.count < 10_000 }
  }

  /// Entries that name nobody, a share of them missing.
  ///
  /// - Parameter unique: Whether all of them have to be different. Those of every kind but names are, as
  ///   far as there is room for so many.
  public func entries(
    _ count: Int, missing: Double = 0, unique: Bool = false, seed: UInt64
  ) -> TextEntries {
    var random = SplitMix(seed: seed)
    let words = WordDraw(seed: seed)
    var taken: Set<String> = []
    var entries = TextEntries()
    for _ in 0..<count {
      if missing > 0, Double.random(in: 0..<1, using: &random) < missing {
        entries.append(nil)
        continue
      }
      var text = made(filled(&random), words)
      if unique || kind != .name {
        for _ in 0..<Self.tries where taken.contains(text) {
          text = made(filled(&random), words)
        }
        if unique, taken.contains(text) { text += " \(taken.count + 1)" }
        taken.insert(text)
      }
      entries.append(text)
    }
    return entries
  }

  /// What is right of a text in which signs were drawn.
  private func made(_ text: String, _ words: WordDraw) -> String {
    switch kind {
    case .name: words.name(for: text, like: text)
    case .email: words.email(for: text)
    case .address: words.address(for: text, like: text) { $0 }
    case .ip: words.addressOfComputer(for: text)
    case .iban: Checksums.account(like: text) { $0 }
    case .card: Checksums.card(like: text) { $0 }
    case .phone, .code: text
    }
  }

  /// An outline, each as often as entries had it, with signs drawn into it.
  private func filled(_ random: inout SplitMix) -> String {
    let all = outlines.reduce(0) { $0 + $1.count }
    var rest = all > 0 ? Int.random(in: 0..<all, using: &random) : 0
    let outline = outlines.first { outline in
      defer { rest -= outline.count }
      return rest < outline.count
    }
    var before: Character = " "
    return String(
      (outline?.text ?? "").map { sign in
        defer { before = sign }
        switch sign {
        case Self.digit:
          // No number of an address begins with 0.
          return Self.sign(kind == .address && before != Self.digit ? 1..<10 : 0..<10, "0", &random)
        case Self.capital: return Self.sign(0..<26, "A", &random)
        case Self.small: return Self.sign(0..<26, "a", &random)
        default: return sign
        }
      })
  }

  /// One of the signs that follow a first one.
  private static func sign(
    _ places: Range<UInt8>, _ first: Unicode.Scalar, _ random: inout SplitMix
  ) -> Character {
    Character(Unicode.Scalar(UInt8(ascii: first) + .random(in: places, using: &random)))
  }
}

// What is kept of entries.
extension PersonalForm {
  /// In an outline, what tells an entry from others where nothing of its form is wanted.
  private static let anySigns = String(repeating: small, count: 12)

  private static func outline(of text: String, _ kind: PersonalKind) -> String {
    switch kind {
    case .name, .address: return wordedOutline(of: text, kind)
    case .ip: return anySigns + (text.contains(":") ? ":" : ".")
    case .iban: return signOutline(of: text, keeping: 2)
    case .card: return signOutline(of: text, keeping: 1)
    case .phone: return signOutline(of: text, keeping: Disguise.phonePrefix(text))
    case .email, .code: return signOutline(of: text, keeping: 0)
    }
  }

  private static func signOutline(of text: String, keeping count: Int) -> String {
    text.prefix(count)
      + String(
        text.dropFirst(count).map { sign in
          if sign.isPlainDigit { return digit }
          return sign.isLetter ? (sign.isUppercase ? capital : small) : sign
        })
  }

  /// Words as a few letters in their case, and those that name nobody as they are; nothing of what has
  /// digits in it.
  private static func wordedOutline(of text: String, _ kind: PersonalKind) -> String {
    text.split(separator: " ", omittingEmptySubsequences: false).map { part in
      guard !part.contains(where: \.isPlainDigit) else {
        return signOutline(of: String(part), keeping: 0)
      }
      return String(part).mappingWords { word, _ in
        if MadeUpWords.stays(word, in: kind) { return word }
        let isLarge = word.first?.isUppercase ?? false
        guard word.count > 1 else { return String(isLarge ? capital : small) }
        let rest = word == word.uppercased() ? capital : small
        return String([isLarge ? capital : small, rest, rest])
      }
    }.joined(separator: " ")
  }

  /// Mail of the same host stays so, of hosts by how much mail they have.
  private static func mailOutlines(of entries: some Collection<String>) -> [String] {
    let hosts = entries.map { $0.lowercased().split(separator: "@").last.map(String.init) ?? "" }
    let counts = Dictionary(hosts.map { ($0, 1) }, uniquingKeysWith: +)
    let ranks = Dictionary(
      uniqueKeysWithValues: counts.sorted { ($1.value, $0.key) < ($0.value, $1.key) }
        .enumerated().map { ($1.key, $0) })
    return hosts.map { "\(anySigns)@\(ranks[$0] ?? 0)" }
  }
}
