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
  /// room, and of privacy; and one whose calls find faults in values that are at hand.
  ///
  /// - Throws: ``Diagnostic`` `E0809`, with the argument to lower; `E0810`; what calls find.
  public func checkAhead(of program: CheckedProgram, in scope: Scope) async throws {
    let set = scope.value(ofSetting: "budget", for: program).flatMap(String.init)
    let (budget, privacy) = (
      set.flatMap(Budget.init), privacyBudget(of: program, in: scope)
    )
    guard budget != nil || privacy != nil || program.looksAhead else { return }
    let plan = try await ahead(program, in: scope, isPriced: budget != nil)
    if let privacy { try self.privacy.spend(plan.privacyCalls, of: privacy) }
    if let budget, let refusal = await plan.refusal(over: budget) { throw refusal }
  }

  /// Refuses a program that spends more of the privacy of a table than is set, and one whose calls find
  /// faults in values that are at hand.
  ///
  /// - Throws: ``Diagnostic`` `E0810`; what calls find.
  public func checkTables(of program: CheckedProgram, in scope: Scope) async throws {
    let budget = privacyBudget(of: program, in: scope)
    guard budget != nil || program.looksAhead else { return }
    let plan = try await ahead(program, in: scope, isPriced: false)
    if let budget { try privacy.spend(plan.privacyCalls, of: budget) }
  }

  /// The plan of a program, once its calls have looked at values that are at hand.
  ///
  /// - Parameter isPriced: Whether times are asked for, which may have to be measured first.
  private func ahead(
    _ program: CheckedProgram, in scope: Scope, isPriced: Bool
  ) async throws -> Plan {
    let planner = Planner(cache: cache)
    var scope = scope
    try await walk(program, planner, in: &scope)
    let plan = await planner.plan(isPriced ? prices : nil)
    try await plan.lookAhead(Planner(cache: cache))
    return plan
  }

  /// What may be spent of a table, as an epsilon; nil where nobody said.
  public func privacyBudget(of program: CheckedProgram, in scope: Scope) -> Double? {
    scope.value(ofSetting: "privacy_budget", for: program).flatMap(Double.init)
  }
}
