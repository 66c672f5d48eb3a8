/// A strict reader of the small JSON that weight files carry: objects with text keys, text and
/// non-negative whole numbers, nothing nested deeper than the caller asks for.
///
/// It keeps what a general JSON reader loses: repeated keys and the place of a mistake.
struct HeaderScanner {
  let file: String
  private let bytes: UnsafeRawBufferPointer
  private(set) var position = 0

  init(_ bytes: UnsafeRawBufferPointer, file: String) {
    self.bytes = bytes
    self.file = file
  }

  func malformed(_ expected: String) -> WeightsError {
    WeightsError(file: file, .malformedHeader(position: position, expected: expected))
  }

  mutating func skipSpace() {
    while position < bytes.count, [0x20, 0x09, 0x0a, 0x0d].contains(bytes[position]) {
      position += 1
    }
  }

  /// The next byte that is not space, without taking it.
  mutating func peek() -> UInt8? {
    skipSpace()
    return position < bytes.count ? bytes[position] : nil
  }

  mutating func take(_ character: Unicode.Scalar) throws {
    guard peek() == UInt8(ascii: character) else { throw malformed("\"\(character)\"") }
    position += 1
  }

  /// Takes the character when it is next.
  mutating func takes(_ character: Unicode.Scalar) -> Bool {
    guard peek() == UInt8(ascii: character) else { return false }
    position += 1
    return true
  }

  /// Reads an object and hands each key to `member`, which reads the value.
  mutating func object(_ member: (inout HeaderScanner, String) throws -> Void) throws {
    try take("{")
    if takes("}") { return }
    repeat {
      let key = try text()
      try take(":")
      try member(&self, key)
    } while takes(",")
    try take("}")
  }

  mutating func numbers() throws -> [Int] {
    try take("[")
    if takes("]") { return [] }
    var numbers: [Int] = []
    repeat {
      guard numbers.count < 64 else { throw malformed("at most 64 numbers") }
      numbers.append(try number())
    } while takes(",")
    try take("]")
    return numbers
  }

  mutating func number() throws -> Int {
    skipSpace()
    let start = position
    var value = 0
    while position < bytes.count, (0x30...0x39).contains(bytes[position]) {
      let (shifted, overflow) = value.multipliedReportingOverflow(by: 10)
      let (next, carry) = shifted.addingReportingOverflow(Int(bytes[position] - 0x30))
      guard !overflow, !carry else { throw malformed("a number below 2^63") }
      value = next
      position += 1
    }
    let isPadded = position - start > 1 && bytes[start] == 0x30
    guard position > start, !isPadded else { throw malformed("a whole number") }
    return value
  }

  mutating func text() throws -> String {
    try take("\"")
    var units: [UInt8] = []
    while position < bytes.count {
      let byte = bytes[position]
      position += 1
      switch byte {
      case UInt8(ascii: "\""):
        guard let text = String(validating: units, as: UTF8.self) else {
          throw WeightsError(file: file, .notUTF8)
        }
        return text
      case UInt8(ascii: "\\"): try appendEscape(to: &units)
      case 0..<0x20: throw malformed("text without control characters")
      default: units.append(byte)
      }
    }
    throw malformed("the end of a text")
  }

  /// Steps over any value, for keys that mean nothing here.
  mutating func skipValue(depth: Int = 0) throws {
    guard depth < 8 else { throw malformed("a value less deeply nested") }
    switch peek() {
    case UInt8(ascii: "\""): _ = try text()
    case UInt8(ascii: "{"):
      try object {
        try $0.skipValue(depth: depth + 1); _ = $1
      }
    case UInt8(ascii: "["):
      try take("[")
      if takes("]") { return }
      repeat { try skipValue(depth: depth + 1) } while takes(",")
      try take("]")
    default: try skipWord()
    }
  }

  private mutating func skipWord() throws {
    let start = position
    while position < bytes.count, !" \t\n\r,]}".utf8.contains(bytes[position]) { position += 1 }
    guard position > start else { throw malformed("a value") }
  }

  private mutating func appendEscape(to units: inout [UInt8]) throws {
    guard position < bytes.count else { throw malformed("an escape") }
    let letter = bytes[position]
    position += 1
    switch letter {
    case UInt8(ascii: "\""), UInt8(ascii: "\\"), UInt8(ascii: "/"): units.append(letter)
    case UInt8(ascii: "b"): units.append(0x08)
    case UInt8(ascii: "f"): units.append(0x0c)
    case UInt8(ascii: "n"): units.append(0x0a)
    case UInt8(ascii: "r"): units.append(0x0d)
    case UInt8(ascii: "t"): units.append(0x09)
    case UInt8(ascii: "u"): units.append(contentsOf: try unicodeEscape())
    default: throw malformed("an escape")
    }
  }

  private mutating func unicodeEscape() throws -> [UInt8] {
    var code = try hexadecimal()
    if (0xd800..<0xdc00).contains(code) {
      guard position + 1 < bytes.count, bytes[position] == UInt8(ascii: "\\"),
        bytes[position + 1] == UInt8(ascii: "u")
      else { throw malformed("the second half of a character") }
      position += 2
      let low = try hexadecimal()
      guard (0xdc00..<0xe000).contains(low) else {
        throw malformed("the second half of a character")
      }
      code = 0x10000 + (code - 0xd800) << 10 + (low - 0xdc00)
    }
    guard let scalar = Unicode.Scalar(code) else { throw malformed("a character") }
    return Array(String(scalar).utf8)
  }

  private mutating func hexadecimal() throws -> UInt32 {
    guard position + 4 <= bytes.count else { throw malformed("four hexadecimal digits") }
    let digits = String(decoding: bytes[position..<position + 4], as: UTF8.self)
    guard digits.allSatisfy(\.isHexDigit), let value = UInt32(digits, radix: 16) else {
      throw malformed("four hexadecimal digits")
    }
    position += 4
    return value
  }
}
