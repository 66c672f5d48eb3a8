import GenPipeline

/// Cuts a text into tokens and comments; whatever the bytes, it reaches the end.
///
/// - Source: `language.md` section 1.
struct Lexer {
  /// A text whose end has not been seen yet.
  struct OpenText {
    let isLong: Bool
    let start: Int
    /// Braces open inside the expression being read; 0 between expressions.
    var braceDepth = 0
  }

  let source: Source
  let bytes: [UInt8]
  var position = 0
  var tokens: [Token] = []
  var comments: [Comment] = []
  var diagnostics: [Diagnostic] = []
  var openTexts: [OpenText] = []
  var startsLine = true

  static let deepestText = 32

  init(_ source: Source) {
    self.source = source
    bytes = source.bytes
    tokens.reserveCapacity(bytes.count / 4 + 8)
    if bytes.starts(with: [0xEF, 0xBB, 0xBF]) { position = 3 }
  }

  mutating func run() {
    while position < bytes.count { step() }
    for open in openTexts.reversed() {
      report(.unterminatedText(at: source.place(of: open.start..<open.start + 1)))
      emit(.textEnd, from: position)
    }
    emit(.end, from: position)
  }

  func byte(_ distance: Int = 0) -> UInt8 {
    let index = position + distance
    return index < bytes.count ? bytes[index] : 0
  }

  mutating func emit(_ kind: Token.Kind, from start: Int) {
    tokens.append(Token(kind: kind, range: start..<position, startsLine: startsLine))
    startsLine = false
  }

  mutating func report(_ diagnostic: Diagnostic) {
    if diagnostics.count < 200 { diagnostics.append(diagnostic) }
  }

  private mutating func step() {
    switch byte() {
    case UInt8(ascii: " "), UInt8(ascii: "\t"), UInt8(ascii: "\r"): position += 1
    case UInt8(ascii: "\n"): lineBreak()
    case UInt8(ascii: "#"): comment()
    case UInt8(ascii: "0")...UInt8(ascii: "9"): number()
    case UInt8(ascii: "\""): openText()
    case UInt8(ascii: "r") where byte(1) == UInt8(ascii: "\""): rawText()
    case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
      UInt8(ascii: "_"):
      name()
    case 0x80...: nonASCII()
    default: sign()
    }
  }

  private mutating func lineBreak() {
    if let open = openTexts.last, !open.isLong {
      while let last = openTexts.last, !last.isLong {
        openTexts.removeLast()
        report(.unterminatedText(at: source.place(of: last.start..<last.start + 1)))
        emit(.textEnd, from: position)
      }
    }
    position += 1
    startsLine = true
  }

  private mutating func comment() {
    let start = position
    while position < bytes.count, byte() != UInt8(ascii: "\n") { position += 1 }
    var end = position
    while end > start, bytes[end - 1] == UInt8(ascii: "\r") || bytes[end - 1] == 32 { end -= 1 }
    let text = bytes[start..<end]
    let kind: Comment.Kind =
      text.starts(with: "# %%".utf8)
      ? .cell : text.starts(with: "##".utf8) ? .documentation : .note
    comments.append(Comment(kind: kind, range: start..<end, isAlone: startsLine))
  }

  private mutating func name() {
    let start = position
    skipName()
    let isKeyword = Keywords.contains(bytes, start, position)
    emit(isKeyword ? .keyword : .name, from: start)
  }

  /// Moves behind the letters, digits and `_` that follow.
  mutating func skipName() {
    while position < bytes.count {
      let next = bytes[position]
      if next < 0x80 {
        guard Lexer.isNameByte(next) else { return }
        position += 1
      } else {
        guard let (scalar, length) = decodeScalar(),
          scalar.properties.isAlphabetic
            || scalar.properties.generalCategory == .nonspacingMark
        else { return }
        position += length
      }
    }
  }

  static func isNameByte(_ byte: UInt8) -> Bool {
    switch byte {
    case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
      UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "_"):
      true
    default: false
    }
  }

  private mutating func nonASCII() {
    let start = position
    guard let (scalar, length) = decodeScalar() else {
      while position < bytes.count, byte() >= 0x80, decodeScalar() == nil { position += 1 }
      report(.notUTF8(at: source.place(of: start..<position)))
      return
    }
    if scalar.properties.isAlphabetic { return name() }
    position += length
    if scalar.properties.isWhitespace || scalar == "\u{FEFF}" { return }
    unexpected(start)
  }

  /// One report for a stretch of strange characters.
  mutating func unexpected(_ start: Int) {
    let last = tokens.last
    if let last, last.kind == .invalid, last.range.upperBound == start { return }
    report(
      .unexpectedCharacter(
        source.text(in: start..<position), at: source.place(of: start..<position)))
    emit(.invalid, from: start)
  }

  /// The scalar at the position and its number of bytes; nil when the bytes are not UTF-8.
  func decodeScalar() -> (Unicode.Scalar, Int)? {
    var decoder = UTF8()
    var iterator = bytes[position..<min(position + 4, bytes.count)].makeIterator()
    guard case .scalarValue(let scalar) = decoder.decode(&iterator) else { return nil }
    return (scalar, UTF8.width(scalar))
  }
}

/// Finds keywords without making strings.
private enum Keywords {
  private static let words: [[UInt8]] = Keyword.all.map { Array($0.utf8) }.sorted {
    $0.count < $1.count
  }

  static func contains(_ bytes: [UInt8], _ start: Int, _ end: Int) -> Bool {
    let count = end - start
    guard (2...5).contains(count) else { return false }
    for word in words where word.count == count && word[0] == bytes[start] {
      if bytes[start..<end].elementsEqual(word) { return true }
    }
    return false
  }
}
