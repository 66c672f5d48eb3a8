import GenPipeline

extension Evaluator {
  /// Runs the body of a `def` with its arguments in place of its parameters.
  func call(
    _ definition: RunDefinition, _ given: [RunArgument], _ caller: RunScope
  ) async throws -> Value {
    let names = definition.parameters.map(\.name)
    let matching = Matching(parameters: names, labels: given.map(\.label))
    let missing = matching.missing { definition.parameters[$0].initial == nil }
    if missing == [0] {
      let identity = try function(definition).identity
      let arguments = try given.map { "\($0.label ?? "")=\(try $0.value.digest().hex)" }
      return .function(
        FunctionValue(
          name: definition.name, type: .stage(.unknown, definition.result ?? .unknown),
          identity: identity + "(" + arguments.joined(separator: ",") + ")"
        ) { values in
          let flowing = values.map { RunArgument(label: nil, value: $0) }
          return try await self.call(definition, flowing + given, caller)
        })
    }
    let grid = try await swept(
      given, matching.slots, definition.parameters.map(\.type), names, of: definition.name,
      at: definition.scope.place(definition.body.range)
    ) { try await call(definition, $0, caller) }
    if let grid { return grid }
    var inner = definition.scope
    inner.settings = caller.settings
    var bound: [(String, Value)] = []
    for (slot, parameter) in zip(matching.slots, definition.parameters) {
      var value = Value.none
      if let slot {
        value = given[slot].value
      } else if let initial = parameter.initial {
        value = try await evaluate(initial, inner)
      }
      bound.append((parameter.name, parameter.type.map(value.fitted) ?? value))
    }
    for (name, value) in bound { inner.bindLocal(name, .value(value)) }
    let result = try await evaluate(definition.body, inner)
    return definition.result.map(result.fitted) ?? result
  }

  func function(_ definition: RunDefinition) throws -> FunctionValue {
    let identity = try identity(
      of: definition.body, without: definition.parameters.map(\.name), definition.scope, depth: 0)
    let inputs = definition.parameters.filter { $0.initial == nil }.map { $0.type ?? .unknown }
    return FunctionValue(
      name: definition.name, type: .function(inputs, definition.result ?? .unknown),
      identity: identity
    ) { values in
      try await self.call(
        definition, values.map { RunArgument(label: nil, value: $0) }, definition.scope)
    }
  }

  func function(
    _ lambda: Expression.Lambda, _ expression: Expression, _ scope: RunScope
  ) throws -> FunctionValue {
    let names = lambda.parameters.map(\.text)
    let identity = try identity(of: lambda.body, without: names, scope, depth: 0)
    return FunctionValue(
      name: scope.source.text(in: expression.range),
      type: .function(names.map { _ in .unknown }, .unknown),
      identity: names.joined(separator: ",") + "=>" + identity, formula: formula(lambda, scope)
    ) { values in
      var inner = scope
      for (name, value) in zip(names, values) { inner.bindLocal(name, .value(value)) }
      return try await self.evaluate(lambda.body, inner)
    }
  }

  /// The words of a body and the digests of what its names stand for.
  private func identity(
    of body: Expression, without parameters: [String], _ scope: RunScope, depth: Int
  ) throws -> String {
    var text = scope.source.text(in: body.range)
    guard depth < 16 else { return text }
    for name in body.names.subtracting(parameters).sorted() {
      switch scope.find(name) {
      case .value(let value): text += "|\(name)=\(try value.digest().hex)"
      case .definition(let definition):
        let names = definition.parameters.map(\.name)
        let inner = try identity(
          of: definition.body, without: names, definition.scope, depth: depth + 1)
        text += "|\(name)(\(names.joined(separator: ",")))=\(inner)"
      case .module, nil: continue
      }
    }
    return try Value.text(text).digest().hex
  }
}

extension Expression {
  /// Every name that stands in it.
  var names: Set<String> {
    var names: Set<String> = []
    collect(into: &names)
    return names
  }

  private func collect(into names: inout Set<String>) {
    if case .name(let name) = kind { names.insert(name) }
    for child in children { child.collect(into: &names) }
  }

  /// The expressions directly inside it.
  var children: [Expression] {
    switch kind {
    case .literal, .name: []
    case .interpolation(let segments):
      segments.compactMap { if case .value(let value) = $0 { value } else { nil } }
    case .list(let elements): elements
    case .record(let fields): fields.map(\.value)
    case .block(let block): block.expressions
    case .parenthesized(let inner), .not(let inner), .negative(let inner), .field(let inner, _):
      [inner]
    case .lambda(let lambda): [lambda.body]
    case .conditional(let test, let then, let otherwise): [test, then, otherwise]
    case .loop(_, let sequence, let block): [sequence] + block.expressions
    case .pipe(let first, let stages): [first] + stages
    case .chain(let first, let terms): [first] + terms.map(\.operand)
    case .power(let base, let term): [base, term.operand]
    case .range(let from, let to, let step, _): [from, to] + (step.map { [$0] } ?? [])
    case .call(let callee, let arguments): [callee] + arguments.map(\.value)
    case .index(let list, let index): [list, index]
    }
  }
}

extension Block {
  var expressions: [Expression] {
    statements.flatMap { statement -> [Expression] in
      switch statement.kind {
      case .use: []
      case .set(_, let value), .binding(_, let value), .expression(let value): [value]
      case .definition(let definition):
        [definition.body] + definition.parameters.compactMap(\.initial)
      }
    } + [value]
  }
}
