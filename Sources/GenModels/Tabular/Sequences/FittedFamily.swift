import GenMedia

/// A model of tables that belong together: rows of a first table, for each its rows of others, and for
/// each of these theirs; or rows of entities that are no table of their own.
public struct FittedFamily: Sendable {
  /// The entities that everything belongs to.
  struct Root: Sendable {
    /// Nil where they are no table: what is known of them stands in the rows of the only branch.
    let name: String?
    let key: EntityKey
    /// What is known of them, with the key; no rows.
    let schema: Table
    /// How many were learned from.
    let rowCount: Int
    /// Without the key; nil where nothing is known.
    let model: FittedTable?
  }

  typealias Branch = FamilyBranch<FittedSequences>

  let root: Root
  let branches: [Branch]

  init(root: Root, branches: [Branch]) { (self.root, self.branches) = (root, branches) }

  /// How a table is fitted, by its name: the run, and a file in which losses are kept meanwhile.
  public typealias Part = (String) -> (run: FittingRun, losses: String?)

  /// Learns the rows of entities. Columns that never change within one are learned of the entities.
  ///
  /// - Parameter part: As of tables; what is learned of the entities is called `facts`, their rows "".
  /// - Throws: ``SynthesisError``; ``TableError/unknownColumn(_:)``; `CancellationError`.
  public init(
    _ subject: FittedSequences.Subject, _ settings: TabFormer.Settings, named method: String,
    part: Part
  ) async throws {
    try await self.init(FamilyLesson(subject), settings, named: method, part: part)
  }

  /// Learns tables that belong together.
  ///
  /// - Throws: ``FamilyTree/Fault``; ``SynthesisError``; ``TableError/unknownColumn(_:)``;
  ///   `CancellationError`.
  public init(
    _ tables: [FamilyTable], _ settings: TabFormer.Settings, named method: String, part: Part
  ) async throws {
    try await self.init(FamilyLesson(tables), settings, named: method, part: part)
  }

  private init(
    _ lesson: FamilyLesson, _ settings: TabFormer.Settings, named method: String, part: Part
  ) async throws {
    var model: FittedTable?
    if !lesson.entities.columns.isEmpty {
      let own = part(lesson.rootName ?? "facts")
      model = try await FittedTable(
        TabFormer.self, lesson.entities, settings, named: method, rules: lesson.rules, run: own.run,
        losses: own.losses)
    }
    root = Root(
      name: lesson.rootName, key: lesson.key, schema: lesson.rootSchema,
      rowCount: lesson.entities.rowCount, model: model)
    var branches: [Branch] = []
    for branch in lesson.branches {
      let own = part(branch.name)
      branches.append(
        branch.with(
          try await FittedSequences(
            branch.content, settings, named: method, own.run, losses: own.losses)))
    }
    self.branches = branches
  }

  /// What would be wrong with a fit to tables.
  ///
  /// - Throws: as the fit.
  public static func check(_ tables: [FamilyTable]) throws { _ = try FamilyLesson(tables) }

  /// What would be wrong with a fit to the rows of entities.
  ///
  /// - Throws: as the fit.
  public static func check(_ subject: FittedSequences.Subject) throws {
    _ = try FamilyLesson(subject)
  }

  /// The tables that it makes, without rows, and how many it learned from; the name is empty where there
  /// is only one.
  public var schemas: [(name: String, schema: Table, rowCount: Int)] {
    (root.name.map { [($0, root.schema, root.rowCount)] } ?? [])
      + branches.map { ($0.name, $0.schema, $0.content.frame.provenance.rowCount) }
  }

  /// What a condition may be about: the rows of the first table without its key, or what never changes
  /// within an entity; nil where nothing is known of entities.
  public var entities: FittedTable? { root.model }
}

/// A table of a family as it is learned from.
public struct FamilyTable: Sendable {
  public var name: String
  public var rows: Table
  /// The column that says whose rows its rows are; nil of the first table.
  public var key: String?
  /// The column that never falls among the rows of one; nil keeps them as they stand.
  public var order: String?
  /// What they may look at besides: the columns of tables above, where it has none of that name.
  public var rules: TableRules

  public init(
    _ name: String, _ rows: Table, of key: String? = nil, by order: String? = nil,
    rules: TableRules = TableRules()
  ) {
    (self.name, self.rows, self.key, self.order, self.rules) = (name, rows, key, order, rules)
  }
}
