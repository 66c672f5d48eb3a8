import GenPipeline

/// The words and signs of a text with what they are, for colouring and completion.
public enum Highlighting {
  public enum Role: Sendable, Hashable {
    case name, call, label, keyword, number, text, sign, comment
  }

  public struct Stretch: Sendable, Hashable {
    public let role: Role
    /// Bytes.
    public let range: Range<Int>
  }

  /// Every token and comment of any text, in order.
  public static func tokens(of source: Source) -> [Stretch] {
    var lexer = Lexer(source)
    lexer.run()
    let tokens = lexer.tokens
    var stretches = tokens.indices.compactMap { index -> Stretch? in
      let token = tokens[index]
      guard !token.range.isEmpty else { return nil }
      let next = index + 1 < tokens.count ? tokens[index + 1].kind : .end
      return Stretch(role: role(token.kind, next), range: token.range)
    }
    stretches += lexer.comments.map { Stretch(role: .comment, range: $0.range) }
    return stretches.sorted { $0.range.lowerBound < $1.range.lowerBound }
  }

  private static func role(_ kind: Token.Kind, _ next: Token.Kind) -> Role {
    switch kind {
    case .name: next == .leftParenthesis ? .call : next == .colon ? .label : .name
    case .keyword: next == .colon ? .label : .keyword
    case .number: .number
    case .textStart, .textPiece, .textEnd, .rawText: .text
    default: .sign
    }
  }
}

/// Whether a text that somebody is typing goes on: an open bracket, an open `"""`, or a sign at its
/// end that needs more.
public func isIncomplete(_ text: String) -> Bool {
  var lexer = Lexer(Source(name: "", text: text))
  lexer.run()
  if lexer.diagnostics.contains(where: { $0.code == "E0003" }) {
    return lexer.openTexts.contains { $0.isLong }
  }
  var depth = 0
  for token in lexer.tokens {
    switch token.kind {
    case .leftParenthesis, .leftBracket, .leftBrace: depth += 1
    case .rightParenthesis, .rightBracket, .rightBrace: depth -= 1
    default: break
    }
  }
  if depth > 0 { return true }
  let last = lexer.tokens.dropLast().last?.kind
  switch last {
  case .pipe, .comma, .assign, .plus, .minus, .star, .slash, .percent, .caret, .arrow: return true
  default: return false
  }
}
