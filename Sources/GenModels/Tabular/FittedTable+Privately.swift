import GenMedia

extension FittedTable {
  /// What a protected fit cost; nil of one that was not.
  public var spent: PrivacyLedger? { synthesizer?.spent }

  /// Learns with noise that protects every row of the table.
  ///
  /// Nothing of the table is kept beside what was paid for: ranges and levels are those that were
  /// declared or bought, identifiers are numbers from 1, and how many rows there were is not told.
  ///
  /// - Parameters:
  ///   - name: The method with its settings and the promise, as a script would write them.
  ///   - rules: What has to be so of every row that is made. Nobody looks whether it is so of the rows
  ///     of the table.
  /// - Throws: ``SynthesisError``; ``PrivacyError``; `CancellationError`.
  public static func protected<Method: TableSynthesizer>(
    _ method: Method.Type, _ table: Table, _ settings: Method.Settings,
    for protection: RowProtection,
    named name: String, rules: TableRules = TableRules(), run: FittingRun
  ) async throws -> FittedTable {
    let texts = table.columns.filter { $0.type == .text }.map(\.name)
    guard texts.isEmpty else { throw SynthesisError.texts(texts) }
    let plan = try RulePlan(declared: rules, for: table.rows([]))
    let learned = try table.selecting(plan.protectedColumns(of: table))
    let model = try await Method.protected(learned, settings, protection, run)
    let made = try await model.method.rows(RowRequest(count: 0, seed: 0))
    let schema = try Table(
      table.rows([]).columns.map { made[$0.name] ?? $0.withoutLevels })
    let forms = schema.columns.map(model.form)
    let shown = try plan.hiding(schema)
    return FittedTable(
      schema: schema, forms: forms, plan: plan,
      hidden: plan.steps.isEmpty
        ? nil : Hidden(schema: shown, forms: shown.columns.map(model.form)),
      synthesizer: model.method,
      provenance: Provenance(method: name, rowCount: 0, seed: run.seed, losses: []))
  }
}

extension FittedTable {
  /// The columns that a protected fit learns: those that are neither made anew nor said by a rule.
  ///
  /// - Throws: ``SynthesisError`` for a rule that cannot be kept.
  public static func protectedColumns(
    of table: Table, _ rules: TableRules
  ) throws -> [String] {
    try RulePlan(declared: rules, for: table.rows([])).protectedColumns(of: table)
  }
}

extension RulePlan {
  fileprivate func protectedColumns(of table: Table) -> [String] {
    table.columns.filter { $0.type != .identifier && step(of: $0.name) == nil }.map(\.name)
  }
}

extension Column {
  /// - Requires: no entries.
  fileprivate var withoutLevels: Column {
    codes == nil ? self : Column(name, type, .codes([], levels: []))
  }
}

extension ProtectedModel {
  /// How a column of the model is made, from its domain alone.
  fileprivate func form(_ column: Column) -> ColumnForm {
    guard let grid = grids.first(where: { $0.name == column.name }) else {
      guard !column.type.isNumeric else { return .computed(column.type) }
      let counting = IdentifierForm.sequence(before: "", next: 1, digitCount: 1, after: "")
      return .identifier(counting, missing: 0)
    }
    guard case .bins(let bins) = grid.content else { return .levels }
    return .numbers(
      Grain(ofBin: (bins.highest - bins.lowest) / Double(bins.count), column.type),
      low: bins.lowest, high: bins.highest)
  }
}

extension ColumnForm {
  /// Of numbers that a rule says, whatever they are.
  fileprivate static func computed(_ type: ColumnType) -> ColumnForm {
    .numbers(
      Grain(ofBin: type == .number ? 1e-5 : 1, type), low: -.greatestFiniteMagnitude,
      high: .greatestFiniteMagnitude)
  }
}

extension Grain {
  /// As fine as makes sense where numbers are known to a bin only: a hundredth of it.
  fileprivate init(ofBin width: Double, _ type: ColumnType) {
    var unit = 1.0
    while unit > width / 10, unit > 1e-6 { unit /= 10 }
    self.init(type == .number ? [unit] : [1], type)
  }
}
