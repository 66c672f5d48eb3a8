import GenMedia

/// Tables of a family as they are learned: held against their rules and keys, and by what they belong
/// to.
struct FamilyLesson {
  typealias Branch = FamilyBranch<SequenceLesson>

  /// Nil where the entities are no table.
  let rootName: String?
  let rootSchema: Table
  let key: EntityKey
  /// What is known of every entity, without the key.
  let entities: Table
  /// Of the entities.
  let rules: TableRules
  private(set) var branches: [Branch] = []

  /// - Throws: ``FamilyTree/Fault``; ``SynthesisError``; ``TableError/unknownColumn(_:)``.
  init(_ tables: [FamilyTable]) throws {
    let (parents, keys) = try Self.kinship(of: tables)
    guard let first = tables.first, tables.count > 1 else { throw SynthesisError.emptyTable }
    guard let name = keys[0] else { throw SynthesisError.emptyTable }
    rootName = first.name
    rootSchema = first.rows.rows([])
    key = try EntityKey(try first.rows.column(name))
    entities = try first.rows.removing(name)
    rules = first.rules
    try Self.told(of: first.name) {
      try first.rows.checkNames(name)
      try rules.check(key: name)
      guard entities.rowCount > 1 else {
        throw entities.rowCount == 0 ? SynthesisError.emptyTable : .oneRow
      }
      // Entities of which only the names are known have nothing to be learned.
      guard !entities.columns.isEmpty || !rules.isEmpty else { return }
      _ = try FittedTable.framed(entities, rules)
    }
    var known = [first.rows]
    for (place, table) in tables.enumerated().dropFirst() {
      guard let parent = parents[place], let key = table.key else { continue }
      let above = known[parent]
      let branch = try Self.told(of: table.name) {
        try Self.branch(table, of: parent, above, named: keys[place])
      }
      branches.append(branch)
      known.append(try table.rows.removing(key).beside(table.rows.owners(in: above, by: key)))
    }
  }

  /// The rows of each table without keys; and the same with what is known of those that they belong to,
  /// where they do.
  ///
  /// - Throws: ``FamilyTree/Fault``; ``SynthesisError``; ``TableError``.
  static func views(of tables: [FamilyTable]) throws -> [(own: Table, whole: Table?)] {
    let (parents, keys) = try kinship(of: tables)
    var known: [Table] = []
    return try tables.enumerated().map { place, table in
      let named = [table.key, keys[place]].compactMap { $0 }
      let own = try named.reduce(table.rows) { try $0.removing($1) }
      guard let parent = parents[place], let key = table.key else {
        known.append(table.rows)
        return (own, nil)
      }
      let above = try table.rows.owners(in: known[parent], by: key)
      known.append(try table.rows.removing(key).beside(above))
      return (own, try own.beside(above))
    }
  }

  /// For each table the place of the one that its rows belong to, and the column by which those of others
  /// belong to it.
  private static func kinship(
    of tables: [FamilyTable]
  ) throws -> (parents: [Int?], keys: [String?]) {
    let parents = try FamilyTree.parents(
      of: tables.map { .init($0.name, $0.rows.columns.map(\.name), key: $0.key) })
    let keys = parents.indices.map { place in
      parents.firstIndex(of: place).flatMap { tables[$0].key }
    }
    return (parents, keys)
  }

  private static func branch(
    _ table: FamilyTable, of parent: Int, _ above: Table, named ownKey: String?
  ) throws -> Branch {
    let key = table.key ?? ""
    if let ownKey {
      try table.rows.checkNames(ownKey)
      try table.rules.check(key: ownKey)
    }
    let rows = try ownKey.map { try table.rows.removing($0) } ?? table.rows
    return Branch(
      name: table.name, schema: table.rows.rows([]), parent: parent == 0 ? nil : parent - 1,
      key: key, ownKey: try ownKey.map { try EntityKey(try table.rows.column($0)) },
      content: try SequenceLesson(
        .init(rows, of: key, by: table.order, rules: table.rules), named: table.name,
        entities: above))
  }

  /// The rows of entities that are no table.
  ///
  /// - Throws: ``SynthesisError``; ``TableError/unknownColumn(_:)``.
  init(_ subject: FittedSequences.Subject) throws {
    guard subject.rows.rowCount > 1 else {
      throw subject.rows.rowCount == 0 ? SynthesisError.emptyTable : .oneRow
    }
    let order = try EntityOrder(subject.rows, by: subject.key, order: nil, entities: nil)
    let facts = try EntityFacts(subject, order)
    let firsts = subject.rows.rows(order.starts.dropLast().map { order.rows[$0] })
    (rootName, rules) = (nil, facts.rules)
    key = try EntityKey(try subject.rows.column(subject.key))
    let known = try firsts.selecting([subject.key] + facts.names)
    rootSchema = known.rows([])
    entities = try known.removing(subject.key)
    if !facts.names.isEmpty { _ = try FittedTable.framed(entities, rules) }
    var rest = subject
    rest.rows = try facts.names.reduce(subject.rows) { try $0.removing($1) }
    rest.rules = facts.otherRules
    branches = [
      Branch(
        name: "", schema: subject.rows.rows([]), parent: nil, key: subject.key, ownKey: nil,
        content: try SequenceLesson(rest, entities: known))
    ]
  }

  /// What is wrong with one of several tables, with its name.
  private static func told<Result>(of table: String, _ work: () throws -> Result) throws -> Result {
    do { return try work() } catch let error as SynthesisError { throw error.told(of: table) }
  }
}

extension Table {
  /// That a column names each row by another entry.
  ///
  /// - Throws: ``SynthesisError/key(_:_:row:)``.
  fileprivate func checkNames(_ name: String) throws {
    var seen: [String: Int] = [:]
    for (row, text) in try EntityKey.texts(try column(name)).enumerated() {
      if let first = seen.updateValue(row, forKey: text) {
        throw SynthesisError.key(name, "is \"\(text)\", as in row \(first + 1)", row: row)
      }
    }
  }

  /// What is known of those above that each row belongs to, without what these are named by.
  ///
  /// - Requires: every row belongs to one of them.
  fileprivate func owners(in above: Table, by key: String) throws -> Table {
    let names = try EntityKey.texts(try above.column(key))
    let places = Dictionary(zip(names, names.indices)) { first, _ in first }
    let owners = try EntityKey.texts(try column(key)).compactMap { places[$0] }
    return try above.removing(key).rows(owners)
  }
}

extension SynthesisError {
  /// The same, with the table that it is about.
  fileprivate func told(of table: String) -> SynthesisError {
    func full(_ name: String) -> String {
      name.hasPrefix(table + ".") ? name : "\(table).\(name)"
    }
    return switch self {
    case .texts(let names): .texts(names.map(full))
    case .infinite(let column, let row): .infinite(column: full(column), row: row)
    case .unfit(let column, let reason): .unfit(column: full(column), reason: reason)
    case .rule(let rule, let reason, let row):
      .rule("of '\(table)', \(rule)", reason, row: row)
    case .key(let name, let reason, let row): .key(full(name), reason, row: row)
    default: self
    }
  }
}
