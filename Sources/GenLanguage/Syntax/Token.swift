/// A word or a sign of a program, as a range of bytes.
public struct Token: Sendable, Hashable {
  public enum Kind: UInt8, Sendable, Hashable {
    case name, keyword, number
    /// The opening quotes of a text, a stretch of its characters, its closing quotes.
    case textStart, textPiece, textEnd
    /// The braces around an expression inside a text.
    case interpolationStart, interpolationEnd
    case rawText
    case leftParenthesis, rightParenthesis, leftBracket, rightBracket, leftBrace, rightBrace
    case comma, colon, dot, semicolon, assign, arrow, pipe
    case plus, minus, star, slash, percent, caret
    case equal, notEqual, less, lessEqual, greater, greaterEqual
    case rangeInclusive, rangeExclusive, question
    /// What no rule knows; already reported.
    case invalid
    case end
  }

  public let kind: Kind
  public let range: Range<Int>
  /// Whether a line break stands between this token and the one before.
  public let startsLine: Bool
}

/// `# …`, `## …` or `# %% …`.
public struct Comment: Sendable, Hashable {
  public enum Kind: Sendable, Hashable { case note, documentation, cell }
  public let kind: Kind
  public let range: Range<Int>
  /// Whether nothing but spaces stands before it on its line.
  public let isAlone: Bool
}

/// The words that cannot be names, except as argument labels and field names.
public enum Keyword {
  public static let all: Set<String> = [
    "use", "as", "set", "def", "if", "then", "else", "for", "in", "and", "or", "not", "true",
    "false", "none",
  ]
}
