extension Lexer {
  /// Digits with an optional fraction, exponent and unit, or `0x…`; read as a value by the parser.
  mutating func number() {
    let start = position
    if byte() == UInt8(ascii: "0"), byte(1) | 0x20 == UInt8(ascii: "x") {
      skipName()
      return emit(.number, from: start)
    }
    skipDigits()
    if byte() == UInt8(ascii: "."), isDigit(byte(1)) {
      position += 1
      skipDigits()
    }
    if byte() | 0x20 == UInt8(ascii: "e"), exponentFollows() {
      position += isDigit(byte(1)) ? 1 : 2
      skipDigits()
    }
    if byte() == UInt8(ascii: "%"), percentEndsHere() {
      position += 1
    } else {
      skipName()
    }
    emit(.number, from: start)
  }

  private func exponentFollows() -> Bool {
    let sign = byte(1) == UInt8(ascii: "-") || byte(1) == UInt8(ascii: "+")
    return isDigit(byte(1)) || (sign && isDigit(byte(2)))
  }

  /// `25%` is a number, `7%2` and `7%n` and `7%(2)` are remainders.
  private func percentEndsHere() -> Bool {
    let next = byte(1)
    return !Lexer.isNameByte(next) && next != UInt8(ascii: "(") && next < 0x80
  }

  private func isDigit(_ byte: UInt8) -> Bool {
    (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(byte)
  }

  private mutating func skipDigits() {
    while isDigit(byte()) || byte() == UInt8(ascii: "_") { position += 1 }
  }
}
