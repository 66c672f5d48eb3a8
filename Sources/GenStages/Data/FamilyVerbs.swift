import GenMedia
import GenModels
import GenPipeline

extension Studio {
  /// `fit` and `sample` of tables that belong together.
  @CatalogBuilder var familyVerbs: [Stage] {
    familyFitting
    familySampling
  }

  private var familyFitting: Stage {
    Stage(
      "fit",
      "Learns tables of which the rows of the others belong to rows of the first, by a key that all of "
        + "them have.", topic: "tables",
      parameters: [
        ParameterInfo(
          "tables",
          "A record of them, such as {patients: patients, visits: visits}; in the first every key comes "
            + "once.", TableFamily.valueType),
        ParameterInfo("method", "How: \(TabFormer.method)(), which learns sequences.", .method),
        ParameterInfo("key", "The column that says which rows belong together.", .text),
        ParameterInfo(
          "by",
          "The columns that the rows of one key are in the order of, by table: {visits: \"day\"}. "
            + "What is in them never falls.", .optional(.variable("Orders")), default: Value.none),
        ParameterInfo(
          "personal",
          "Columns that look as if they told who somebody is, and may be learned all the same.",
          Names.valueType, default: .list([])),
        Self.seed("Another seed learns in another order."),
      ],
      result: .byArguments { call in
        guard case .record(let fields)? = call.types["tables"] else { return .unknown }
        return .model(.record(fields))
      }, examples: [], effort: .heavy, cost: CostRule { _ in Cost(seconds: nil) },
      check: { FamilyCall($0).problems }, spends: { _ in .infinity }
    ) { arguments in
      let (choice, key): (MethodChoice, String) = (
        try arguments.read("method"), try arguments.read("key")
      )
      let decided: Names = try arguments.read("personal")
      // A record of anything is handed over as it is, with the calls in it.
      let tables = try await Given.known(arguments["tables"] ?? .none)
      guard let family = TableFamily(tables) else { throw Diagnostic.noFamily(tables.type) }
      for table in family.tables { try Self.checkPersonal(table.rows, but: decided, key) }
      let orders = TableOrders(arguments["by"])
      let settings = try TableMethod.sequenceSettings(of: choice)
      let seed: Int = try arguments.read("seed")
      let context = StageContext.current
      let teller = FittingTeller(studio: self, context: context)
      let model = try await FittedFamily(
        FittedFamily.Tables(
          parent: (family.tables[0].name, family.tables[0].rows, TableRules()),
          children: family.tables.dropFirst().map {
            ($0.name, .init($0.rows, of: key, by: orders?.column(of: $0.name)))
          }), key: key, settings, named: Value.method(choice).shortText(limit: 200)
      ) { name in
        (
          FittingRun(
            seed: UInt64(max(0, seed)), checkpoint: context.unfinished?.path(ofPart: "fit-\(name)")
          ) { teller.tell($0) }, context.unfinished?.path(ofPart: "losses-\(name)")
        )
      }
      return .fitted(try FittedModel(.family(model)))
    }
  }

  private var familySampling: Stage {
    Stage(
      "sample",
      "Makes new rows of tables that belong together, by a model that was fitted to such.",
      topic: "tables",
      parameters: [
        ParameterInfo("model", "What fit has made of them.", .model(TableFamily.valueType)),
        ParameterInfo("rows", "How many of the first table.", .int, in: 0...100_000_000),
        Self.seed("Another seed makes other rows."),
      ],
      result: .fixed(TableFamily.valueType), examples: [],
      check: checkTables
    ) { arguments in
      let (count, seed): (Int, Int) = (try arguments.read("rows"), try arguments.read("seed"))
      let context = StageContext.current
      guard case .family(let family) = try FittedTables(arguments.read("model")) else {
        throw Diagnostic.noFamilyModel(.model(.table(.unknown)))
      }
      let made = try await family.rows(count, seed: UInt64(max(0, seed))) {
        context.report(.init("row", $0, of: count))
      }
      return .record(made.map { RecordField($0.name, .table($0.rows)) })
    }
  }
}

/// Tables under their names.
private struct TableFamily: ValueConvertible {
  static var valueType: ValueType { .variable("Tables") }
  let tables: [(name: String, rows: Table)]

  init?(_ value: Value) {
    guard case .record(let fields) = value else { return nil }
    tables = fields.compactMap { field in
      if case .table(let table) = field.value { (field.name, table) } else { nil }
    }
    guard tables.count == fields.count, tables.count > 1 else { return nil }
  }

  var value: Value { .record(tables.map { RecordField($0.name, .table($0.rows)) }) }
}

/// A column for each of some tables.
private struct TableOrders {
  let columns: [(table: String, column: String)]

  init?(_ value: Value?) {
    guard case .record(let fields)? = value else { return nil }
    columns = fields.compactMap { field in String(field.value).map { (field.name, $0) } }
    guard columns.count == fields.count else { return nil }
  }

  func column(of table: String) -> String? { columns.first { $0.table == table }?.column }
}

/// A call of `fit` on a record of tables as the check sees it.
private struct FamilyCall {
  private let call: CallShape

  init(_ call: CallShape) { self.call = call }

  var problems: [Diagnostic] {
    var problems: [Diagnostic] = []
    guard let type = call.types["tables"], type != .unknown else { return problems }
    guard case .record(let fields) = type, fields.count > 1, fields.allSatisfy({ $0.type.isTable })
    else { return problems + [Diagnostic.noFamily(type).placed(at: call.places["tables"])] }
    if let key = call.constants["key"].flatMap(String.init) {
      problems += fields.compactMap { check(key, in: $0, at: "key") }
    }
    return problems + checkOrders(fields)
  }

  private func checkOrders(_ fields: [ValueType.Field]) -> [Diagnostic] {
    let place = call.places["by"]
    guard let value = call.constants["by"], value.type != .none else { return [] }
    guard let orders = TableOrders(value) else {
      return [Diagnostic.noOrders(value.type).placed(at: place)]
    }
    return orders.columns.compactMap { order in
      guard let field = fields.dropFirst().first(where: { $0.name == order.table }) else {
        return Diagnostic.noMember(order.table, fields.dropFirst().map(\.name)).placed(at: place)
      }
      return check(order.column, in: field, at: "by")
    }
  }

  private func check(
    _ column: String, in table: ValueType.Field, at parameter: String
  ) -> Diagnostic? {
    guard case .table(.record(let columns)) = table.type,
      !columns.contains(where: { $0.name == column })
    else { return nil }
    return Diagnostic.noColumn(column, columns.map(\.name), of: "'\(table.name)'")
      .placed(at: call.places[parameter])
  }
}

/// What is wrong with a model that was not fitted to tables.
@Sendable func checkTables(_ call: CallShape) -> [Diagnostic] {
  switch call.types["model"] {
  case .model(.record)?, .model(.table)?, .model(nil)?, .model(.unknown)?, .unknown?, nil: []
  case let type?: [Diagnostic.noFamilyModel(type).placed(at: call.places["model"])]
  }
}

extension ValueType {
  fileprivate var isTable: Bool { if case .table = self { true } else { false } }
}

extension TableMethod {
  /// The settings of a method that learns sequences.
  ///
  /// - Throws: ``Diagnostic`` for one that does not.
  static func sequenceSettings(of choice: MethodChoice) throws -> TabFormer.Settings {
    guard choice.name == TabFormer.method else { throw Diagnostic.noSequences(choice.name) }
    return try tabformerSettings(named(choice.name).arguments(of: choice))
  }
}

extension Diagnostic {
  static func noSequences(_ method: String) -> Diagnostic {
    Diagnostic(
      "E0787", message: "\(method) learns rows by themselves, not what follows what",
      label: "no rows of one entity", hint: "take \(TabFormer.method)(), which learns sequences")
  }

  static func noFamily(_ type: ValueType) -> Diagnostic {
    Diagnostic(
      "E0788", message: "'key' joins the tables of a record, not \(type)", label: "this is \(type)",
      hint:
        "write {patients: patients, visits: visits}; for the rows of one table, write of: instead")
  }

  static func noFamilyModel(_ type: ValueType) -> Diagnostic {
    Diagnostic(
      "E0788", message: "no rows can be made by \(type)", label: "this is \(type)",
      hint: "sample makes rows by what fit has made of a table, or of a record of tables")
  }

  static func noOrders(_ type: ValueType) -> Diagnostic {
    Diagnostic(
      "E0788", message: "'by' takes a column for each table, not \(type)", label: "this is \(type)",
      hint: "write by: {visits: \"day\"}")
  }

  static func noMember(_ name: String, _ known: [String]) -> Diagnostic {
    Diagnostic(
      "E0788", message: "no table behind the first is called '\(name)'",
      label: "there is no such table",
      hint: Suggestion.nearest(to: name, in: known).map { "Did you mean '\($0)'?" }
        ?? "their names are \(known.joined(separator: ", "))")
  }
}
