import GenDigest
import GenMedia

/// Puts made-up entries in the place of those that tell who somebody is.
///
///     let disguise = Disguise(secret: bytes)
///     let harmless = try disguise.replacing(column, as: .email)
///
/// They keep their form, and their check digits are right. The same entry becomes the same everywhere,
/// in every table, so that keys still lead from one to the other; who does not know the secret cannot
/// tell which it was. Codes, accounts, cards and phone numbers that differ stay different; two people
/// may get one name.
public struct Disguise: Sendable {
  private let keys: [PersonalKind: [UInt8]]

  /// - Parameter secret: What nobody else may know.
  public init(secret: [UInt8]) {
    let master = HMAC(key: secret)
    keys = Dictionary(
      uniqueKeysWithValues: PersonalKind.allCases.map {
        ($0, master.code(of: Array($0.rawValue.utf8)).bytes)
      })
  }

  /// A column of the same type; what is missing stays so.
  ///
  /// - Requires: of numbers, a kind that ``PersonalKind/suitsNumbers``.
  public func replacing(_ column: Column, as kind: PersonalKind) -> Column {
    switch column.values {
    case .codes(let codes, let levels):
      var taken: Set<String> = []
      let made = levels.map { level in
        var (text, count) = (replaced(level, kind), 1)
        while !taken.insert(text).inserted {
          text = replaced("\(level)\u{0}\(count)", kind, formOf: level)
          count += 1
        }
        return text
      }
      return Column(column.name, column.type, .codes(codes, levels: made))
    case .texts(let texts):
      var known: [String: String] = [:]
      var made = TextEntries()
      for place in 0..<texts.count {
        guard let text = texts[place] else {
          made.append(nil)
          continue
        }
        let new = known[text] ?? replaced(text, kind)
        known[text] = new
        made.append(new)
      }
      return Column(column.name, column.type, .texts(made))
    case .numbers(let numbers):
      let made = numbers.indices.map { place -> Double in
        guard var text = column.text(place) else { return .nan }
        // Whole numbers beyond 2^53 would not be kept to the last digit.
        repeat { text = replaced(text, kind) } while abs(Double(text) ?? 0) >= 0x1p53
        return Double(text) ?? numbers[place]
      }
      return Column(column.name, column.type, .numbers(made))
    }
  }

  /// One entry.
  ///
  /// - Parameter form: The entry whose form it takes, where the entry itself has been changed.
  func replaced(_ text: String, _ kind: PersonalKind, formOf form: String? = nil) -> String {
    let key = keys[kind] ?? []
    let words = WordDraw(key: key)
    let cipher = PatternCipher(key: key)
    switch kind {
    case .name: return words.name(for: text, like: form ?? text)
    case .email: return words.email(for: text)
    case .address: return words.address(for: text, like: form ?? text, numbers: cipher)
    case .ip: return words.addressOfComputer(for: text)
    case .iban: return iban(text, cipher)
    case .card: return card(text, cipher)
    case .phone: return cipher.encrypted(text, keeping: phonePrefix(text))
    case .code: return code(text, cipher)
    }
  }

  /// As many digits; none gets a zero in front that had none.
  private func code(_ text: String, _ cipher: PatternCipher) -> String {
    var made = cipher.encrypted(text)
    guard let first = text.first, first.isPlainDigit, first != "0", text.count > 1 else {
      return made
    }
    while made.first == "0" { made = cipher.encrypted(made) }
    return made
  }

  /// The country and the zero before a number stay.
  private func phonePrefix(_ text: String) -> Int {
    if text.hasPrefix("+") { return 3 }
    if text.hasPrefix("00") { return 4 }
    return text.hasPrefix("0") ? 1 : 0
  }

  private func iban(_ text: String, _ cipher: PatternCipher) -> String {
    let signs = text.filter { $0 != " " }
    let account = cipher.encrypted(String(signs.dropFirst(4)))
    let country = String(signs.prefix(2))
    let check = Checksums.iban(country: country, account: account) ?? "00"
    return laid(country + check + account, like: text) { $0 != " " }
  }

  private func card(_ text: String, _ cipher: PatternCipher) -> String {
    let digits = text.filter(\.isPlainDigit)
    let made = cipher.encrypted(String(digits.dropLast()), keeping: 1)
    let check = Checksums.luhn(of: made.compactMap(\.wholeNumberValue))
    return laid("\(made)\(check)", like: text, where: \.isPlainDigit)
  }

  /// Signs in the places of those of a text that something holds for.
  private func laid(
    _ signs: String, like text: String, where isReplaced: (Character) -> Bool
  ) -> String {
    var rest = signs[...]
    return String(text.map { isReplaced($0) ? rest.popFirst() ?? $0 : $0 })
  }
}

/// Draws made-up words by what they stand for.
private struct WordDraw {
  private let key: HMAC

  init(key: [UInt8]) { self.key = HMAC(key: key) }

  private func number(_ text: String, _ use: String) -> UInt64 {
    key.code(of: Array("\(use)\u{1}\(text)".utf8)).bytes.prefix(8).reduce(0) {
      $0 << 8 | UInt64($1)
    }
  }

  private func word(_ words: [String], _ text: String, _ use: String) -> String {
    words[Int(number(text, use) % UInt64(words.count))]
  }

  /// As many words as there were; the last is a family's, or the first where a comma follows it.
  func name(for text: String, like form: String) -> String {
    let comma = form.firstIndex(of: ",")
    let parts = form.split(whereSeparator: { !$0.isLetter && $0 != "'" && $0 != "’" })
    var count = -1
    return mapWords(of: form) { word, start in
      count += 1
      let isFamily = comma.map { start < $0 } ?? (count == parts.count - 1 && parts.count > 1)
      guard word.count > 1 else {
        return String(self.word(MadeUpWords.given, text, "given \(count)").prefix(1))
      }
      return self.word(
        isFamily ? MadeUpWords.family : MadeUpWords.given, text,
        isFamily ? "family" : "given \(count)")
    }
  }

  /// At a host that cannot exist; the same host for all that shared one.
  ///
  /// - Source: RFC 2606 section 2 (`.example`).
  func email(for text: String) -> String {
    let lower = text.lowercased()
    let host = lower.split(separator: "@").last.map(String.init) ?? ""
    let given = word(MadeUpWords.given, lower, "given").lowercased()
    let code = String(number(lower, "code") % 2_821_109_907_456, radix: 36)
    return "\(given).\(code)@\(word(MadeUpWords.places, host, "host").lowercased()).example"
  }

  /// Words of places and other numbers, in the same order; words for streets stay.
  func address(for text: String, like form: String, numbers: PatternCipher) -> String {
    var count = -1
    let worded = mapWords(of: form) { word, _ in
      count += 1
      let isKind = word.count < 3 || Self.streetWords.contains(word.lowercased())
      return isKind ? word : self.word(MadeUpWords.places, text, "place \(count)")
    }
    return worded.split(separator: " ", omittingEmptySubsequences: false).map { part in
      part.contains(where: \.isPlainDigit) ? numbers.encrypted(String(part)) : String(part)
    }.joined(separator: " ")
  }

  /// Of a network that nobody outside can reach.
  ///
  /// - Source: RFC 1918 section 3; RFC 4193 section 3.
  func addressOfComputer(for text: String) -> String {
    let number = number(text, "host")
    if text.contains(":") {
      let groups = (0..<4).map { String(number >> (16 * $0) & 0xFFFF, radix: 16) }
      return "fd00::" + groups.joined(separator: ":")
    }
    return "10.\(number >> 16 & 255).\(number >> 8 & 255).\(number & 255)"
  }

  private static let streetWords: Set<String> = [
    "street", "road", "avenue", "lane", "drive", "court", "place", "square", "way", "close", "the",
    "str", "strasse", "straße", "weg", "platz", "allee", "gasse", "rue", "chemin", "calle",
    "via", "piazza", "apt", "box", "north", "south", "east", "west", "von", "der", "des", "de",
  ]

  /// A text with its words changed, each in the case of the old one.
  private func mapWords(
    of text: String, _ change: (String, String.Index) -> String
  ) -> String {
    var made = ""
    var place = text.startIndex
    while place < text.endIndex {
      let end =
        text[place...].firstIndex { !$0.isLetter && $0 != "'" && $0 != "’" } ?? text.endIndex
      if end > place {
        let word = String(text[place..<end])
        made += change(word, place).inCase(of: word)
        place = end
      } else {
        made.append(text[place])
        place = text.index(after: place)
      }
    }
    return made
  }
}

extension String {
  /// All capitals, all small, or as it is.
  fileprivate func inCase(of word: String) -> String {
    if word.count > 1, word == word.uppercased() { return uppercased() }
    return word == word.lowercased() ? lowercased() : self
  }
}
