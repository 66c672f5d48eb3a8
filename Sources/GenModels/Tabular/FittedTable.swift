import GenMedia

/// A model that was fitted to a table: makes rows that are like those of the table and none of them.
///
///     let model = try await FittedTable(GaussianCopula.self, table, .init(), run: .init(seed: 1))
///     let rows = try await model.rows(10_000, seed: 2)
public struct FittedTable: Sendable {
  /// How it came about.
  public struct Provenance: Hashable, Sendable {
    /// The method with its settings, as a script would write it.
    public let method: String
    public let rowCount: Int
    public let seed: UInt64
    public let losses: [LossTrace]
  }

  /// The columns of the rows that it makes, without rows.
  public let schema: Table
  let forms: [ColumnForm]
  /// Nil where no column had to be learned.
  let synthesizer: (any TableSynthesizer)?
  public let provenance: Provenance

  init(
    schema: Table, forms: [ColumnForm], synthesizer: (any TableSynthesizer)?,
    provenance: Provenance
  ) {
    (self.schema, self.forms) = (schema, forms)
    (self.synthesizer, self.provenance) = (synthesizer, provenance)
  }

  /// Learns from a table.
  ///
  /// - Parameters:
  ///   - name: The method with its settings, as a script would write it.
  ///   - losses: A file in which losses are kept while it learns; nil keeps none.
  /// - Throws: ``SynthesisError``; `CancellationError`.
  public init<Method: TableSynthesizer>(
    _ method: Method.Type, _ table: Table, _ settings: Method.Settings, named name: String? = nil,
    run: FittingRun, losses path: String? = nil
  ) async throws {
    guard table.rowCount > 0, !table.columns.isEmpty else { throw SynthesisError.emptyTable }
    guard table.rowCount > 1 else { throw SynthesisError.oneRow }
    let texts = table.columns.filter { $0.type == .text }.map(\.name)
    guard texts.isEmpty else { throw SynthesisError.texts(texts) }
    let forms = try table.columns.map(ColumnForm.init)
    let learned = try Table(
      zip(table.columns, forms).filter { $0.1.isLearned }.map(\.0), rowCount: table.rowCount)
    let record = LossRecord(path: path)
    var told = run
    told.report = { event in
      record.note(event)
      run.report(event)
    }
    let synthesizer =
      learned.columns.isEmpty ? nil : try await Method.fitted(to: learned, settings, told)
    self.init(
      schema: table.rows([]), forms: forms, synthesizer: synthesizer,
      provenance: Provenance(
        method: name ?? "\(Method.method)()", rowCount: table.rowCount, seed: run.seed,
        losses: record.curves))
  }

  /// New rows.
  ///
  /// - Throws: ``SynthesisError``; `CancellationError`.
  public func rows(_ count: Int, seed: UInt64) async throws -> Table {
    try named(await learned(RowRequest(count: count, seed: seed)), seed: seed)
  }

  /// Rows without what only names them.
  func learned(_ request: RowRequest) async throws -> Table {
    let made = request.count > 0 ? try await synthesizer?.rows(request) : nil
    return try Table(
      zip(schema.columns, forms).compactMap { column, form in
        if case .identifier = form { return nil }
        return form.column(like: column, made?[column.name], request.count, seed: request.seed)
      }, rowCount: request.count)
  }

  /// The rows with everything that they have in the table that was learned from.
  func named(_ rows: Table, seed: UInt64) throws -> Table {
    try Table(
      zip(schema.columns, forms).enumerated().map { place, pair in
        let (column, form) = pair
        var random = SeriesGenerator(seed: seed, place: UInt64(place))
        return rows[column.name]
          ?? form.column(like: column, nil, rows.rowCount, seed: random.next())
      }, rowCount: rows.rowCount)
  }
}
