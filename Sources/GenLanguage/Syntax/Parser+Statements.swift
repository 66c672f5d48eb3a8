import GenPipeline

extension Parser {
  mutating func module() -> Module {
    let statements = statements(until: .end)
    return Module(
      source: source, statements: statements,
      diagnostics: diagnostics.sorted { ($0.place?.offset ?? 0) < ($1.place?.offset ?? 0) },
      comments: comments, cells: cells(), documentation: documentation())
  }

  /// All statements up to a closing token; those that cannot be read are left out.
  mutating func statements(until end: Token.Kind) -> [Statement] {
    var result: [Statement] = []
    while token.kind != end, token.kind != .end {
      let start = index
      let outerColumn = statementColumn
      statementColumn = column(of: token)
      do throws(Failure) {
        result.append(try statement(until: end))
      } catch {
        recover(from: start, until: end)
      }
      statementColumn = outerColumn
    }
    return result
  }

  /// Moves to the next line that is not indented deeper than the statement that failed.
  private mutating func recover(from start: Int, until end: Token.Kind) {
    if index == start { advance() }
    while token.kind != .end {
      if token.startsLine, column(of: token) <= statementColumn { return }
      if token.kind == .rightBrace, end == .rightBrace, !token.startsLine { return }
      advance()
    }
  }

  private mutating func statement(until end: Token.Kind) throws(Failure) -> Statement {
    let start = token.range.lowerBound
    let kind = try statementKind()
    let finish = previousEnd
    var isSilent = false
    if token.kind == .semicolon {
      isSilent = true
      advance()
    } else if token.kind != end, token.kind != .end, !token.startsLine {
      throw strayToken(after: kind, from: start)
    }
    return Statement(kind: kind, range: start..<finish, isSilent: isSilent)
  }

  /// What follows a statement on its line although nothing may.
  private mutating func strayToken(after kind: Statement.Kind, from start: Int) -> Failure {
    switch (token.kind, kind) {
    case (.assign, _):
      report(.cannotBind(source.text(in: start..<previousEnd), at: place(start..<previousEnd)))
    case (.rightParenthesis, _), (.rightBracket, _), (.rightBrace, _):
      report(.unopenedBracket(text(token), at: place(token.range)))
    case (.name, _), (.number, _), (.textStart, _), (.keyword, _), (.rawText, _):
      report(.twoStatements(describe(token), at: place(token.range)))
    default: return unexpected("the end of the line")
    }
    return Failure()
  }

  private mutating func statementKind() throws(Failure) -> Statement.Kind {
    if token.kind == .keyword, peek(1).kind == .assign {
      report(.keywordAsName(text(token), at: place(token.range)))
      throw Failure()
    }
    if isKeyword("use") { return try use() }
    if isKeyword("set") { return try setting() }
    if isKeyword("def") { return .definition(try definition()) }
    if token.kind == .name, peek(1).kind == .assign, !peek(1).startsLine {
      return try binding([name("a name")])
    }
    if let names = pattern() { return try binding(names) }
    return .expression(try expression())
  }

  private mutating func binding(_ names: [Name]) throws(Failure) -> Statement.Kind {
    try expect(.assign, "'='")
    return .binding(names, try expression())
  }

  /// `(a, b) =`, or nil, having read nothing.
  private mutating func pattern() -> [Name]? {
    guard token.kind == .leftParenthesis else { return nil }
    var distance = 1
    var names: [Name] = []
    while peek(distance).kind == .name {
      names.append(Name(text: text(peek(distance)), range: peek(distance).range))
      guard peek(distance + 1).kind == .comma else { break }
      distance += 2
    }
    guard names.count >= 2, peek(distance + 1).kind == .rightParenthesis,
      peek(distance + 2).kind == .assign
    else { return nil }
    index += distance + 2
    return names
  }

  private mutating func use() throws(Failure) -> Statement.Kind {
    advance()
    let start = token.range.lowerBound
    var path = ""
    let isFile = token.kind == .textStart || token.kind == .rawText
    if isFile {
      guard case .literal(.text(let text)) = try primary().kind else {
        report(.interpolatedPath(at: place(start..<previousEnd)))
        throw Failure()
      }
      path = text
    } else {
      path = try name("the name of a module or a file").text
      while token.kind == .dot, !token.startsLine {
        advance()
        path += "." + (try name("a name").text)
      }
    }
    let range = start..<previousEnd
    guard isKeyword("as"), !token.startsLine else {
      return .use(.init(path: path, isFile: isFile, pathRange: range, alias: nil))
    }
    advance()
    let alias = try name("a name")
    return .use(.init(path: path, isFile: isFile, pathRange: range, alias: alias))
  }

  private mutating func setting() throws(Failure) -> Statement.Kind {
    advance()
    let name = try name("the name of a setting")
    try expect(.assign, "'='")
    return .set(name, try expression())
  }

  private mutating func definition() throws(Failure) -> Statement.Definition {
    let documentation = documentation(above: token)
    advance()
    let name = try name("the name of the stage")
    let parameters = try definitionParameters()
    var result: TypeName?
    if token.kind == .colon {
      advance()
      result = try typeName()
    }
    let body: Expression
    if token.kind == .assign {
      advance()
      body = try expression()
    } else if token.kind == .leftBrace {
      body = try expression()
    } else {
      throw unexpected("'=' or '{'")
    }
    return .init(
      name: name, parameters: parameters, result: result, body: body,
      documentation: documentation)
  }

  private mutating func definitionParameters() throws(Failure) -> [Statement.DefinitionParameter] {
    let opening = token
    try expect(.leftParenthesis, "'('")
    return try withLines(mattering: false) { parser throws(Failure) in
      var parameters: [Statement.DefinitionParameter] = []
      while parser.token.kind != .rightParenthesis {
        let name = try parser.name("the name of a parameter")
        var type: TypeName?
        if parser.token.kind == .colon {
          parser.advance()
          type = try parser.typeName()
        }
        var initial: Expression?
        if parser.token.kind == .assign {
          parser.advance()
          initial = try parser.expression()
        }
        parameters.append(.init(name: name, type: type, initial: initial))
        guard parser.token.kind == .comma else { break }
        parser.advance()
      }
      try parser.close(.rightParenthesis, ")", opening: opening)
      return parameters
    }
  }

  mutating func typeName() throws(Failure) -> TypeName {
    depth += 1
    defer { depth -= 1 }
    guard depth < Parser.deepest else { throw tooDeep() }
    let name = try name("a type")
    var arguments: [TypeName] = []
    if token.kind == .less {
      repeat {
        advance()
        arguments.append(try typeName())
      } while token.kind == .comma
      try expect(.greater, "'>'")
    }
    let isOptional = token.kind == .question
    if isOptional { advance() }
    return TypeName(
      name: name, arguments: arguments, isOptional: isOptional,
      range: name.range.lowerBound..<previousEnd)
  }
}
