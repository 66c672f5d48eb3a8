/// Numbers with the sign of what they count: `$1,234.50`, `12,5 %`, `-€3`, `(£20.00)`.
enum QuantityText {
  /// The signs of money and of hundredths, in UTF-8 and in the one byte that they are on Windows.
  private static let units =
    ["$", "%", "€", "£", "¥"].map { (name: $0, bytes: Array($0.utf8)) } + [
      (name: "€", bytes: [0x80]), (name: "£", bytes: [0xA3]), (name: "¥", bytes: [0xA5]),
    ]
  /// Longer texts are none.
  private static let longest = 64

  /// A number with or without a sign.
  ///
  /// - Parameter decimal: The byte before the fraction.
  static func read(
    _ text: UnsafeBufferPointer<UInt8>, decimal: UInt8
  ) -> (value: Double, isWhole: Bool)? {
    NumberText.read(text, decimal: decimal)
      ?? signed(text, decimal: decimal).map { ($0.value, $0.isWhole) }
  }

  /// The number and its sign; nil for a text that is not exactly one number with one sign.
  ///
  /// Thousands may be set apart without a fraction too, and what is owed may stand in brackets.
  static func signed(
    _ text: UnsafeBufferPointer<UInt8>, decimal: UInt8
  ) -> (value: Double, isWhole: Bool, unit: String)? {
    guard (2...longest).contains(text.count),
      let unit = units.first(where: {
        text.contains($0.bytes[0]) && text.contains($0.bytes.last ?? 0)
      })
    else { return nil }
    var rest = Array(text)
    let isOwed = rest.first == 0x28 && rest.last == 0x29
    if isOwed { rest = Array(rest.dropFirst().dropLast()) }
    let isNegative = rest.first == 0x2D
    if isNegative { rest.removeFirst() }
    guard let number = without(unit.bytes, rest), let first = number.first, isDigit(first),
      let (value, isWhole) = plain(number, decimal: decimal), value.isFinite,
      !(isOwed && isNegative)
    else { return nil }
    return (isOwed || isNegative ? -value : value, isWhole, unit.name)
  }

  /// What is left without a sign at one end and the spaces beside it.
  private static func without(_ unit: [UInt8], _ text: [UInt8]) -> [UInt8]? {
    if text.starts(with: unit) {
      return Array(text.dropFirst(unit.count).drop { $0 == 0x20 })
    }
    guard text.suffix(unit.count).elementsEqual(unit) else { return nil }
    var rest = text.dropLast(unit.count)
    // Also the space that does not break.
    while let last = rest.last, last == 0x20 || last == 0xA0 || last == 0xC2 { rest.removeLast() }
    return Array(rest)
  }

  /// A number, thousands of which may be set apart.
  private static func plain(_ text: [UInt8], decimal: UInt8) -> (value: Double, isWhole: Bool)? {
    let sign: UInt8 = decimal == 0x2C ? 0x2E : 0x2C
    let end = text.firstIndex(of: decimal) ?? text.endIndex
    let groups = text[..<end].split(separator: sign, omittingEmptySubsequences: false)
    let isGrouped =
      groups.count > 1 && (1...3).contains(groups[0].count)
      && groups.dropFirst().allSatisfy { $0.count == 3 && $0.allSatisfy(isDigit) }
    return (isGrouped ? Array(groups.joined()) + text[end...] : text).withUnsafeBufferPointer {
      NumberText.read($0, decimal: decimal)
    }
  }

  private static func isDigit(_ byte: UInt8) -> Bool { byte &- 0x30 < 10 }
}
