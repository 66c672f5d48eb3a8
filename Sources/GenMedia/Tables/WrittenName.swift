extension String {
  /// The name of a column or a field as a program has it before a colon: in quotes unless it is a word.
  public var asLabel: String { isWord ? self : asLiteral }

  /// The name as a program has it after a row: `.age`, or `["marital-status"]`.
  public var asField: String { isWord ? ".\(self)" : "[\(asLiteral)]" }

  /// A text as a program has it: in quotes, with escapes, on one line.
  public var asLiteral: String {
    var literal = "\""
    for scalar in unicodeScalars {
      switch scalar {
      case "\n": literal += "\\n"
      case "\t": literal += "\\t"
      case "\"": literal += "\\\""
      case "\\": literal += "\\\\"
      case "{": literal += "\\{"
      case "\u{0}"..<" ", "\u{7F}"..."\u{9F}":
        literal += "\\u{" + String(scalar.value, radix: 16, uppercase: true) + "}"
      default: literal.unicodeScalars.append(scalar)
      }
    }
    return literal + "\""
  }

  private var isWord: Bool {
    first.map { $0.isLetter || $0 == "_" } == true
      && allSatisfy { $0.isLetter || $0.isNumber || $0 == "_" }
  }
}
