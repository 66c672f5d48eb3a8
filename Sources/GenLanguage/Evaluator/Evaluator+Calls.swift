import GenPipeline

/// An argument whose value is known.
struct RunArgument: Sendable {
  let label: String?
  let value: Value
}

/// What a call calls.
private enum Callee {
  case definition(RunDefinition)
  case forms([Stage])
  case function(FunctionValue)
}

extension Evaluator {
  func pipe(
    _ first: Expression, _ stages: [Expression], _ scope: RunScope
  ) async throws -> Value {
    var value = try await evaluate(first, scope)
    if case .function(let head) = value {
      var functions = [head]
      for stage in stages {
        functions.append(try await composable(stage, scope))
      }
      return .function(composed(functions))
    }
    for stage in stages {
      if case .call(let callee, let arguments) = stage.kind {
        value = try await call(callee, arguments, flowing: value, stage.range, scope)
      } else {
        value = try await call(stage, [], flowing: value, stage.range, scope)
      }
    }
    return value
  }

  /// A stage after `|>` when no value flows yet.
  private func composable(_ stage: Expression, _ scope: RunScope) async throws -> FunctionValue {
    var value: Value
    if case .call(let callee, let arguments) = stage.kind {
      value = try await partial(callee, arguments, stage.range, scope)
    } else {
      value = try await functionValue(callee(stage, scope), stage.range, scope)
    }
    value = try await surface(value)
    guard case .function(let function) = value else {
      throw Diagnostic.confused(at: scope.place(stage.range))
    }
    return function
  }

  private func composed(_ functions: [FunctionValue]) -> FunctionValue {
    FunctionValue(
      name: functions.map(\.name).joined(separator: " |> "),
      type: .stage(
        functions.first?.type.signature?.0.first ?? .unknown,
        functions.last?.type.signature?.1 ?? .unknown),
      identity: functions.map(\.identity).joined(separator: "|>")
    ) { values in
      var values = values
      for function in functions { values = [try await function.call(values)] }
      return values.first ?? .none
    }
  }

  /// `callee(arguments)`, with what flows in through a pipe first.
  func call(
    _ expression: Expression, _ arguments: [Expression.Argument], flowing: Value?,
    _ range: Range<Int>, _ scope: RunScope
  ) async throws -> Value {
    try Task.checkCancellation()
    let callee = try await callee(expression, scope)
    var given = try await values(of: arguments, callee, isFlowing: flowing != nil, scope)
    if let flowing { given.insert(RunArgument(label: nil, value: flowing), at: 0) }
    return try await apply(callee, given, name(expression, scope), range, scope)
  }

  private func partial(
    _ expression: Expression, _ arguments: [Expression.Argument], _ range: Range<Int>,
    _ scope: RunScope
  ) async throws -> Value {
    let callee = try await callee(expression, scope)
    let given = try await values(of: arguments, callee, isFlowing: true, scope)
    let name = name(expression, scope)
    let identity = try identity(callee, given, name)
    return .function(
      FunctionValue(name: name, type: .stage(.unknown, .unknown), identity: identity) { values in
        let flowing = values.map { RunArgument(label: nil, value: $0) }
        return try await self.apply(callee, flowing + given, name, range, scope)
      })
  }

  private func name(_ expression: Expression, _ scope: RunScope) -> String {
    scope.source.text(in: expression.range)
  }

  private func callee(_ expression: Expression, _ scope: RunScope) async throws -> Callee {
    switch expression.bare.kind {
    case .name(let name):
      switch scope.find(name) {
      case .definition(let definition): return .definition(definition)
      case .value(.function(let function)): return .function(function)
      default:
        let forms = language.vocabulary.forms(of: name)
        if !forms.isEmpty { return .forms(forms) }
      }
    case .field(let alias, let member):
      if case .name(let name) = alias.kind, case .module(let members)? = scope.find(name),
        case .definition(let definition)? = members[member.text]
      {
        return .definition(definition)
      }
    default: break
    }
    guard case .function(let function) = try await surface(evaluate(expression, scope)) else {
      throw Diagnostic.confused(at: scope.place(expression.range))
    }
    return .function(function)
  }

  private func functionValue(
    _ callee: Callee, _ range: Range<Int>, _ scope: RunScope
  ) async throws -> Value {
    switch callee {
    case .function(let function): .function(function)
    case .definition(let definition): .function(try function(definition))
    case .forms(let forms):
      .function(function(forms, given: [], name: forms.first?.name ?? "", scope, range))
    }
  }

  /// Evaluates the arguments; a word that a parameter allows stays a word.
  private func values(
    of arguments: [Expression.Argument], _ callee: Callee, isFlowing: Bool, _ scope: RunScope
  ) async throws -> [RunArgument] {
    var given: [RunArgument] = []
    let labels = (isFlowing ? [nil] : []) + arguments.map { $0.label?.text }
    for (index, argument) in arguments.enumerated() {
      let position = index + (isFlowing ? 1 : 0)
      let value: Value
      if case .forms(let forms) = callee, case .name(let word) = argument.value.kind,
        isChoice(word, forms, labels, position) || isGathered(word, forms, argument.label?.text)
      {
        value = .symbol(word)
      } else if case .forms(let forms) = callee,
        let words = listedWords(argument.value, forms, labels, position)
      {
        value = .list(words.map { .symbol($0) })
      } else {
        value = try await evaluate(argument.value, scope)
      }
      given.append(RunArgument(label: argument.label?.text, value: value))
    }
    return given
  }

  /// The words of a list of words that a parameter allows.
  private func listedWords(
    _ list: Expression, _ forms: [Stage], _ labels: [String?], _ position: Int
  ) -> [String]? {
    for form in forms {
      let matching = Matching(parameters: form.parameters.map(\.name), labels: labels)
      guard let slot = matching.slots.firstIndex(of: position),
        let choice = form.parameters[slot].type.choiceWords
      else { continue }
      if let words = list.listedWords(of: choice) { return words }
    }
    return nil
  }

  /// Whether a word is one of those that may stand behind labels that are gathered.
  private func isGathered(_ word: String, _ forms: [Stage], _ label: String?) -> Bool {
    let parameters = forms.flatMap(\.parameters)
    guard let label, !parameters.contains(where: { $0.name == label }) else { return false }
    return parameters.contains { $0.gathersLabels && $0.words.contains(word) }
  }

  private func isChoice(
    _ word: String, _ forms: [Stage], _ labels: [String?], _ position: Int
  ) -> Bool {
    forms.contains { form in
      let matching = Matching(parameters: form.parameters.map(\.name), labels: labels)
      guard let slot = matching.slots.firstIndex(of: position) else { return false }
      return form.parameters[slot].type.choiceWords?.contains(word) ?? false
    }
  }

  private func apply(
    _ callee: Callee, _ given: [RunArgument], _ name: String, _ range: Range<Int>,
    _ scope: RunScope
  ) async throws -> Value {
    switch callee {
    case .function(let function): return try await function.call(given.map(\.value))
    case .definition(let definition):
      do {
        return try await call(definition, given, scope)
      } catch let diagnostic as Diagnostic where diagnostic.second == nil {
        throw diagnostic.asked(by: scope.place(range))
      }
    case .forms(let forms): return try await call(forms, given, name, range, scope)
    }
  }

  private func identity(
    _ callee: Callee, _ given: [RunArgument], _ name: String
  ) throws -> String {
    let base =
      switch callee {
      case .function(let function): function.identity
      case .definition(let definition): try function(definition).identity
      case .forms(let forms): "stage \(name) \(forms.first?.version ?? 0)"
      }
    let arguments = try given.map { "\($0.label ?? "")=\(try $0.value.digest().hex)" }
    return base + "(" + arguments.joined(separator: ",") + ")"
  }
}
