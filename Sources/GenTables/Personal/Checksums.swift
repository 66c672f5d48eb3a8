/// Numbers that carry a check of themselves.
enum Checksums {
  /// Of digits before the last, which makes the whole divisible.
  ///
  /// - Source: ISO/IEC 7812-1:2017, annex B (Luhn).
  static func luhn(of digits: [Int]) -> Int {
    let sum = digits.reversed().enumerated().reduce(0) { sum, item in
      let digit = item.offset % 2 == 0 ? 2 * item.element : item.element
      return sum + digit / 10 + digit % 10
    }
    return (10 - sum % 10) % 10
  }

  /// The two check digits of an account.
  ///
  /// - Parameters:
  ///   - country: Two capital letters.
  ///   - account: Digits and letters behind the check digits.
  /// - Source: ISO 13616-1:2020, section 7 (the remainder by 97 of ISO 7064).
  static func iban(country: String, account: String) -> String? {
    var rest = 0
    for sign in account.uppercased() + country.uppercased() + "00" {
      guard let value = sign.isASCII ? sign.hexadecimal36 : nil else { return nil }
      rest = (value < 10 ? rest * 10 + value : rest * 100 + value) % 97
    }
    let check = 98 - rest
    return check < 10 ? "0\(check)" : "\(check)"
  }

  /// Another account of the same country, written alike.
  ///
  /// - Parameter other: what stands behind the check digits, of what stands there.
  static func account(like text: String, other: (String) -> String) -> String {
    let signs = text.filter { $0 != " " }
    let (country, account) = (String(signs.prefix(2)), other(String(signs.dropFirst(4))))
    let check = iban(country: country, account: account) ?? "00"
    return laid(country + check + account, like: text) { $0 != " " }
  }

  /// Another card, written alike.
  ///
  /// - Parameter other: the digits before the check digit, of those that are there.
  static func card(like text: String, other: (String) -> String) -> String {
    let made = other(String(text.filter(\.isPlainDigit).dropLast()))
    return laid(
      "\(made)\(luhn(of: made.compactMap(\.wholeNumberValue)))", like: text, where: \.isPlainDigit)
  }

  /// Signs in the places of those of a text that something holds for.
  private static func laid(
    _ signs: String, like text: String, where isReplaced: (Character) -> Bool
  ) -> String {
    var rest = signs[...]
    return String(text.map { isReplaced($0) ? rest.popFirst() ?? $0 : $0 })
  }
}

extension Character {
  /// 0…9 for digits, 10…35 for letters.
  fileprivate var hexadecimal36: Int? { Int(String(self), radix: 36) }
}
