import GenMedia

extension FittedTable {
  /// Learns with noise that protects every row of the table.
  ///
  /// Nothing of the table is kept beside what was paid for: ranges and levels are those that were
  /// declared or bought, identifiers are numbers from 1, and how many rows there were is not told.
  ///
  /// - Parameters:
  ///   - settings: With a budget.
  ///   - name: The method with its settings, as a script would write it.
  /// - Throws: ``SynthesisError``; ``PrivacyError``; `CancellationError`.
  public static func protected(
    _ table: Table, _ settings: MarginalSettings, named name: String, run: FittingRun
  ) async throws -> FittedTable {
    let texts = table.columns.filter { $0.type == .text }.map(\.name)
    guard texts.isEmpty else { throw SynthesisError.texts(texts) }
    let learned = try Table(
      table.columns.filter { $0.type != .identifier }, rowCount: table.rowCount)
    let model = try await Marginals.fitted(to: learned, settings, run)
    let made = try await model.rows(RowRequest(count: 0, seed: 0))
    let schema = try Table(
      table.columns.map { column in
        made[column.name] ?? Column(column.name, column.type, .texts(TextEntries()))
      })
    return FittedTable(
      schema: schema, forms: schema.columns.map(model.form),
      plan: .none,
      hidden: nil, synthesizer: model,
      provenance: Provenance(method: name, rowCount: 0, seed: run.seed, losses: []))
  }
}

extension Marginals {
  /// How a column of the model is made, from its domain alone.
  fileprivate func form(_ column: Column) -> ColumnForm {
    guard let grid = grids.first(where: { $0.name == column.name }) else {
      let counting = IdentifierForm.sequence(before: "", next: 1, digitCount: 1, after: "")
      return .identifier(counting, missing: 0)
    }
    guard case .bins(let bins) = grid.content else { return .levels }
    return .numbers(
      Grain(ofBin: (bins.highest - bins.lowest) / Double(bins.count), column.type),
      low: bins.lowest, high: bins.highest)
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
