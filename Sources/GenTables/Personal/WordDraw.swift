import GenDigest
import GenMedia

/// Draws made-up words by what they stand for.
struct WordDraw {
  /// Any number, always the same for the same text.
  private let number: (String) -> UInt64

  /// Of numbers that nobody can tell without the key.
  init(code: HMAC) {
    number = { code.code(of: Array($0.utf8)).bytes.prefix(8).reduce(0) { $0 << 8 | UInt64($1) } }
  }

  /// Of numbers that everybody can tell who knows the seed, many times as fast.
  ///
  /// - Source: Fowler, Noll & Vo, FNV-1a (draft-eastlake-fnv), mixed once more.
  init(seed: UInt64) {
    number = { text in
      var mixed = SplitMix(
        seed: text.utf8.reduce(seed ^ 0xcbf2_9ce4_8422_2325) {
          ($0 ^ UInt64($1)) &* 0x100_0000_01b3
        })
      return mixed.next()
    }
  }

  private func number(_ text: String, _ use: String) -> UInt64 { number("\(use)\u{1}\(text)") }

  private func word(_ words: [String], _ text: String, _ use: String) -> String {
    words[Int(number(text, use) % UInt64(words.count))]
  }

  /// As many words as there were; the last is a family's, or the first where a comma follows it.
  func name(for text: String, like form: String) -> String {
    let comma = form.firstIndex(of: ",")
    let parts = form.split(whereSeparator: { !$0.isLetter && $0 != "'" && $0 != "’" })
    var count = -1
    return form.mappingWords { word, start in
      count += 1
      if MadeUpWords.stays(word, in: .name) { return word }
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
  func address(
    for text: String, like form: String, number: (String) -> String
  ) -> String {
    var count = -1
    let worded = form.mappingWords { word, _ in
      count += 1
      return MadeUpWords.stays(word, in: .address)
        ? word : self.word(MadeUpWords.places, text, "place \(count)")
    }
    return worded.split(separator: " ", omittingEmptySubsequences: false).map { part in
      part.contains(where: \.isPlainDigit) ? number(String(part)) : String(part)
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
}

extension String {
  /// A text with its words changed, each in the case of the old one.
  func mappingWords(_ change: (String, String.Index) -> String) -> String {
    var made = ""
    var place = startIndex
    while place < endIndex {
      let end = self[place...].firstIndex { !$0.isLetter && $0 != "'" && $0 != "’" } ?? endIndex
      if end > place {
        let word = String(self[place..<end])
        made += change(word, place).inCase(of: word)
        place = end
      } else {
        made.append(self[place])
        place = index(after: place)
      }
    }
    return made
  }

  /// All capitals, all small, or as it is.
  fileprivate func inCase(of word: String) -> String {
    if word.count > 1, word == word.uppercased() { return uppercased() }
    return word == word.lowercased() ? lowercased() : self
  }
}
