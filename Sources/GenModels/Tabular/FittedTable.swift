import GenMedia
import GenTables
import GenTensor

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
  /// What has to be so of every row, and how it is kept.
  let plan: RulePlan
  /// What the method learned of them; nil where it is all of them.
  let hidden: Hidden?
  /// Nil where no column had to be learned.
  private(set) var synthesizer: (any TableSynthesizer)?
  public internal(set) var provenance: Provenance

  /// Columns that are learned instead of others.
  struct Hidden: Sendable {
    let schema: Table
    let forms: [ColumnForm]
  }

  init(
    schema: Table, forms: [ColumnForm], plan: RulePlan, hidden: Hidden?,
    synthesizer: (any TableSynthesizer)?, provenance: Provenance
  ) {
    (self.schema, self.forms, self.plan, self.hidden) = (schema, forms, plan, hidden)
    (self.synthesizer, self.provenance) = (synthesizer, provenance)
  }

  /// Learns from a table.
  ///
  /// - Parameters:
  ///   - name: The method with its settings, as a script would write it.
  ///   - rules: What is so of every row, and has to be of every row that is made.
  ///   - losses: A file in which losses are kept while it learns; nil keeps none.
  /// - Throws: ``SynthesisError``; ``TableError/unknownColumn(_:)``; `CancellationError`.
  public init<Method: TableSynthesizer>(
    _ method: Method.Type, _ table: Table, _ settings: Method.Settings, named name: String? = nil,
    rules: TableRules = TableRules(), run: FittingRun, losses path: String? = nil
  ) async throws {
    var (model, learned) = try Self.frame(of: table, rules)
    let record = LossRecord(path: path)
    if !learned.columns.isEmpty {
      model.synthesizer = try await Method.fitted(to: learned, settings, run.telling(record))
    }
    model.provenance = Provenance(
      method: name ?? "\(Method.method)()", rowCount: table.rowCount, seed: run.seed,
      losses: record.curves)
    self = model
  }

  /// Whether a table that may be looked at can be learned, and rules hold in it and can be kept.
  ///
  /// - Throws: ``SynthesisError``, with the row that breaks a rule.
  public static func check(_ rules: TableRules, for table: Table) throws {
    _ = try frame(of: table, rules)
  }

  private static func frame(
    of table: Table, _ rules: TableRules
  ) throws -> (frame: FittedTable, learned: Table) {
    guard table.rowCount != 1 else { throw SynthesisError.oneRow }
    return try framed(table, rules)
  }

  /// What is known of a table beside what a method learns, and the columns that it has to learn.
  ///
  /// - Parameters: as of ``RulePlan``.
  /// - Throws: ``SynthesisError``; ``TableError/unknownColumn(_:)``.
  static func framed(
    _ table: Table, _ rules: TableRules, above: Table? = nil, order: String? = nil
  ) throws -> (frame: FittedTable, learned: Table) {
    guard table.rowCount > 0, !table.columns.isEmpty else { throw SynthesisError.emptyTable }
    let texts = table.columns.filter { $0.type == .text && PersonalLook.kind(of: $0) == nil }
      .map(\.name)
    guard texts.isEmpty else { throw SynthesisError.texts(texts) }
    let forms = try table.columns.map(ColumnForm.init)
    let plan = try RulePlan(
      rules, for: table, byName(forms, table), above: above, order: order)
    let shown = try plan.hiding(table, above: above)
    let shownForms = plan.steps.isEmpty ? forms : try shown.columns.map(ColumnForm.init)
    let frame = FittedTable(
      schema: table.rows([]), forms: forms, plan: plan,
      hidden: plan.steps.isEmpty ? nil : Hidden(schema: shown.rows([]), forms: shownForms),
      synthesizer: nil,
      provenance: Provenance(method: "", rowCount: table.rowCount, seed: 0, losses: []))
    let learned = try Table(
      zip(shown.columns, shownForms).filter { $0.1.isLearned }.map(\.0), rowCount: table.rowCount)
    return (frame, learned)
  }

  /// New rows.
  ///
  /// - Parameter mode: How networks keep their numbers while they draw.
  /// - Throws: ``SynthesisError``; `CancellationError`.
  public func rows(_ count: Int, seed: UInt64, mode: NumericMode = .f32) async throws -> Table {
    guard plan.rules.isEmpty else {
      return try await rows(count, seed: seed, where: RowCondition { _ in nil }, mode: mode)
    }
    return try named(await learned(RowRequest(count: count, seed: seed, mode: mode)), seed: seed)
  }

  /// Rows without what only names them.
  func learned(_ request: RowRequest) async throws -> Table {
    do { return try await made(request) } catch is TableError {
      throw SynthesisError.damaged("its columns do not go together")
    }
  }

  private func made(_ request: RowRequest) async throws -> Table {
    let made = request.count > 0 ? try await synthesizer?.rows(request) : nil
    return try restored(try shaped(made, request.count, seed: request.seed))
  }

  /// What a method made, as fine and as wide as what it learned from, beside what never changes.
  func shaped(_ made: Table?, _ rowCount: Int, seed: UInt64) throws -> Table {
    let (columns, forms) = (hidden?.schema.columns ?? schema.columns, hidden?.forms ?? forms)
    return try Table(
      sideBySide(columns.count) { place -> Column? in
        if case .identifier = forms[place] { return nil }
        let column = columns[place]
        return forms[place].column(like: column, made?[column.name], rowCount, seed: seed)
      }.compactMap { $0 }, rowCount: rowCount)
  }

  /// Rows as in the table that was learned from, without what only names them.
  ///
  /// - Parameter above: A row of the tables above for each.
  func restored(_ shaped: Table, above: Table? = nil) throws -> Table {
    hidden == nil
      ? shaped
      : try plan.restored(shaped, schema: schema, forms: formsByName, above: above)
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

  var formsByName: [String: ColumnForm] { Self.byName(forms, schema) }

  private static func byName(_ forms: [ColumnForm], _ table: Table) -> [String: ColumnForm] {
    Dictionary(uniqueKeysWithValues: zip(table.columns.map(\.name), forms))
  }
}
