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

  /// A column of the same type, ``Column/isMadeUp``; what is missing stays so.
  ///
  /// - Requires: of numbers, a kind that ``PersonalKind/suitsNumbers``.
  public func replacing(_ column: Column, as kind: PersonalKind) -> Column {
    replaced(column, kind).withEntries(madeUp: true)
  }

  private func replaced(_ column: Column, _ kind: PersonalKind) -> Column {
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
    let words = WordDraw(code: HMAC(key: key))
    let cipher = PatternCipher(key: key)
    switch kind {
    case .name: return words.name(for: text, like: form ?? text)
    case .email: return words.email(for: text)
    case .address:
      return words.address(for: text, like: form ?? text, number: cipher.encryptedNumber)
    case .ip: return words.addressOfComputer(for: text)
    case .iban: return Checksums.account(like: text) { cipher.encrypted($0) }
    case .card: return Checksums.card(like: text) { cipher.encrypted($0, keeping: 1) }
    case .phone: return cipher.encrypted(text, keeping: Self.phonePrefix(text))
    case .code: return cipher.encryptedNumber(text)
    }
  }

  /// The country and the zero before a number stay.
  static func phonePrefix(_ text: String) -> Int {
    if text.hasPrefix("+") { return 3 }
    if text.hasPrefix("00") { return 4 }
    return text.hasPrefix("0") ? 1 : 0
  }
}
