import GenPipeline

/// Verbs that take a function for each element.
extension ListVerbs {
  @CatalogBuilder static var functions: [Stage] {
    Stage(
      "map", "Does something with every element of a list.", topic: "values",
      parameters: [
        ParameterInfo("list", "The list.", .list(.anything)),
        ParameterInfo("with", "What is done with each.", .function([.anything], .anyOther)),
      ], result: .fixed(.list(.anyOther)),
      examples: [.init("map([1, 2], x => x * 10)", "[10, 20]")], effort: .instant
    ) { arguments in
      let given = Given(arguments)
      let function = try given.function(1)
      var results: [Value] = []
      for element in try given.list(0) {
        try Task.checkCancellation()
        results.append(try await function.call([element]))
      }
      return .list(results)
    }
    Stage(
      "filter", "Keeps the elements for which something is true.", topic: "values",
      parameters: [
        ParameterInfo("list", "The list.", .list(.anything)),
        ParameterInfo("where", "What must be true.", .function([.anything], .bool)),
      ], result: .fixed(.list(.anything)),
      examples: [.init("filter([1, 2, 3], x => x > 1)", "[2, 3]")], effort: .instant
    ) { arguments in
      let given = Given(arguments)
      let function = try given.function(1)
      var results: [Value] = []
      for element in try given.list(0) {
        try Task.checkCancellation()
        if try await isTrue(function, element) { results.append(element) }
      }
      return .list(results)
    }
    Stage(
      "any", "Tells whether something is true for at least one element.", topic: "values",
      parameters: [
        ParameterInfo("list", "The list.", .list(.anything)),
        ParameterInfo("where", "What is asked.", .function([.anything], .bool)),
      ], result: .fixed(.bool), examples: [.init("any([1, 2], x => x > 1)", "true")],
      effort: .instant
    ) { arguments in
      let function = try Given(arguments).function(1)
      for element in try Given(arguments).list(0) where try await isTrue(function, element) {
        return .bool(true)
      }
      return .bool(false)
    }
    Stage(
      "all", "Tells whether something is true for every element.", topic: "values",
      parameters: [
        ParameterInfo("list", "The list.", .list(.anything)),
        ParameterInfo("where", "What is asked.", .function([.anything], .bool)),
      ], result: .fixed(.bool), examples: [.init("all([1, 2], x => x > 1)", "false")],
      effort: .instant
    ) { arguments in
      let function = try Given(arguments).function(1)
      for element in try Given(arguments).list(0) where !(try await isTrue(function, element)) {
        return .bool(false)
      }
      return .bool(true)
    }
    Stage(
      "fold", "Goes through a list with a value that each element changes.", topic: "values",
      parameters: [
        ParameterInfo("list", "The list.", .list(.anything)),
        ParameterInfo("from", "The value before the first element.", .anyOther),
        ParameterInfo(
          "with", "Makes the next value from the value so far and an element.",
          .function([.anyOther, .anything], .anyOther)),
      ], result: .fixed(.anyOther),
      examples: [.init("fold([1, 2, 3], 10, (sum, x) => sum + x)", "16")], effort: .instant
    ) { arguments in
      let given = Given(arguments)
      let function = try given.function(2)
      var value = given[1]
      for element in try given.list(0) {
        try Task.checkCancellation()
        value = try await function.call([value, element])
      }
      return value
    }
    Stage(
      "otherwise", "Puts a value in the place of none.", topic: "values",
      parameters: [
        ParameterInfo("value", "What may be none.", .optional(.anything)),
        ParameterInfo("default", "What stands for none.", .anything),
      ], result: .fixed(.anything), examples: [.init("none |> otherwise(3)", "3")],
      effort: .instant
    ) { arguments in
      let value = try await Given.known(Given(arguments)[0])
      if case .none = value { return Given(arguments)[1] }
      return value
    }
  }

  private static func isTrue(_ function: FunctionValue, _ element: Value) async throws -> Bool {
    guard case .bool(let flag) = try await Given.known(function.call([element])) else {
      throw Diagnostic.wrongKind()
    }
    return flag
  }
}
