import GenDigest

/// Replaces every digit by a digit and every letter by a letter of its case, so that different texts
/// stay different and the same text always becomes the same.
///
/// - Source: the alternating Feistel network of NIST SP 800-38G (2016), section 4.2.
/// - Departs: signs are added one by one rather than as one number, with HMAC-SHA256 as the round
///   function, so that signs of several alphabets may be mixed. Texts of very few signs have few
///   others to become, whatever the key.
struct PatternCipher {
  private static let rounds = 10
  private let key: HMAC

  init(key: [UInt8]) { self.key = HMAC(key: key) }

  /// - Parameter keeping: Signs at the beginning that stay.
  func encrypted(_ text: String, keeping count: Int = 0) -> String {
    var signs = Array(text)
    let places = signs.indices.dropFirst(count).filter { Alphabet(of: signs[$0]) != nil }
    let alphabets = places.compactMap { Alphabet(of: signs[$0]) }
    var numbers = zip(places, alphabets).map { $1.number(of: signs[$0]) }
    let middle = (numbers.count + 1) / 2
    let pattern = alphabets.map { UInt8($0.radix) }
    for round in 0..<Self.rounds {
      let (changed, seen) =
        round % 2 == 0
        ? (0..<middle, middle..<numbers.count) : (middle..<numbers.count, 0..<middle)
      guard !changed.isEmpty else { continue }
      let stream = stream(
        [UInt8(round)] + pattern + [255] + numbers[seen].map { UInt8($0) },
        count: changed.count)
      for (index, place) in changed.enumerated() {
        let radix = alphabets[place].radix
        numbers[place] = (numbers[place] + Int(stream[index] % UInt32(radix))) % radix
      }
    }
    for (index, place) in places.enumerated() {
      signs[place] = alphabets[index].sign(numbers[index])
    }
    return String(signs)
  }

  /// As many digits; none gets a zero in front that had none.
  func encryptedNumber(_ text: String) -> String {
    var made = encrypted(text)
    guard let first = text.first, first.isPlainDigit, first != "0", text.count > 1 else {
      return made
    }
    while made.first == "0" { made = encrypted(made) }
    return made
  }

  /// Numbers that nobody without the key can tell from random ones.
  private func stream(_ message: [UInt8], count: Int) -> [UInt32] {
    var all: [UInt32] = []
    var block: UInt8 = 0
    while all.count < count {
      let bytes = key.code(of: message + [254, block]).bytes
      for start in stride(from: 0, to: bytes.count, by: 4) {
        all.append(bytes[start..<start + 4].reduce(0) { $0 << 8 | UInt32($1) })
      }
      block &+= 1
    }
    return all
  }

  private enum Alphabet {
    case digits, lower, upper

    init?(of sign: Character) {
      if sign.isPlainDigit {
        self = .digits
      } else if sign.isPlainLetter {
        self = sign.isUppercase ? .upper : .lower
      } else {
        return nil
      }
    }

    var radix: Int { self == .digits ? 10 : 26 }
    private var first: UInt8 {
      switch self {
      case .digits: UInt8(ascii: "0")
      case .lower: UInt8(ascii: "a")
      case .upper: UInt8(ascii: "A")
      }
    }

    func number(of sign: Character) -> Int { Int(sign.asciiValue ?? first) - Int(first) }
    func sign(_ number: Int) -> Character { Character(Unicode.Scalar(first + UInt8(number))) }
  }
}
