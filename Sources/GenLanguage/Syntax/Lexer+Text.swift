extension Lexer {
  private static let quote = UInt8(ascii: "\"")

  /// `"` or `"""`, then the pieces of the text.
  mutating func openText() {
    let start = position
    let isLong = byte(1) == Self.quote && byte(2) == Self.quote
    position += isLong ? 3 : 1
    guard openTexts.count < Self.deepestText else {
      report(.nestedTooDeeply(at: source.place(of: start..<position)))
      position = bytes.count
      return
    }
    emit(.textStart, from: start)
    openTexts.append(OpenText(isLong: isLong, start: start))
    textPieces()
  }

  /// Reads on inside the innermost text, up to its end or the next `{`.
  mutating func textPieces() {
    guard let open = openTexts.last else { return }
    let start = position
    while position < bytes.count {
      switch byte() {
      case UInt8(ascii: "\\"):
        let next = byte(1)
        let isScalar = next == UInt8(ascii: "u") && byte(2) == UInt8(ascii: "{")
        position += isScalar ? 3 : next >= 0x80 || next == UInt8(ascii: "\n") ? 1 : 2
        position = min(position, bytes.count)
      case UInt8(ascii: "{"): return openInterpolation(pieceStart: start)
      case UInt8(ascii: "\n") where !open.isLong:
        return closeText(open, pieceStart: start, quoteLength: 0)
      case Self.quote where !open.isLong:
        return closeText(open, pieceStart: start, quoteLength: 1)
      case Self.quote where byte(1) == Self.quote && byte(2) == Self.quote:
        return closeText(open, pieceStart: start, quoteLength: 3)
      case 0x80...:
        if let (_, length) = decodeScalar() {
          position += length
        } else {
          report(.notUTF8(at: source.place(of: position..<position + 1)))
          position += 1
        }
      default: position += 1
      }
    }
    piece(from: start)
  }

  private mutating func piece(from start: Int) {
    if position > start { emit(.textPiece, from: start) }
  }

  private mutating func openInterpolation(pieceStart: Int) {
    piece(from: pieceStart)
    let start = position
    position += 1
    openTexts[openTexts.count - 1].braceDepth = 1
    emit(.interpolationStart, from: start)
  }

  private mutating func closeText(_ open: OpenText, pieceStart: Int, quoteLength: Int) {
    piece(from: pieceStart)
    let start = position
    position += quoteLength
    openTexts.removeLast()
    if quoteLength == 0 {
      report(.unterminatedText(at: source.place(of: open.start..<open.start + 1)))
    }
    emit(.textEnd, from: start)
  }

  /// `r"…"`: no escapes, no interpolation, one line.
  mutating func rawText() {
    let start = position
    position += 2
    while position < bytes.count, byte() != Self.quote, byte() != UInt8(ascii: "\n") {
      position += 1
    }
    if byte() == Self.quote, position < bytes.count {
      position += 1
    } else {
      report(.unterminatedText(at: source.place(of: start..<start + 2)))
    }
    emit(.rawText, from: start)
  }
}
