import GenPipeline

/// Reads a program by recursive descent; after an error it goes on with the next statement.
///
/// - Source: `language.md` section 2.
struct Parser {
  /// An error has been reported; the statement cannot be read any further.
  struct Failure: Error {}

  let source: Source
  let tokens: [Token]
  let comments: [Comment]
  var index = 0
  var diagnostics: [Diagnostic]
  /// Expressions open around the token.
  var depth = 0
  /// Whether a line break ends a statement here: not inside brackets.
  var linesMatter = true
  /// The column, in bytes from 0, at which the statement being read begins.
  var statementColumn = 0

  static let deepest = 128

  init(_ source: Source) {
    var lexer = Lexer(source)
    lexer.run()
    self.source = source
    tokens = lexer.tokens
    comments = lexer.comments
    diagnostics = lexer.diagnostics
  }

  var token: Token { tokens[index] }

  func peek(_ distance: Int) -> Token { tokens[min(index + distance, tokens.count - 1)] }

  func text(_ token: Token) -> String { source.text(in: token.range) }

  mutating func advance() {
    if index < tokens.count - 1 { index += 1 }
  }

  /// The end of the token before this one.
  var previousEnd: Int { index > 0 ? tokens[index - 1].range.upperBound : 0 }

  func place(_ range: Range<Int>) -> SourcePlace { source.place(of: range) }

  func isKeyword(_ word: StaticString, at distance: Int = 0) -> Bool {
    let token = peek(distance)
    guard token.kind == .keyword, token.range.count == word.utf8CodeUnitCount else {
      return false
    }
    return word.withUTF8Buffer { source.bytes[token.range].elementsEqual($0) }
  }

  /// Whether a line break before this token ends the expression.
  var endsLine: Bool { linesMatter && token.startsLine }

  mutating func report(_ diagnostic: Diagnostic) {
    if diagnostics.count < 200 { diagnostics.append(diagnostic) }
  }

  func failure(_ diagnostic: Diagnostic, _ parser: inout Parser) -> Failure {
    parser.report(diagnostic)
    return Failure()
  }

  /// Reports what stands here instead of what should.
  mutating func unexpected(_ expected: String) -> Failure {
    if token.kind != .invalid {
      report(.unexpectedToken(found: describe(token), expected: expected, at: place(token.range)))
    }
    return Failure()
  }

  func describe(_ token: Token) -> String {
    switch token.kind {
    case .end: "the end of the text"
    case .textStart, .rawText, .textPiece, .textEnd: "text"
    default: "'\(text(token))'"
    }
  }

  mutating func expect(_ kind: Token.Kind, _ expected: String) throws(Failure) {
    guard token.kind == kind else { throw unexpected(expected) }
    advance()
  }

  /// Closes a bracket; a missing one is reported at its opening when the statement has ended.
  mutating func close(_ kind: Token.Kind, _ sign: String, opening: Token) throws(Failure) {
    if token.kind == kind { return advance() }
    let ended =
      token.kind == .end || (token.startsLine && column(of: token) <= statementColumn)
      || token.kind == .interpolationEnd || token.kind == .textEnd
    guard ended else { throw unexpected("'\(sign)' or ','") }
    // What follows an open text was taken for text, the bracket perhaps with it.
    let start = opening.range.lowerBound
    guard !diagnostics.contains(where: { $0.code == "E0003" && $0.place?.offset ?? 0 > start })
    else { throw Failure() }
    report(.unclosedBracket(text(opening), closing: sign, at: place(opening.range)))
    throw Failure()
  }

  func column(of token: Token) -> Int {
    token.range.lowerBound - source.lineStarts[source.lineIndex(of: token.range.lowerBound)]
  }

  /// Runs `body` where line breaks do, or do not, end statements.
  mutating func withLines<Result>(
    mattering flag: Bool, _ body: (inout Parser) throws(Failure) -> Result
  ) throws(Failure) -> Result {
    let before = linesMatter
    linesMatter = flag
    defer { linesMatter = before }
    return try body(&self)
  }

  mutating func name(_ expected: String) throws(Failure) -> Name {
    if token.kind == .keyword {
      report(.keywordAsName(text(token), at: place(token.range)))
      throw Failure()
    }
    guard token.kind == .name else { throw unexpected(expected) }
    defer { advance() }
    return Name(text: text(token), range: token.range)
  }
}
