import GenPipeline

extension Evaluator {
  func evaluate(_ expression: Expression, _ scope: RunScope) async throws -> Value {
    switch expression.kind {
    case .literal(let value): return value
    case .interpolation(let segments): return .text(try await text(segments, scope))
    case .name(let name): return try value(of: name, expression, scope)
    case .list(let elements): return try await list(elements, scope)
    case .record(let fields):
      var values: [RecordField] = []
      for field in fields {
        values.append(RecordField(field.name.text, try await evaluate(field.value, scope)))
      }
      return .record(values)
    case .block(let block): return try await evaluate(block, scope)
    case .parenthesized(let inner): return try await evaluate(inner, scope)
    case .lambda(let lambda): return .function(try function(lambda, expression, scope))
    case .conditional(let test, let then, let otherwise):
      guard case .bool(let flag) = try await demanding.resolved(evaluate(test, scope)) else {
        throw Diagnostic.confused(at: scope.place(test.range))
      }
      return try await evaluate(flag ? then : otherwise, scope)
    case .loop(let name, let sequence, let body):
      return try await loop(name, sequence, body, scope)
    case .pipe(let first, let stages): return try await pipe(first, stages, scope)
    case .chain(let first, let terms): return try await chain(first, terms, scope)
    case .not(let operand):
      guard case .bool(let flag) = try await demanding.resolved(evaluate(operand, scope)) else {
        throw Diagnostic.confused(at: scope.place(operand.range))
      }
      return .bool(!flag)
    case .negative(let operand):
      let value = try await demanding.resolved(evaluate(operand, scope))
      return try placed(expression.range, scope) { () throws(ArithmeticFailure) in
        try Operators.negated(value)
      }
    case .power(let base, let term): return try await chain(base, [term], scope)
    case .range(let from, let to, let step, let isClosed):
      return try await range(expression, from, to, step, isClosed, scope)
    case .call(let callee, let arguments):
      return try await call(callee, arguments, flowing: nil, expression.range, scope)
    case .field(let value, let name): return try await field(name, of: value, scope)
    case .index(let list, let index): return try await element(index, of: list, scope)
    }
  }

  private func text(
    _ segments: [Expression.Segment], _ scope: RunScope
  ) async throws -> String {
    var text = ""
    for segment in segments {
      switch segment {
      case .text(let piece): text += piece
      case .value(let value):
        text += try await demanding.resolved(evaluate(value, scope)).spoken
      }
    }
    return text
  }

  private func value(
    of name: String, _ expression: Expression, _ scope: RunScope
  ) throws -> Value {
    switch scope.find(name) {
    case .value(let value): return value
    case .definition(let definition): return .function(try function(definition))
    case .module, nil:
      let forms = language.vocabulary.forms(of: name)
      guard !forms.isEmpty else { throw Diagnostic.confused(at: scope.place(expression.range)) }
      return .function(
        function(forms, given: [], name: name, scope, expression.range))
    }
  }

  private func list(_ elements: [Expression], _ scope: RunScope) async throws -> Value {
    var values: [Value] = []
    values.reserveCapacity(elements.count)
    var type = ValueType.unknown
    for element in elements {
      let value = try await evaluate(element, scope)
      type = type.joined(with: value.type) ?? .unknown
      values.append(value)
    }
    return .list(type == .number || type == .prompt ? values.map { $0.fitted(to: type) } : values)
  }

  private func loop(
    _ name: Name, _ sequence: Expression, _ body: Block, _ scope: RunScope
  ) async throws -> Value {
    guard case .list(let elements) = try await surface(evaluate(sequence, scope)) else {
      throw Diagnostic.confused(at: scope.place(sequence.range))
    }
    var inner = scope
    var values: [Value] = []
    values.reserveCapacity(elements.count)
    for element in elements {
      try Task.checkCancellation()
      inner.bindLocal(name.text, .value(element))
      values.append(try await evaluate(body, inner))
    }
    return .list(values)
  }

  private func chain(
    _ first: Expression, _ terms: [Expression.Term], _ scope: RunScope
  ) async throws -> Value {
    var left = try await demanding.resolved(evaluate(first, scope))
    for term in terms {
      if case .bool(let flag) = left {
        if term.sign == .and, !flag { continue }
        if term.sign == .or, flag { continue }
      }
      let right = try await demanding.resolved(evaluate(term.operand, scope))
      let known = left
      left = try placed(term.signRange, scope) { () throws(ArithmeticFailure) in
        try Operators.value(term.sign, known, right)
      }
    }
    return left
  }

  /// Gives a failure of arithmetic its place.
  private func placed(
    _ range: Range<Int>, _ scope: RunScope, _ body: () throws(ArithmeticFailure) -> Value
  ) throws -> Value {
    do throws(ArithmeticFailure) {
      return try body()
    } catch {
      let place = scope.place(range)
      throw Diagnostic.arithmetic(error, at: place) ?? .confused(at: place)
    }
  }

  private func field(
    _ name: Name, of value: Expression, _ scope: RunScope
  ) async throws -> Value {
    if case .name(let alias) = value.kind, case .module(let members)? = scope.find(alias) {
      switch members[name.text] {
      case .value(let value): return value
      case .definition(let definition): return .function(try function(definition))
      default: throw Diagnostic.confused(at: scope.place(name.range))
      }
    }
    guard let field = try await surface(evaluate(value, scope)).field(name.text) else {
      throw Diagnostic.confused(at: scope.place(name.range))
    }
    return field
  }

  private func element(
    _ index: Expression, of list: Expression, _ scope: RunScope
  ) async throws -> Value {
    let value = try await surface(evaluate(list, scope))
    if case .record = value {
      guard case .text(let name) = try await demanding.resolved(evaluate(index, scope)),
        let field = value.field(name)
      else { throw Diagnostic.confused(at: scope.place(index.range)) }
      return field
    }
    guard case .int(let position) = try await demanding.resolved(evaluate(index, scope)) else {
      throw Diagnostic.confused(at: scope.place(index.range))
    }
    let place = scope.place(index.range)
    switch value {
    case .list(let elements):
      guard let found = elements.counted(position) else {
        throw Diagnostic.indexOutOfRange(position, count: elements.count, at: place)
      }
      return found
    case .text(let text):
      guard let found = Array(text).counted(position) else {
        throw Diagnostic.indexOutOfRange(position, count: text.count, at: place)
      }
      return .text(String(found))
    default: throw Diagnostic.confused(at: scope.place(list.range))
    }
  }
}

extension Array {
  /// The element at a position from 0, or from the end when it is negative.
  fileprivate func counted(_ position: Int) -> Element? {
    let (index, overflow) =
      position < 0 ? position.addingReportingOverflow(count) : (position, false)
    return !overflow && indices.contains(index) ? self[index] : nil
  }
}
