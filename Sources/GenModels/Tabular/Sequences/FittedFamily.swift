import GenMedia

/// A model of tables that belong together: rows of a first table, and for each its rows of others; or
/// rows of entities that nothing else is known of.
public struct FittedFamily: Sendable {
  /// The first table, without its key.
  struct Parent: Sendable {
    let name: String
    let model: FittedTable
    /// Its columns, without rows.
    let schema: Table
  }

  struct Child: Sendable {
    /// Empty where there is no other table.
    let name: String
    let model: FittedSequences
  }

  let key: EntityKey
  let parent: Parent?
  let children: [Child]

  init(key: EntityKey, parent: Parent?, children: [Child]) {
    (self.key, self.parent, self.children) = (key, parent, children)
  }

  /// Learns the rows of entities.
  ///
  /// - Parameters: as of ``FittedSequences``.
  public init(
    _ subject: FittedSequences.Subject, _ settings: TabFormer.Settings, named name: String,
    run: FittingRun, losses path: String? = nil
  ) async throws {
    guard subject.rows.rowCount > 1 else {
      throw subject.rows.rowCount == 0 ? SynthesisError.emptyTable : .oneRow
    }
    let model = try await FittedSequences(
      subject, parents: nil, settings, named: name, run, losses: path)
    self.init(key: model.key, parent: nil, children: [Child(name: "", model: model)])
  }

  /// Tables of which rows of the others belong to rows of the first.
  public struct Tables: Sendable {
    public var parent: (name: String, rows: Table, rules: TableRules)
    public var children: [(name: String, subject: FittedSequences.Subject)]

    public init(
      parent: (name: String, rows: Table, rules: TableRules),
      children: [(name: String, subject: FittedSequences.Subject)]
    ) {
      (self.parent, self.children) = (parent, children)
    }
  }

  /// Learns tables by a key that all of them have.
  ///
  /// - Parameter part: Of each table by its name, how it is fitted.
  /// - Throws: ``SynthesisError``; ``TableError/unknownColumn(_:)``; `CancellationError`.
  public init(
    _ tables: Tables, key name: String, _ settings: TabFormer.Settings, named method: String,
    part: (String) -> (run: FittingRun, losses: String?)
  ) async throws {
    let column = try tables.parent.rows.column(name)
    let keys = try EntityKey.texts(column)
    var seen: [String: Int] = [:]
    for (row, text) in keys.enumerated() {
      if let first = seen.updateValue(row, forKey: text) {
        throw SynthesisError.key(name, "is \"\(text)\", as in row \(first + 1)", row: row)
      }
    }
    // What is wrong with any of the tables is told before the first is learned.
    for (table, subject) in tables.children {
      guard subject.rows.rowCount > 0 else { throw SynthesisError.emptyTable }
      _ = try EntityOrder(
        subject.rows, named: table, by: name, order: subject.order, entities: keys)
    }
    let own = part(tables.parent.name)
    let parent = try await FittedTable(
      TabFormer.self, try tables.parent.rows.removing(name), settings, named: method,
      rules: tables.parent.rules, run: own.run, losses: own.losses)
    var children: [Child] = []
    for (name, subject) in tables.children {
      let own = part(name)
      children.append(
        Child(
          name: name,
          model: try await FittedSequences(
            subject, parents: tables.parent.rows, settings, named: method, own.run,
            losses: own.losses)))
    }
    self.init(
      key: try EntityKey(column),
      parent: Parent(name: tables.parent.name, model: parent, schema: tables.parent.rows.rows([])),
      children: children)
  }

  /// The tables that it makes, without rows; the name is empty where there is only one.
  public var schemas: [(name: String, schema: Table)] {
    (parent.map { [($0.name, $0.schema)] } ?? []) + children.map { ($0.name, $0.model.schema) }
  }

  /// Tables of so many entities with all their rows.
  ///
  /// - Parameter report: Told of how many entities the rows are made, table after table.
  /// - Throws: ``SynthesisError``; `CancellationError`.
  public func rows(
    _ count: Int, seed: UInt64, report: (Int) -> Void = { _ in }
  ) async throws -> [(name: String, rows: Table)] {
    var random = SeriesGenerator(seed: seed, place: 0)
    let own = try (parent?.schema ?? children.first?.model.schema)?.column(key.name)
    guard let own else { throw SynthesisError.damaged("it has no tables") }
    let keys = key.column(count, like: own, seed: random.next())
    var made: [(name: String, rows: Table)] = []
    var parents: Table?
    if let parent {
      let rows = try await parent.model.rows(count, seed: random.next())
      parents = rows
      made.append(
        (
          parent.name,
          try Table(
            parent.schema.columns.compactMap { $0.name == key.name ? keys : rows[$0.name] })
        ))
    }
    for child in children {
      let rows = try await child.model.rows(
        keys: keys.like(try child.model.schema.column(key.name)), parents: parents,
        seed: random.next(), report: report)
      made.append((child.name, rows))
    }
    return made
  }
}

extension Column {
  /// The same entries in a column of another's type.
  fileprivate func like(_ own: Column) -> Column {
    let texts = TextEntries((0..<count).map { text($0) })
    let written = Column(own.name, .text, .texts(texts))
    return (try? written.typed(own.type)) ?? written
  }
}
