import GenMedia
import GenModels
import GenPipeline

/// A fit of tables that belong together, of its arguments.
struct FamilyFit {
  let tables: [FamilyTable]
  let settings: TabFormer.Settings
  /// The method as a script would write it.
  let name: String

  /// - Throws: ``Diagnostic`` for a method that does not learn sequences, personal columns that nobody
  ///   decided about, and rules that cannot be looked into.
  init(_ arguments: Arguments) async throws {
    let choice: MethodChoice = try arguments.read("method")
    settings = try TableMethod.sequenceSettings(of: choice)
    name = Value.method(choice).shortText(limit: 200)
    // A record of anything is handed over as it is, with the calls in it.
    let value = try await Given.known(arguments["tables"] ?? .none)
    guard let family = TableFamily(value) else { throw Diagnostic.noFamily(value.type) }
    guard let keys = TableKeys(arguments["key"] ?? .none) else {
      throw Diagnostic.noKeys(arguments["key"]?.type ?? .none)
    }
    let decided: Names = try arguments.read("personal")
    let rules = try Self.rules(arguments)
    let orders = ByTable(arguments["by"]) { String($0) }
    let names = keys.all
    for table in family.tables {
      try PersonalColumns.check(table.rows, but: decided.all + names)
    }
    tables = family.tables.enumerated().map { place, table in
      FamilyTable(
        table.name, table.rows, of: place == 0 ? nil : keys.column(of: table.name),
        by: orders?[table.name], rules: rules[table.name] ?? TableRules())
    }
  }

  /// - Throws: ``Diagnostic`` for a function that cannot be looked into.
  private static func rules(_ arguments: Arguments) throws -> [String: TableRules] {
    var rules: [String: TableRules] = [:]
    for field in ByTable(arguments["always"], { $0 })?.entries ?? [] {
      guard case .function(let function) = field.entry else { continue }
      guard let formula = function.formula else { throw Diagnostic.opaqueRule(function.name) }
      rules[field.table, default: TableRules()].always = formula.conjuncts
    }
    for field in ByTable(arguments["together"], NameGroups.init)?.entries ?? [] {
      rules[field.table, default: TableRules()].together = field.entry.all
    }
    for field in ByTable(arguments["unique"], Names.init)?.entries ?? [] {
      rules[field.table, default: TableRules()].unique = field.entry.all
    }
    return rules
  }

  /// What a fit would find wrong with its tables, as far as these are at hand.
  static func lookAhead(_ arguments: Arguments) async throws {
    _ = try TableMethod.sequenceSettings(of: arguments.read("method"))
    guard let value = arguments["tables"], !value.isDeferred else { return }
    try FittedFamily.check(await FamilyFit(arguments).tables)
  }
}

extension FamilyFit {
  /// What a fit takes: of the first table as of one that stands alone, of the others as of entities.
  ///
  /// - Throws: when nobody can tell.
  static func cost(_ call: CostCall) async throws -> Cost {
    let choice: MethodChoice = try call.read("method")
    let method = try TableMethod.named(choice.name)
    guard case .record(let fields)? = call.arguments["tables"] else { return Cost(seconds: nil) }
    var (seconds, memory) = (0.0, 0)
    for (place, field) in fields.enumerated() {
      let rows = try call.rows("tables.\(field.name)")
      let cost =
        place == 0
        ? try await method.cost(
          call, choice,
          of: .init(rowCount: rows.rowCount, columnCount: max(1, rows.columnCount - 1)))
        : try await method.sequenceCost(call, choice, of: rows)
      guard let own = cost.seconds else { return Cost(seconds: nil) }
      // One after the other.
      (seconds, memory) = (seconds + own, max(memory, cost.memory))
    }
    return Cost(seconds: seconds, memory: memory)
  }
}

/// An entry for each of some tables, of a record.
struct ByTable<Entry> {
  let entries: [(table: String, entry: Entry)]

  init?(_ value: Value?, _ read: (Value) -> Entry?) {
    guard case .record(let fields)? = value else { return nil }
    entries = fields.compactMap { field in read(field.value).map { (field.name, $0) } }
    guard entries.count == fields.count else { return nil }
  }

  subscript(table: String) -> Entry? { entries.first { $0.table == table }?.entry }
}

/// The columns that say whose rows are: one for all tables, or one for each.
struct TableKeys {
  private let common: String?
  private let own: ByTable<String>?

  init?(_ value: Value) {
    (common, own) = (String(value), ByTable(value) { String($0) })
    if common == nil, own == nil { return nil }
  }

  var all: [String] { (common.map { [$0] } ?? []) + (own?.entries.map(\.entry) ?? []) }
  /// The tables that have one of their own.
  var tables: [String] { own?.entries.map(\.table) ?? [] }

  func column(of table: String) -> String? { common ?? own?[table] }
}
