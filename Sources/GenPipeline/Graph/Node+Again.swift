extension Node {
  /// Does the call's work here and now, past every cache: for those who want to see how it is done.
  ///
  /// - Throws: what the arguments and the stage throw.
  public func doneAgain() async throws -> Value {
    let demand = StageContext.current.demand ?? { $0 }
    var values: [Value] = []
    for (parameter, value) in zip(arguments.parameters, arguments.values) {
      values.append(try await demand(value).fitted(to: parameter.type))
    }
    return try await stage.run(
      Arguments(parameters: arguments.parameters, values: values), demand: demand)
  }
}
