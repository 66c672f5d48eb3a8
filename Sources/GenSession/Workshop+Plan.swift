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

  /// Refuses a program that does not fit the budgets that it, or an earlier cell, sets: of time and
  /// room, and of privacy.
  ///
  /// - Throws: ``Diagnostic`` `E0809`, with the argument to lower; `E0810`.
  public func checkBudget(of program: CheckedProgram, in scope: Scope) async throws {
    let set = scope.value(ofSetting: "budget", for: program).flatMap(String.init)
    let (budget, privacy) = (
      set.flatMap(Budget.init), privacyBudget(of: program, in: scope)
    )
    guard budget != nil || privacy != nil else { return }
    var scope = scope
    let plan = try await plan(program, in: &scope)
    if let privacy { try self.privacy.spend(plan.privacyCalls, of: privacy) }
    if let budget, let refusal = await plan.refusal(over: budget) { throw refusal }
  }

  /// Refuses a program that spends more of the privacy of a table than is set; reads nothing.
  ///
  /// - Throws: ``Diagnostic`` `E0810`.
  public func checkPrivacy(of program: CheckedProgram, in scope: Scope) async throws {
    guard let budget = privacyBudget(of: program, in: scope) else { return }
    var scope = scope
    try privacy.spend(await plan(program, in: &scope).privacyCalls, of: budget)
  }

  /// What may be spent of a table, as an epsilon; nil where nobody said.
  public func privacyBudget(of program: CheckedProgram, in scope: Scope) -> Double? {
    scope.value(ofSetting: "privacy_budget", for: program).flatMap(Double.init)
  }
}
