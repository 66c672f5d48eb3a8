import GenMedia
import GenModels
import GenPipeline
import GenTensor

extension Studio {
  /// `fit` and `sample` of tables that belong together.
  @CatalogBuilder var familyVerbs: [Stage] {
    familyFitting
    familySampling
  }

  private var familyFitting: Stage {
    Stage(
      "fit",
      "Learns tables of which the rows of the others belong to rows of one before them, by a key that "
        + "both have.", topic: "tables",
      parameters: [
        ParameterInfo(
          "tables",
          "A record of them, such as {patients: patients, visits: visits}; what others belong to has "
            + "every key once.", TableFamily.valueType),
        ParameterInfo("method", "How: \(TabFormer.method)(), which learns sequences.", .method),
        ParameterInfo(
          "key",
          "The column that says whose the rows are: one name for all tables, or by table, such as "
            + "{patients: \"clinic\", visits: \"patient\"}.", .variable("Keys")),
        ParameterInfo(
          "by",
          "The columns that the rows of one key are in the order of, by table: {visits: \"day\"}. "
            + "What is in them never falls.", .optional(.variable("Orders")), default: Value.none),
        ParameterInfo(
          name: "always",
          documentation:
            "What is so of every row, by table: {visits: r => r.nights >= 0 and r.day >= r.born}; the "
            + "columns of tables that it belongs to are there as well.",
          type: .optional(.variable("Rules")), initial: Value.none, narrowed: TableFamily.rules),
        ParameterInfo(
          "together",
          "Columns whose entries only go together as they were seen, by table: "
            + "{visits: [\"ward\", \"diagnosis\"]}.", .optional(.variable("Groups")),
          default: Value.none),
        ParameterInfo(
          "unique", "Columns in which nothing comes twice, by table: {patients: \"card\"}.",
          .optional(.variable("Singles")), default: Value.none),
        ParameterInfo(
          "personal",
          "Columns that look as if they told who somebody is, and may be learned all the same.",
          Names.valueType, default: .list([])),
        ParameterInfo(
          "privacy", "Nothing can be promised to somebody with rows in several tables.",
          .optional(PrivacyTerms.valueType), default: Value.none),
        Self.seed("Another seed learns in another order."),
      ],
      result: .byArguments { call in
        guard case .record(let fields)? = call.types["tables"] else { return .unknown }
        return .model(.record(fields))
      }, examples: [], version: 3, effort: .heavy, cost: CostRule { try await FamilyFit.cost($0) },
      check: { FamilyCall($0).problems },
      foresees: { arguments in
        do { try await FamilyFit.lookAhead(arguments) } catch { throw Studio.describe(error) }
      }, spends: { _ in .infinity }
    ) { arguments in
      let fit = try await FamilyFit(arguments)
      if let note = PersonalColumns.note(on: fit.tables.map(\.rows)) { announce(.noted(note)) }
      // What is wrong with the tables is said by the fit.
      tell(try? ObservedRules.written(of: fit.tables))
      let seed: Int = try arguments.read("seed")
      let context = StageContext.current
      let teller = FittingTeller(studio: self, context: context)
      let model = try await FittedFamily(fit.tables, fit.settings, named: fit.name) { name in
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
        ParameterInfo(
          name: "where",
          documentation:
            "What has to be true of every row of the first table, the others being as such rows have "
            + "them: r => r.age > 60.",
          type: .optional(.function([TableVerbs.row], .bool)), initial: Value.none,
          narrowed: TableFamily.condition),
        Self.seed("Another seed makes other rows."), Drawing.precision.info,
      ],
      result: .fixed(TableFamily.valueType), examples: [],
      check: checkTables
    ) { arguments in
      let (count, seed): (Int, Int) = (try arguments.read("rows"), try arguments.read("seed"))
      let context = StageContext.current
      guard case .family(let family) = try FittedTables(arguments.read("model")) else {
        throw Diagnostic.noFamilyModel(.model(.table(.unknown)))
      }
      let made = try await family.rows(
        count, seed: UInt64(max(0, seed)), where: Self.condition(arguments, of: family),
        mode: NumericMode(setting: try arguments.read("precision"))
      ) { context.report(.init("row", min($0, count), of: count)) }
      return .record(made.map { RecordField($0.name, .table($0.rows)) })
    }
  }

  /// What the rows of the first table, or what never changes of an entity, have to be; nil where nothing
  /// is asked.
  ///
  /// - Throws: ``Diagnostic`` for a condition on something else.
  static func condition(
    _ arguments: Arguments, of family: FittedFamily
  ) throws -> RowCondition? {
    guard case .function(let function)? = arguments["where"] else { return nil }
    guard let entities = family.entities else { throw Diagnostic.noConditions() }
    let known = entities.schema.columns.map(\.name)
    if let other = function.formula?.columns.first(where: { !known.contains($0) }) {
      throw Diagnostic.noCondition(other, known)
    }
    return try condition(function, of: entities)
  }
}

/// Tables under their names.
struct TableFamily: ValueConvertible {
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

  /// For each table a function of its rows, in which the columns of those before it are there as well.
  @Sendable static func rules(_ known: [String: ValueType]) -> ValueType? {
    guard case .record(let tables)? = known["Tables"] else { return nil }
    var above: [ValueType.Field]? = []
    return .record(
      tables.map { table in
        guard let fields = above, let own = table.type.rowFields else {
          above = nil
          return .init(table.name, .function([.unknown], .bool))
        }
        let all = own + fields.filter { field in !own.contains { $0.name == field.name } }
        above = all
        return .init(table.name, .function([.record(all)], .bool))
      })
  }

  /// A function of the rows of the first table.
  @Sendable static func condition(_ known: [String: ValueType]) -> ValueType? {
    guard case .record(let tables)? = known["Tables"], case .table(let row)? = tables.first?.type
    else { return nil }
    return .optional(.function([row], .bool))
  }
}

extension ValueType {
  var isTable: Bool { if case .table = self { true } else { false } }

  /// The columns of a table; nil where they are not known.
  fileprivate var rowFields: [Field]? {
    if case .table(.record(let fields)) = self { fields } else { nil }
  }
}

/// What is wrong with a model that was not fitted to tables.
@Sendable func checkTables(_ call: CallShape) -> [Diagnostic] {
  switch call.types["model"] {
  case .model(.record)?, .model(.table)?, .model(nil)?, .model(.unknown)?, .unknown?, nil: []
  case let type?: [Diagnostic.noFamilyModel(type).placed(at: call.places["model"])]
  }
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
