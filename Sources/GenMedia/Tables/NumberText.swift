import Glibc

/// Numbers as files of tables write them.
enum NumberText {
  /// The number that a text is, nil for anything else; infinite where it is too large or says so.
  ///
  /// A zero before other digits makes a label of it, such as a postal code; so do more digits than
  /// a whole number keeps.
  /// - Parameter decimal: The byte before the fraction.
  static func read(
    _ text: UnsafeBufferPointer<UInt8>, decimal: UInt8
  ) -> (value: Double, isWhole: Bool)? {
    guard let base = text.baseAddress, text.count > 0 else { return nil }
    var place = 0
    let count = text.count
    let isNegative = base[0] == minus
    if isNegative || base[0] == plus { place = 1 }
    let first = place
    var mantissa: UInt64 = 0
    while place < count, isDigit(base[place]), place - first < 18 {
      mantissa = mantissa &* 10 &+ UInt64(base[place] &- zero)
      place += 1
    }
    let wholeDigits = place - first
    if wholeDigits > 1, base[first] == zero { return nil }
    if place == count, wholeDigits > 0 {
      guard mantissa <= 1 << 53 else { return nil }
      return (isNegative ? -Double(mantissa) : Double(mantissa), true)
    }
    if wholeDigits == 18 { return slow(text, decimal: decimal) }
    var scale = 0
    // Exact as far as the twenty-second.
    var power = 1.0
    if place < count, base[place] == decimal {
      place += 1
      let start = place
      while place < count, isDigit(base[place]), wholeDigits + place - start < 18 {
        mantissa = mantissa &* 10 &+ UInt64(base[place] &- zero)
        power *= 10
        place += 1
      }
      scale = place - start
      guard wholeDigits + scale > 0 else { return nil }
    }
    guard place == count, mantissa < 1 << 53, scale <= 22, wholeDigits + scale > 0 else {
      return slow(text, decimal: decimal)
    }
    // Both are exact, so that the quotient is the nearest number.
    let value = Double(mantissa) / power
    return (isNegative ? -value : value, false)
  }

  /// What the short way does not know: exponents, many digits, `inf`.
  private static func slow(
    _ text: UnsafeBufferPointer<UInt8>, decimal: UInt8
  ) -> (value: Double, isWhole: Bool)? {
    guard text.count <= 64 else { return nil }
    var copy: [CChar] = []
    for byte in text {
      let isKnown =
        isDigit(byte) || [minus, plus, 0x65, 0x45, decimal].contains(byte)
      if !isKnown { return grouped(text, decimal: decimal) ?? infinity(text) }
      copy.append(CChar(byte == decimal ? 0x2E : byte))
    }
    guard text.contains(where: { $0 == decimal || $0 | 0x20 == 0x65 }) else { return nil }
    copy.append(0)
    return copy.withUnsafeBufferPointer { buffer in
      guard let base = buffer.baseAddress else { return nil }
      var end: UnsafeMutablePointer<CChar>?
      let value = strtod(base, &end)
      guard let end, UnsafePointer(end) == base + text.count else { return nil }
      return (value, false)
    }
  }

  /// Thousands set apart by the other sign: `1.234,50`. Only before a fraction: what else is written
  /// so may be an address or a date.
  private static func grouped(
    _ text: UnsafeBufferPointer<UInt8>, decimal: UInt8
  ) -> (value: Double, isWhole: Bool)? {
    let sign: UInt8 = decimal == 0x2C ? 0x2E : 0x2C
    guard let end = text.lastIndex(of: decimal) else { return nil }
    let whole = text[..<end].drop { $0 == minus || $0 == plus }
    let groups = whole.split(separator: sign, omittingEmptySubsequences: false)
    guard groups.count > 1, (1...3).contains(groups[0].count),
      groups.dropFirst().allSatisfy({ $0.count == 3 }), groups.joined().allSatisfy(isDigit)
    else { return nil }
    return text.filter { $0 != sign }.withUnsafeBufferPointer { read($0, decimal: decimal) }
  }

  private static func infinity(
    _ text: UnsafeBufferPointer<UInt8>
  ) -> (value: Double, isWhole: Bool)? {
    switch String(decoding: text, as: UTF8.self).lowercased() {
    case "inf", "+inf", "infinity", "+infinity": (.infinity, false)
    case "-inf", "-infinity": (-.infinity, false)
    default: nil
    }
  }

  @inline(__always) private static var zero: UInt8 { 0x30 }
  @inline(__always) private static var minus: UInt8 { 0x2D }
  @inline(__always) private static var plus: UInt8 { 0x2B }

  @inline(__always)
  private static func isDigit(_ byte: UInt8) -> Bool { byte &- zero < 10 }
}
