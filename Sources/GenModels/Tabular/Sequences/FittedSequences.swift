import GenMedia
import GenTensor

/// A model of the rows of entities: how many each has, in which order, and what is in them.
public struct FittedSequences: Sendable {
  /// What rows are beside what was learned of them, without the key.
  let frame: FittedTable
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

  init(frame: FittedTable, former: SequenceFormer, mayBeEmpty: Bool) {
    (self.frame, self.former, self.mayBeEmpty) = (frame, former, mayBeEmpty)
  }

  /// - Parameters:
  ///   - name: The method with its settings, as a script would write it.
  ///   - losses: A file in which losses are kept while it learns; nil keeps none.
  /// - Throws: ``SynthesisError``; `CancellationError`.
  init(
    _ lesson: SequenceLesson, _ settings: TabFormer.Settings, named name: String,
    _ run: FittingRun, losses path: String? = nil
  ) async throws {
    let record = LossRecord(path: path)
    former = try await SequenceFormer.fitted(
      to: lesson.learned, starts: lesson.starts, order: lesson.order, entities: lesson.entities,
      settings, run.telling(record))
    var frame = lesson.frame
    frame.provenance = FittedTable.Provenance(
      method: name, rowCount: lesson.learned.rowCount, seed: run.seed, losses: record.curves)
    self.frame = frame
    mayBeEmpty = zip(lesson.starts, lesson.starts.dropFirst()).contains { $0 == $1 }
  }

  /// The rows of entities, without the key.
  ///
  /// - Parameters:
  ///   - count: Entities.
  ///   - known: What is known of each, in the columns that were known while it learned.
  ///   - mode: How networks keep their numbers while they draw.
  ///   - report: Told of how many entities the rows are made.
  /// - Returns: the rows, and the entity of each, rising.
  /// - Throws: ``SynthesisError``; `CancellationError`.
  func rows(
    _ count: Int, known: Table?, seed: UInt64, mode: NumericMode = .f32,
    report: (Int) -> Void = { _ in }
  ) async throws -> (rows: Table, owners: [Int]) {
    let drawing = SequenceDrawing(
      former: former, frame: frame, mayBeEmpty: mayBeEmpty, mode: mode)
    let (rows, owners) = try await drawing.rows(count, known: known, seed: seed, report: report)
    return (try frame.named(rows, seed: seed), owners)
  }
}

/// The rows of entities as they are learned: held against their rules, and by entity.
struct SequenceLesson {
  /// What rows are beside what is learned of them, without the key.
  let frame: FittedTable
  let learned: Table
  /// Where the rows of each entity begin, and behind the last where they end.
  let starts: [Int]
  /// The column that never falls within an entity; nil where nothing of it has to be learned.
  let order: String?
  /// What is known of every entity; nil where nothing is.
  let entities: Table?

  /// - Parameters:
  ///   - name: What messages call the table; empty where there is only one.
  ///   - entities: What is known of every entity, with the key; nil takes the entities of the rows.
  /// - Throws: ``SynthesisError``; ``TableError/unknownColumn(_:)``.
  init(
    _ subject: FittedSequences.Subject, named name: String = "", entities all: Table?
  ) throws {
    guard subject.rows.rowCount > 0 else { throw SynthesisError.emptyTable }
    guard subject.order != subject.key else {
      throw SynthesisError.unfit(
        column: subject.key, reason: "it names the entities, so their rows have no order by it")
    }
    try subject.rules.check(key: subject.key)
    let keys = try all.map { try EntityKey.texts(try $0.column(subject.key)) }
    let order = try EntityOrder(
      subject.rows, named: name, by: subject.key, order: subject.order, entities: keys)
    let rows = try subject.rows.removing(subject.key)
    let known = try all?.removing(subject.key)
    let looked = subject.rules.columns.filter { rows[$0] == nil && known?[$0] != nil }
    let framed = try FittedTable.framed(
      rows, subject.rules, above: try known?.selecting(looked.sorted()).rows(order.owners),
      order: subject.order)
    (frame, learned) = (framed.frame, framed.learned.rows(order.rows))
    guard !learned.columns.isEmpty else { throw SynthesisError.emptyTable }
    if let name = subject.order, frame.plan.step(of: name) != nil {
      throw SynthesisError.unfit(
        column: name, reason: "a rule makes it of other columns, so rows have no order by it")
    }
    starts = order.starts
    self.order = subject.order.flatMap { framed.learned[$0] == nil ? nil : $0 }
    entities = try known?.learnable
  }
}

extension TableRules {
  /// Refuses rules about what rows are named by.
  ///
  /// - Throws: ``SynthesisError/unfit(column:reason:)``.
  func check(key: String) throws {
    guard columns.contains(key) else { return }
    throw SynthesisError.unfit(
      column: key, reason: "it is made anew for every row, so no rule can hold for it")
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
