import GenPipeline

extension Parser {
  mutating func tooDeep() -> Failure {
    report(.nestedTooDeeply(at: place(token.range)))
    index = tokens.count - 1
    return Failure()
  }

  mutating func expression() throws(Failure) -> Expression {
    depth += 1
    defer { depth -= 1 }
    guard depth < Parser.deepest else { throw tooDeep() }
    if token.kind == .keyword {
      if isKeyword("if") { return try conditional() }
      if isKeyword("for") { return try loop() }
    }
    let start = token.range.lowerBound
    if let parameters = lambdaParameters() { return try lambda(parameters, from: start) }
    return try pipe()
  }

  private mutating func conditional() throws(Failure) -> Expression {
    let start = token.range.lowerBound
    advance()
    let test = try expression()
    guard isKeyword("then") else { throw unexpected("'then'") }
    advance()
    let then = try expression()
    guard isKeyword("else") else { throw unexpected("'else'") }
    advance()
    let otherwise = try expression()
    return Expression(
      .conditional(test, then: then, otherwise: otherwise), start..<previousEnd)
  }

  private mutating func loop() throws(Failure) -> Expression {
    let start = token.range.lowerBound
    advance()
    let name = try name("a name for each element")
    guard isKeyword("in") else { throw unexpected("'in'") }
    advance()
    let sequence = try expression()
    guard token.kind == .leftBrace else { throw unexpected("'{'") }
    let body = try block()
    return Expression(.loop(name, in: sequence, body), start..<previousEnd)
  }

  /// The names before `=>`, or nil, having read nothing.
  private mutating func lambdaParameters() -> [Name]? {
    if token.kind == .name, peek(1).kind == .arrow {
      let name = Name(text: text(token), range: token.range)
      index += 2
      return [name]
    }
    guard token.kind == .leftParenthesis else { return nil }
    var distance = 1
    var names: [Name] = []
    while peek(distance).kind == .name {
      names.append(Name(text: text(peek(distance)), range: peek(distance).range))
      distance += 1
      guard peek(distance).kind == .comma else { break }
      distance += 1
    }
    guard peek(distance).kind == .rightParenthesis, peek(distance + 1).kind == .arrow else {
      return nil
    }
    index += distance + 2
    return names
  }

  private mutating func lambda(
    _ parameters: [Name], from start: Int
  ) throws(Failure) -> Expression {
    let body = try expression()
    return Expression(
      .lambda(.init(parameters: parameters, body: body)), start..<previousEnd)
  }

  private mutating func pipe() throws(Failure) -> Expression {
    let first = try binary(1)
    guard token.kind == .pipe else { return first }
    var stages: [Expression] = []
    while token.kind == .pipe {
      advance()
      stages.append(try binary(1))
    }
    return Expression(.pipe(first, stages), first.range.lowerBound..<previousEnd)
  }

  /// An expression of operators that bind at least this tightly.
  private mutating func binary(_ minimum: Int) throws(Failure) -> Expression {
    var left = try unary()
    while !endsLine {
      if token.kind == .rangeInclusive || token.kind == .rangeExclusive {
        guard minimum <= Operator.rangeStrength else { return left }
        left = try range(from: left)
        continue
      }
      guard let sign = infixSign(), sign.strength >= minimum else { return left }
      if sign.strength == Operator.compareStrength {
        left = try comparison(left, sign)
      } else {
        left = try chain(left, sign.strength)
      }
    }
    return left
  }

  private mutating func chain(
    _ first: Expression, _ strength: Int
  ) throws(Failure) -> Expression {
    var terms: [Expression.Term] = []
    while !endsLine, let sign = infixSign(), sign.strength == strength {
      let signRange = token.range
      advance()
      let operand = try binary(strength + 1)
      terms.append(.init(sign: sign, signRange: signRange, operand: operand))
    }
    return Expression(.chain(first, terms), first.range.lowerBound..<previousEnd)
  }

  private mutating func comparison(
    _ left: Expression, _ sign: Operator
  ) throws(Failure) -> Expression {
    let signRange = token.range
    advance()
    let right = try binary(Operator.compareStrength + 1)
    if !endsLine, let next = infixSign(), next.strength == Operator.compareStrength {
      report(.chainedComparison(at: place(token.range)))
      throw Failure()
    }
    let term = Expression.Term(sign: sign, signRange: signRange, operand: right)
    return Expression(.chain(left, [term]), left.range.lowerBound..<previousEnd)
  }

  private mutating func range(from first: Expression) throws(Failure) -> Expression {
    let isClosed = token.kind == .rangeInclusive
    advance()
    let last = try binary(Operator.rangeStrength + 1)
    var step: Expression?
    if token.kind == .name, !endsLine, text(token) == "by" {
      advance()
      step = try binary(Operator.rangeStrength + 1)
    }
    return Expression(
      .range(from: first, to: last, by: step, isClosed: isClosed),
      first.range.lowerBound..<previousEnd)
  }

  private func infixSign() -> Operator? {
    switch token.kind {
    case .plus: .add
    case .minus: .subtract
    case .star: .multiply
    case .slash: .divide
    case .percent: .remainder
    case .equal: .equal
    case .notEqual: .notEqual
    case .less: .less
    case .lessEqual: .lessEqual
    case .greater: .greater
    case .greaterEqual: .greaterEqual
    case .keyword: isKeyword("and") ? .and : isKeyword("or") ? .or : nil
    default: nil
    }
  }

  private mutating func unary() throws(Failure) -> Expression {
    depth += 1
    defer { depth -= 1 }
    guard depth < Parser.deepest else { throw tooDeep() }
    let start = token.range.lowerBound
    if token.kind == .minus {
      advance()
      let operand = try unary()
      return Expression(.negative(operand), start..<previousEnd)
    }
    if isKeyword("not") {
      advance()
      let operand = try binary(Operator.compareStrength)
      return Expression(.not(operand), start..<previousEnd)
    }
    let base = try postfix()
    guard token.kind == .caret, !endsLine else { return base }
    let signRange = token.range
    advance()
    let exponent = try unary()
    let term = Expression.Term(sign: .power, signRange: signRange, operand: exponent)
    return Expression(.power(base, term), start..<previousEnd)
  }
}
