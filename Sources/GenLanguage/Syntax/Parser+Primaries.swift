import GenPipeline

extension Parser {
  mutating func postfix() throws(Failure) -> Expression {
    var result = try primary()
    let start = result.range.lowerBound
    while true {
      guard result.height < Parser.deepest else { throw tooDeep() }
      switch token.kind {
      case .leftParenthesis where !endsLine:
        let arguments = try arguments()
        result = Expression(.call(result, arguments), start..<previousEnd)
      case .dot:
        advance()
        let field = try word("the name of a field")
        result = Expression(.field(result, field), start..<previousEnd)
      case .leftBracket where !endsLine:
        let opening = token
        advance()
        let index = try withLines(mattering: false) { parser throws(Failure) in
          let index = try parser.expression()
          try parser.close(.rightBracket, "]", opening: opening)
          return index
        }
        result = Expression(.index(result, index), start..<previousEnd)
      default: return result
      }
    }
  }

  /// A name that may also be a keyword, as `as` in `as: video`.
  private mutating func word(_ expected: String) throws(Failure) -> Name {
    guard token.kind == .name || token.kind == .keyword else { throw unexpected(expected) }
    defer { advance() }
    return Name(text: text(token), range: token.range)
  }

  /// A word, or in quotes anything, as columns of tables have it: `"E-Mail": text`.
  private mutating func label(_ expected: String) throws(Failure) -> Name {
    guard token.kind == .textStart, labelFollows() else { return try word(expected) }
    let literal = try textLiteral()
    guard case .literal(.text(let name)) = literal.kind else { throw unexpected(expected) }
    return Name(text: name, range: literal.range)
  }

  /// Whether a label and its colon are the next tokens, so many tokens from here.
  private func labelFollows(after offset: Int = 0) -> Bool {
    switch peek(offset).kind {
    case .name, .keyword: peek(offset + 1).kind == .colon
    case .textStart:
      peek(offset).range.count == 1 && peek(offset + 1).kind == .textPiece
        && peek(offset + 2).kind == .textEnd && peek(offset + 3).kind == .colon
    default: false
    }
  }

  private mutating func arguments() throws(Failure) -> [Expression.Argument] {
    let opening = token
    advance()
    return try withLines(mattering: false) { parser throws(Failure) in
      var arguments: [Expression.Argument] = []
      while parser.token.kind != .rightParenthesis {
        var label: Name?
        if parser.labelFollows() {
          label = try parser.label("a name")
          parser.advance()
        }
        try parser.guardAgainstEnd(opening, ")")
        arguments.append(.init(label: label, value: try parser.expression()))
        guard parser.token.kind == .comma else { break }
        parser.advance()
      }
      try parser.close(.rightParenthesis, ")", opening: opening)
      return arguments
    }
  }

  /// An open bracket at the end of a statement is the error, not what follows it.
  private mutating func guardAgainstEnd(_ opening: Token, _ sign: String) throws(Failure) {
    if token.kind == .end || (token.startsLine && column(of: token) < statementColumn) {
      try close(.invalid, sign, opening: opening)
    }
  }

  mutating func primary() throws(Failure) -> Expression {
    let range = token.range
    switch token.kind {
    case .number:
      let value = numberValue(token)
      advance()
      return Expression(.literal(value), range)
    case .textStart: return try textLiteral()
    case .rawText:
      let inside = range.lowerBound + 2..<max(range.lowerBound + 2, range.upperBound - 1)
      advance()
      return Expression(.literal(.text(source.text(in: inside))), range)
    case .name:
      let name = text(token)
      advance()
      return Expression(.name(name), range)
    case .leftParenthesis: return try parenthesized()
    case .leftBracket: return try list()
    case .leftBrace: return try braces()
    case .keyword: return try word()
    default: throw unexpected("a value")
    }
  }

  private mutating func word() throws(Failure) -> Expression {
    let range = token.range
    let value: Value? =
      switch text(token) {
      case "true": .bool(true)
      case "false": .bool(false)
      case "none": Value.none
      default: nil
      }
    if let value {
      advance()
      return Expression(.literal(value), range)
    }
    if isKeyword("if") || isKeyword("for") { return try expression() }
    throw unexpected("a value")
  }

  private mutating func parenthesized() throws(Failure) -> Expression {
    let opening = token
    advance()
    return try withLines(mattering: false) { parser throws(Failure) in
      try parser.guardAgainstEnd(opening, ")")
      let inner = try parser.expression()
      try parser.close(.rightParenthesis, ")", opening: opening)
      return Expression(
        .parenthesized(inner), opening.range.lowerBound..<parser.previousEnd)
    }
  }

  private mutating func list() throws(Failure) -> Expression {
    let opening = token
    advance()
    return try withLines(mattering: false) { parser throws(Failure) in
      var elements: [Expression] = []
      while parser.token.kind != .rightBracket {
        try parser.guardAgainstEnd(opening, "]")
        elements.append(try parser.expression())
        guard parser.token.kind == .comma else { break }
        parser.advance()
      }
      try parser.close(.rightBracket, "]", opening: opening)
      return Expression(.list(elements), opening.range.lowerBound..<parser.previousEnd)
    }
  }

  private mutating func braces() throws(Failure) -> Expression {
    if labelFollows(after: 1) { return try record() }
    let block = try block()
    return Expression(.block(block), block.range)
  }

  private mutating func record() throws(Failure) -> Expression {
    let opening = token
    advance()
    return try withLines(mattering: false) { parser throws(Failure) in
      var fields: [Expression.Field] = []
      while parser.token.kind != .rightBrace {
        let name = try parser.label("the name of a field")
        try parser.expect(.colon, "':'")
        fields.append(.init(name: name, value: try parser.expression()))
        guard parser.token.kind == .comma else { break }
        parser.advance()
      }
      try parser.close(.rightBrace, "}", opening: opening)
      return Expression(.record(fields), opening.range.lowerBound..<parser.previousEnd)
    }
  }

  mutating func block() throws(Failure) -> Block {
    let opening = token
    try expect(.leftBrace, "'{'")
    return try withLines(mattering: true) { parser throws(Failure) in
      var statements = parser.statements(until: .rightBrace)
      guard parser.token.kind == .rightBrace else {
        parser.report(
          .unclosedBracket("{", closing: "}", at: parser.place(opening.range)))
        throw Failure()
      }
      parser.advance()
      let range = opening.range.lowerBound..<parser.previousEnd
      guard let last = statements.popLast(), case .expression(let value) = last.kind else {
        parser.report(.blockWithoutValue(at: parser.place(opening.range)))
        throw Failure()
      }
      return Block(statements: statements, value: value, range: range)
    }
  }
}
