extension Lexer {
  /// Brackets, operators and punctuation.
  mutating func sign() {
    let start = position
    guard let (kind, length) = signKind() else {
      position += 1
      return unexpected(start)
    }
    if kind == .rightBrace, let open = openTexts.last, open.braceDepth == 1 {
      position += 1
      openTexts[openTexts.count - 1].braceDepth = 0
      emit(.interpolationEnd, from: start)
      return textPieces()
    }
    if !openTexts.isEmpty {
      if kind == .leftBrace { openTexts[openTexts.count - 1].braceDepth += 1 }
      if kind == .rightBrace { openTexts[openTexts.count - 1].braceDepth -= 1 }
    }
    position += length
    emit(kind, from: start)
  }

  private func signKind() -> (Token.Kind, Int)? {
    twoByteSign() ?? oneByteSign().map { ($0, 1) }
  }

  private func twoByteSign() -> (Token.Kind, Int)? {
    let second = byte(1)
    let equals = UInt8(ascii: "=")
    switch (byte(), second) {
    case (UInt8(ascii: "|"), UInt8(ascii: ">")): return (.pipe, 2)
    case (equals, equals): return (.equal, 2)
    case (equals, UInt8(ascii: ">")): return (.arrow, 2)
    case (UInt8(ascii: "!"), equals): return (.notEqual, 2)
    case (UInt8(ascii: "<"), equals): return (.lessEqual, 2)
    case (UInt8(ascii: ">"), equals): return (.greaterEqual, 2)
    case (UInt8(ascii: "."), UInt8(ascii: ".")):
      return byte(2) == UInt8(ascii: "<") ? (.rangeExclusive, 3) : (.rangeInclusive, 2)
    default: return nil
    }
  }

  private func oneByteSign() -> Token.Kind? {
    switch byte() {
    case UInt8(ascii: "("): .leftParenthesis
    case UInt8(ascii: ")"): .rightParenthesis
    case UInt8(ascii: "["): .leftBracket
    case UInt8(ascii: "]"): .rightBracket
    case UInt8(ascii: "{"): .leftBrace
    case UInt8(ascii: "}"): .rightBrace
    case UInt8(ascii: ","): .comma
    case UInt8(ascii: ":"): .colon
    case UInt8(ascii: "."): .dot
    case UInt8(ascii: ";"): .semicolon
    case UInt8(ascii: "="): .assign
    case UInt8(ascii: "+"): .plus
    case UInt8(ascii: "-"): .minus
    case UInt8(ascii: "*"): .star
    case UInt8(ascii: "/"): .slash
    case UInt8(ascii: "%"): .percent
    case UInt8(ascii: "^"): .caret
    case UInt8(ascii: "<"): .less
    case UInt8(ascii: ">"): .greater
    case UInt8(ascii: "?"): .question
    default: nil
    }
  }
}
