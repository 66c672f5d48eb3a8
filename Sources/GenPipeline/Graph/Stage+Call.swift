extension Stage {
  /// The arguments in the order of the parameters: given, else from a setting, else the default.
  ///
  /// - Throws: ``Diagnostic`` for one that is missing or that the stage does not have.
  func completed(_ given: [String: Value], settings: [String: Value]) throws -> Arguments {
    for name in given.keys.sorted() where !parameters.contains(where: { $0.name == name }) {
      throw Diagnostic.unknownArgument(name, of: self)
    }
    let values = try parameters.map { parameter in
      let placed = given[parameter.name].map { parameter.placed($0, under: settings) }
      guard let value = placed ?? parameter.value(under: settings) else {
        throw Diagnostic.missingArgument(parameter, of: self)
      }
      return value.fitted(to: parameter.type)
    }
    return Arguments(parameters: parameters, values: values)
  }

  /// The type of the result, from the types of the arguments.
  func resultType(of arguments: Arguments, given: Set<String>) throws -> ValueType {
    switch result {
    case .fixed(let type): return type
    case .byArguments(let rule):
      var types: [String: ValueType] = [:]
      var constants: [String: Value] = [:]
      for (parameter, value) in zip(arguments.parameters, arguments.values) {
        types[parameter.name] = value.type
        if !value.isDeferred { constants[parameter.name] = value }
      }
      return try rule(
        CallShape(
          stage: name, types: types, constants: constants, given: given, places: [:]))
    }
  }

  /// Checks the arguments against their ranges and does the stage's work.
  func run(
    _ arguments: Arguments, demand: @escaping @Sendable (Value) async throws -> Value
  ) async throws -> Value {
    for (parameter, value) in zip(arguments.parameters, arguments.values) {
      try parameter.check(value, of: self)
    }
    let values = zip(arguments.parameters, arguments.values).map { parameter, value in
      value.answering(as: parameter.type, demand: demand)
    }
    return try await body(Arguments(parameters: arguments.parameters, values: values))
  }
}

extension ParameterInfo {
  /// - Throws: ``Diagnostic`` when the value is outside the range or the choice.
  fileprivate func check(_ value: Value, of stage: Stage) throws {
    guard range != nil || type.choices != nil else { return }
    switch value {
    case .list(let elements): for element in elements { try check(element, of: stage) }
    case .int(let whole):
      if let range, !range.contains(Double(whole)) {
        throw Diagnostic.outOfRange(self, value, of: stage)
      }
    case .number(let amount):
      if let range, !range.contains(amount) { throw Diagnostic.outOfRange(self, value, of: stage) }
    case .quantity(let quantity):
      if let range, !range.contains(quantity.amount) {
        throw Diagnostic.outOfRange(self, value, of: stage)
      }
    case .symbol(let word), .text(let word):
      if let words = type.choices, !words.contains(word) {
        throw Diagnostic.notAChoice(self, word, of: stage)
      }
    default: break
    }
  }
}

extension ValueType {
  /// The bare words allowed; nil for other types.
  fileprivate var choices: [String]? {
    switch self {
    case .choice(let words): words
    case .optional(let wrapped): wrapped.choices
    default: nil
    }
  }

  /// Whether a stage cannot look into values of this type, since it takes any.
  var isOpaque: Bool {
    switch self {
    case .variable: true
    case .optional(let wrapped): wrapped.isOpaque
    default: false
    }
  }
}

extension Value {
  /// Whether a stage that takes this type has to wait for calls in the value.
  ///
  /// A stage that takes any type, as `map` takes any elements, cannot look at them; they stay calls.
  func needsResolving(as type: ValueType) -> Bool {
    if type.isOpaque { return false }
    switch (self, type) {
    case (.deferred, _): return true
    case (_, .optional(let wrapped)): return needsResolving(as: wrapped)
    case (.list(let elements), .list(let element)):
      return !element.isOpaque && elements.contains { $0.needsResolving(as: element) }
    case (.grid, .grid(let element, _)): return !element.isOpaque && isDeferred
    default: return isDeferred
    }
  }

  /// Runs the calls in the value as far as a stage that takes this type can look into it.
  func resolved(as type: ValueType, by demanding: any Demanding) async throws -> Value {
    guard needsResolving(as: type) else { return self }
    if case .deferred(let node) = self {
      return try await demanding.value(of: node).resolved(as: type, by: demanding)
    }
    if case .optional(let wrapped) = type {
      return try await resolved(as: wrapped, by: demanding)
    }
    guard case .list(let elements) = self, case .list(let element) = type else {
      return try await demanding.resolved(self)
    }
    return try await withThrowingTaskGroup(of: (Int, Value).self) { group in
      for (index, value) in elements.enumerated() where value.needsResolving(as: element) {
        group.addTask { (index, try await value.resolved(as: element, by: demanding)) }
      }
      var all = elements
      for try await (index, value) in group { all[index] = value }
      return .list(all)
    }
  }

  /// A function whose results the stage looks at runs the calls in them before it answers.
  fileprivate func answering(
    as type: ValueType, demand: @escaping @Sendable (Value) async throws -> Value
  ) -> Value {
    guard case .function(let function) = self, case .function(_, let result) = type,
      !result.mentionsVariable
    else { return self }
    return .function(
      FunctionValue(
        name: function.name, type: function.type, identity: function.identity,
        formula: function.formula
      ) {
        let answer = try await function.call($0)
        guard answer.isDeferred else { return answer }
        return try await (StageContext.current.demand ?? demand)(answer)
      })
  }
}

extension ValueType {
  fileprivate var mentionsVariable: Bool {
    switch self {
    case .variable: true
    case .optional(let wrapped): wrapped.mentionsVariable
    case .list(let element), .grid(let element, _): element.mentionsVariable
    case .record(let fields): fields.contains { $0.type.mentionsVariable }
    default: false
    }
  }
}
