import GenLanguage
import GenPipeline
import GenStages

extension Workshop {
  /// What a program would need, without doing it.
  ///
  /// - Parameter scope: What earlier cells have bound; afterwards also what the program would bind.
  /// - Throws: ``Diagnostic`` for a program that fails while it is planned; `CancellationError`.
  public func plan(_ program: CheckedProgram, in scope: inout Scope) async throws -> Plan {
    let planner = Planner(cache: cache)
    try await walk(program, planner, in: &scope)
    return await planner.plan(prices)
  }

  /// Walks through a program with a planner in the runner's place.
  ///
  /// - Returns: What its expressions come to; nothing where that depends on a result that is not there.
  @discardableResult
  public func walk(
    _ program: CheckedProgram, _ planner: Planner, in scope: inout Scope
  ) async throws -> [StatementResult] {
    let graph = Graph(world: world, demanding: planner)
    do {
      return try await Evaluator(language, graph: graph, demanding: planner)
        .run(program, in: &scope) { planner.need($0.value) }
    } catch let diagnostic as Diagnostic where diagnostic.code == "E0804" {
      return []
    }
  }

  /// Refuses a program that does not fit the budget that it, or an earlier cell, sets.
  ///
  /// - Throws: ``Diagnostic`` `E0809`, with the argument to lower.
  public func checkBudget(of program: CheckedProgram, in scope: Scope) async throws {
    let set = scope.value(ofSetting: "budget", for: program).flatMap(String.init)
    guard let budget = set.flatMap(Budget.init) else { return }
    var scope = scope
    let plan = try await plan(program, in: &scope)
    if let refusal = await plan.refusal(over: budget) { throw refusal }
  }
}
