import GenPipeline

extension Parser {
  /// The value of a number token; what cannot be read is reported and counts as 0.
  mutating func numberValue(_ token: Token) -> Value {
    if let plain = plainNumber(token.range) { return plain }
    let text = source.text(in: token.range)
    if text.hasPrefix("0x") || text.hasPrefix("0X") { return hexadecimal(text, token) }
    let digits = numberPrefix(text)
    let unit = String(text.dropFirst(digits.count))
    let plain = digits.filter { $0 != "_" }
    guard let amount = Double(plain), amount.isFinite else {
      report(.numberTooLarge(text, at: place(token.range)))
      return .int(0)
    }
    if unit.isEmpty {
      if plain.contains(where: { ".eE".contains($0) }) { return .number(amount) }
      guard let whole = Int(plain) else {
        report(.numberTooLarge(text, at: place(token.range)))
        return .int(0)
      }
      return .int(whole)
    }
    if unit == "%" { return .number(amount / 100) }
    guard let known = Unit.named(unit) else {
      report(.unknownUnit(unit, at: place(token.range)))
      return .int(0)
    }
    return .quantity(Quantity(known.amount(of: amount), known.dimension))
  }

  /// A number of a few digits, maybe with a point, and nothing else: most are. Digits and power of
  /// ten are exact, so their ratio is the nearest number there is.
  ///
  /// - Source: Clinger 1990, "How to read floating point numbers accurately", section 5.
  private func plainNumber(_ range: Range<Int>) -> Value? {
    guard range.count <= 16 else { return nil }
    var digits = 0
    var power: Double?
    for index in range {
      let byte = source.bytes[index]
      if byte == UInt8(ascii: "."), power == nil {
        power = 1
        continue
      }
      guard (48...57).contains(byte) else { return nil }
      digits = digits * 10 + Int(byte - 48)
      power = power.map { $0 * 10 }
    }
    return power.map { .number(Double(digits) / $0) } ?? .int(digits)
  }

  private mutating func hexadecimal(_ text: String, _ token: Token) -> Value {
    let digits = text.dropFirst(2).filter { $0 != "_" }
    if let value = Int(digits, radix: 16) { return .int(value) }
    if !digits.isEmpty, digits.allSatisfy(\.isHexDigit) {
      report(.numberTooLarge(text, at: place(token.range)))
    } else {
      report(.malformedNumber(text, at: place(token.range)))
    }
    return .int(0)
  }

  /// Digits, fraction and exponent, without the unit.
  private func numberPrefix(_ text: String) -> Substring {
    let units = Array(text.utf8)
    var index = 0
    func isDigit(_ at: Int) -> Bool { at < units.count && (48...57).contains(units[at]) }
    func digits() {
      while isDigit(index) || (index < units.count && units[index] == UInt8(ascii: "_")) {
        index += 1
      }
    }
    digits()
    if index < units.count, units[index] == UInt8(ascii: "."), isDigit(index + 1) {
      index += 1
      digits()
    }
    if index < units.count, units[index] | 0x20 == UInt8(ascii: "e") {
      let signed = index + 1 < units.count && [43, 45].contains(units[index + 1])
      if isDigit(index + 1) || (signed && isDigit(index + 2)) {
        index += signed ? 2 : 1
        digits()
      }
    }
    return text.prefix(index)
  }
}

/// A unit that a number may carry.
struct Unit: Sendable {
  let name: String
  let dimension: Dimension
  let numerator: Double
  let denominator: Double

  /// In the base unit of the dimension, rounded once.
  func amount(of number: Double) -> Double { number * numerator / denominator }

  private init(_ name: String, _ dimension: Dimension, _ numerator: Double, over: Double = 1) {
    self.name = name
    self.dimension = dimension
    self.numerator = numerator
    denominator = over
  }

  static let all: [Unit] = [
    Unit("s", .duration, 1), Unit("ms", .duration, 1, over: 1000), Unit("min", .duration, 60),
    Unit("h", .duration, 3600), Unit("fps", .rate, 1), Unit("Hz", .frequency, 1),
    Unit("kHz", .frequency, 1000), Unit("bpm", .tempo, 1), Unit("dB", .gain, 1),
    Unit("px", .length, 1), Unit("deg", .angle, 1),
  ]

  static func named(_ name: String) -> Unit? { all.first { $0.name == name } }
}
