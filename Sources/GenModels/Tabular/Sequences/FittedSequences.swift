import GenMedia

/// A model of the rows of entities: how many each has, in which order, and what is in them.
public struct FittedSequences: Sendable {
  /// The columns of the rows that it makes, without rows.
  public let schema: Table
  /// What rows are beside what was learned of them, without the key.
  let frame: FittedTable
  let key: EntityKey
  let former: SequenceFormer
  /// Whether an entity may have no rows.
  let mayBeEmpty: Bool

  /// What is learned from, and how.
  public struct Subject: Sendable {
    public var rows: Table
    /// The column that says which entity a row is of.
    public var key: String
    /// The column that never falls within an entity; nil keeps rows as they stand.
    public var order: String?
    public var rules: TableRules

    public init(
      _ rows: Table, of key: String, by order: String? = nil, rules: TableRules = TableRules()
    ) {
      (self.rows, self.key, self.order, self.rules) = (rows, key, order, rules)
    }
  }

  init(
    schema: Table, frame: FittedTable, key: EntityKey, former: SequenceFormer, mayBeEmpty: Bool
  ) {
    (self.schema, self.frame, self.key) = (schema, frame, key)
    (self.former, self.mayBeEmpty) = (former, mayBeEmpty)
  }

  /// - Parameters:
  ///   - parents: What is known of every entity, with the key; nil takes the entities of the rows.
  ///   - losses: A file in which losses are kept while it learns; nil keeps none.
  /// - Throws: ``SynthesisError``; ``TableError/unknownColumn(_:)``; `CancellationError`.
  init(
    _ subject: Subject, parents: Table?, _ settings: TabFormer.Settings, named name: String,
    _ run: FittingRun, losses path: String? = nil
  ) async throws {
    let key = try EntityKey(try subject.rows.column(subject.key))
    guard subject.order != subject.key else {
      throw SynthesisError.unfit(
        column: subject.key, reason: "it names the entities, so their rows have no order by it")
    }
    let entities = try parents.map { try EntityKey.texts(try $0.column(subject.key)) }
    let order = try EntityOrder(
      subject.rows, by: subject.key, order: subject.order, entities: entities)
    let rows = try subject.rows.removing(subject.key).rows(order.rows)
    var (frame, learned) = try FittedTable.framed(rows, subject.rules)
    guard !learned.columns.isEmpty else { throw SynthesisError.emptyTable }
    if let name = subject.order, frame.plan.step(of: name) != nil {
      throw SynthesisError.unfit(
        column: name, reason: "a rule makes it of other columns, so rows have no order by it")
    }
    let record = LossRecord(path: path)
    let told = run.telling(record)
    former = try await SequenceFormer.fitted(
      to: learned, starts: order.starts,
      order: subject.order.flatMap { learned[$0] == nil ? nil : $0 },
      entities: try parents?.removing(subject.key).learnable, settings, told)
    frame.provenance = FittedTable.Provenance(
      method: name, rowCount: rows.rowCount, seed: run.seed, losses: record.curves)
    (self.schema, self.frame, self.key) = (subject.rows.rows([]), frame, key)
    mayBeEmpty = zip(order.starts, order.starts.dropFirst()).contains { $0 == $1 }
  }

  /// The rows of entities.
  ///
  /// - Parameters:
  ///   - keys: What the entities are called.
  ///   - parents: What is known of each, in the columns that were known while it learned.
  ///   - report: Told of how many entities the rows are made.
  /// - Throws: ``SynthesisError``; `CancellationError`.
  func rows(
    keys: Column, parents: Table?, seed: UInt64, report: (Int) -> Void = { _ in }
  ) async throws -> Table {
    let drawing = SequenceDrawing(former: former, frame: frame, mayBeEmpty: mayBeEmpty)
    let known = try former.columns.entity.flatMap { encoding in
      try parents?.selecting(encoding.columns.map(\.name))
    }
    let (rows, owners) = try await drawing.rows(
      keys.count, entities: known, seed: seed, report: report)
    let named = try frame.named(rows, seed: seed)
    let owned = try Table([keys]).rows(owners)
    return try Table(
      schema.columns.compactMap { ($0.name == key.name ? owned : named)[$0.name] },
      rowCount: rows.rowCount)
  }
}

extension Table {
  func removing(_ name: String) throws -> Table {
    try Table(columns.filter { $0.name != name }, rowCount: rowCount)
  }

  /// The columns that numbers or levels can be learned of.
  var learnable: Table {
    get throws {
      try Table(columns.filter { $0.type.isNumeric || $0.type.hasLevels }, rowCount: rowCount)
    }
  }
}
