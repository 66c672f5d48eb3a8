import GenMedia
import GenModels
import GenPipeline
import GenTables
import GenTensor

extension Studio {
  /// Verbs that learn from tables and make new rows, and the methods that they know.
  @CatalogBuilder var fittingVerbs: [Stage] {
    fitting
    sampling
    familyVerbs
    TableMethod.all.map(\.stage)
  }

  /// A table that tells who nobody is.
  static let example = "table(age: [36, 41, 29], smoker: [\"no\", \"yes\", \"no\"])"

  private var fitting: Stage {
    Stage(
      "fit", "Learns from the rows of a table, so that others like them can be made.",
      topic: "tables",
      parameters: [
        TableVerbs.table,
        ParameterInfo(
          "method",
          "How: " + TableMethod.all.map { "\($0.stage.name)()" }.joined(separator: ", ") + ".",
          .method),
        ParameterInfo(
          "always",
          "What is so of every row, and has to be of every row that is made: "
            + "r => r.start <= r.end and r.total == r.net + r.tax.",
          .optional(.function([TableVerbs.row], .bool)), default: Value.none),
        ParameterInfo(
          "together",
          "Columns whose entries only go together as they were seen, such as [\"city\", \"country\"]; "
            + "or a list of such lists.", NameGroups.valueType, default: .list([])),
        ParameterInfo(
          "unique", "Columns in which nothing comes twice.", Names.valueType, default: .list([])),
        ParameterInfo(
          "personal",
          "Columns that look as if they told who somebody is, and may be learned all the same.",
          Names.valueType, default: .list([])),
        ParameterInfo(
          "privacy", "What is promised to the people in the table: dp(epsilon: 3, delta: 1e-6).",
          .optional(PrivacyTerms.valueType), default: Value.none),
        ParameterInfo(
          "of",
          "The column that names the entity of a row, such as a patient: then the rows of each are "
            + "learned together, and sample makes entities with all their rows.", .optional(.text),
          default: Value.none),
        ParameterInfo(
          "by", "With of, the column that the rows of an entity are in the order of.",
          .optional(.text), default: Value.none),
        Self.seed("Another seed learns in another order."),
      ],
      result: .fixed(.model(.table(TableVerbs.row))),
      examples: [
        .init(
          "\(Self.example) |> fit(copula())",
          "Model<Table> by copula() of 3 rows, 2 columns")
      ], version: 4, effort: .heavy,
      cost: CostRule { call in
        let choice: MethodChoice = try call.read("method")
        let (method, rows) = (try TableMethod.named(choice.name), try call.rows("table"))
        guard String(call.arguments["of"] ?? .none) == nil else {
          return try await method.sequenceCost(call, choice, of: rows)
        }
        return try await method.cost(
          call, choice, of: rows,
          isProtected: PrivacyTerms(call.arguments["privacy"]) != nil)
      },
      check: { call in
        let table = TableCall(call)
        let named = ["unique", "personal", "of", "by"].filter(call.given.contains)
        return named.flatMap { table.checkNames($0) } + table.checkGroups("together")
          + table.checkEntities()
      },
      foresees: { arguments in
        do { try Self.lookAhead(arguments) } catch { throw Studio.describe(error) }
      }, spends: { PrivacyTerms($0["privacy"])?.epsilon ?? .infinity }
    ) { arguments in
      let choice: MethodChoice = try arguments.read("method")
      let seed: Int = try arguments.read("seed")
      let method = try TableMethod.named(choice.name)
      let context = StageContext.current
      let teller = FittingTeller(studio: self, context: context)
      let run = FittingRun(
        seed: UInt64(max(0, seed)), checkpoint: context.unfinished?.path(ofPart: "fit")
      ) { teller.tell($0) }
      if let terms = PrivacyTerms(arguments["privacy"]) {
        return .fitted(try FittedModel(.rows(await Self.protected(arguments, choice, terms, run))))
      }
      try Self.checkPersonal(arguments)
      try tellWhatWasSeen(arguments)
      let losses = context.unfinished?.path(ofPart: "losses")
      if let of = String(arguments["of"] ?? .none) {
        let by = String(arguments["by"] ?? .none)
        let rows = try FittedSequences.Subject(
          TableVerbs.table(arguments), of: of, by: by, rules: Self.rules(arguments))
        let model = try await FittedFamily(
          rows, TableMethod.sequenceSettings(of: choice),
          named: Value.method(choice).shortText(limit: 200)
        ) { part in
          guard !part.isEmpty else { return (run, losses) }
          var own = run
          own.checkpoint = context.unfinished?.path(ofPart: "fit-\(part)")
          return (own, context.unfinished?.path(ofPart: "losses-\(part)"))
        }
        return .fitted(try FittedModel(.family(model)))
      }
      let model = try await method.fit(
        TableMethod.Request(
          table: TableVerbs.table(arguments), settings: method.arguments(of: choice),
          name: Value.method(choice).shortText(limit: 200), rules: Self.rules(arguments), run: run,
          losses: losses))
      return .fitted(try FittedModel(.rows(model)))
    }
  }

  /// What is made up, and what rules the rows keep that nobody said.
  private func tellWhatWasSeen(_ arguments: Arguments) throws {
    let table = try TableVerbs.table(arguments)
    if let note = PersonalColumns.note(on: [table]) { announce(.noted(note)) }
    var seen = ObservedRules(of: table, besides: try Self.rules(arguments))
    // What never changes of an entity tells everything else that never does.
    if String(arguments["of"] ?? .none) != nil { seen.rules.together = [] }
    tell(seen.written)
  }

  /// Rules that nobody said, as arguments.
  func tell(_ rules: String?) {
    guard let rules else { return }
    announce(.noted("so in every row; to have it in every made one, too: \(rules)"))
  }

  private static func checkPersonal(_ arguments: Arguments) throws {
    let decided: Names = try arguments.read("personal")
    let key = String(arguments["of"] ?? .none)
    try PersonalColumns.check(
      TableVerbs.table(arguments), but: decided.all + (key.map { [$0] } ?? []))
  }

  /// What a fit would find wrong with its table.
  private static func lookAhead(_ arguments: Arguments) throws {
    if PrivacyTerms(arguments["privacy"]) != nil { try checkProtecting(arguments) }
    let entity = String(arguments["of"] ?? .none)
    if entity != nil { _ = try TableMethod.sequenceSettings(of: arguments.read("method")) }
    guard case .table? = arguments["table"] else { return }
    let (table, rules) = (try TableVerbs.table(arguments), try rules(arguments))
    if let terms = PrivacyTerms(arguments["privacy"]) {
      try protection(arguments, terms).budget.check(rowCount: table.rowCount)
    } else {
      try checkPersonal(arguments)
      guard let entity else { return try FittedTable.check(rules, for: table) }
      let order = String(arguments["by"] ?? .none)
      try FittedFamily.check(
        FittedSequences.Subject(table, of: entity, by: order, rules: rules))
    }
  }

  /// Refuses a promise that the method cannot keep.
  private static func checkProtecting(_ arguments: Arguments) throws {
    let choice: MethodChoice = try arguments.read("method")
    guard try TableMethod.named(choice.name).type.canProtect else {
      throw Diagnostic.unprotecting(choice.name)
    }
  }

  /// What a promise says of the columns of the table, once nothing is left undecided.
  private static func protection(
    _ arguments: Arguments, _ terms: PrivacyTerms
  ) throws -> RowProtection {
    try checkProtecting(arguments)
    try checkPersonal(arguments)
    let table = try TableVerbs.table(arguments)
    if let unknown = terms.columns.map(\.name).first(where: { table[$0] == nil }) {
      throw Diagnostic.noColumn(unknown, table.columns.map(\.name))
    }
    let learned = try FittedTable.protectedColumns(of: table, rules(arguments))
    try terms.checkTypes(of: table)
    return try terms.protection(for: table, learning: learned)
  }

  private static func protected(
    _ arguments: Arguments, _ choice: MethodChoice, _ terms: PrivacyTerms, _ run: FittingRun
  ) async throws -> FittedTable {
    let protection = try protection(arguments, terms)
    let method = try TableMethod.named(choice.name)
    let (table, rules) = (try TableVerbs.table(arguments), try rules(arguments))
    return try await method.protect(
      TableMethod.Request(
        table: table, settings: method.arguments(of: choice, isProtected: true),
        name: "\(Value.method(choice).shortText(limit: 200)) at \(terms.written)", rules: rules,
        run: run), protection)
  }

  /// - Throws: ``Diagnostic`` for a function that cannot be looked into.
  private static func rules(_ arguments: Arguments) throws -> TableRules {
    let (groups, unique): (NameGroups, Names) = (
      try arguments.read("together"), try arguments.read("unique")
    )
    var rules = TableRules(together: groups.all, unique: unique.all)
    if case .function(let function)? = arguments["always"] {
      guard let formula = function.formula else {
        throw Diagnostic.opaqueRule(function.name)
      }
      rules.always = formula.conjuncts
    }
    return rules
  }

  private var sampling: Stage {
    Stage(
      "sample", "Makes new rows by a model that was fitted to a table.", topic: "tables",
      parameters: [
        ParameterInfo("model", "What fit has made.", .model(.table(TableVerbs.row))),
        ParameterInfo(
          "rows", "How many; of a model of entities, how many of these.", .int, in: 0...100_000_000),
        ParameterInfo(
          "where",
          "What has to be true of every row: r => r.age > 60; of a model of entities, of what never "
            + "changes within one.",
          .optional(.function([TableVerbs.row], .bool)), default: Value.none),
        Self.seed("Another seed makes other rows."), Drawing.precision.info,
      ],
      result: .fixed(.table(TableVerbs.row)),
      examples: [
        .init(
          "\(Self.example) |> fit(copula()) |> sample(5)", "Table of 5 rows, 2 columns")
      ]
    ) { arguments in
      let (count, seed): (Int, Int) = (try arguments.read("rows"), try arguments.read("seed"))
      let number = UInt64(max(0, seed))
      let mode = NumericMode(setting: try arguments.read("precision"))
      let context = StageContext.current
      let model: FittedTable
      switch try FittedTables(arguments.read("model")) {
      case .rows(let rows): model = rows
      case .family(let family):
        let made = try await family.rows(
          count, seed: number, where: Self.condition(arguments, of: family), mode: mode
        ) { context.report(.init("entity", $0, of: count)) }
        return made.first.map { .table($0.rows) } ?? .none
      }
      guard case .function(let function)? = arguments["where"] else {
        return .table(try await model.rows(count, seed: number, mode: mode))
      }
      return .table(
        try await model.rows(
          count, seed: number, where: Self.condition(function, of: model), mode: mode
        ) { context.report(.init("row", $0, of: count)) })
    }
  }

  static func seed(_ documentation: String) -> ParameterInfo {
    ParameterInfo(
      name: "seed", documentation: documentation, type: .int, range: 0...9_007_199_254_740_991,
      initial: .int(0), setting: "seed")
  }

  /// What a function of a row says, looked into as far as that goes.
  static func condition(
    _ function: FunctionValue, of model: FittedTable
  ) throws -> RowCondition {
    let demand = try function.formula.map { try model.demand(of: $0) } ?? RowDemand()
    return RowCondition(demand) { try await TableVerbs.truths(function, $0) }
  }
}

extension TableVerbs {
  /// In which rows a function says true.
  ///
  /// - Throws: ``Diagnostic`` for a date that is compared with a text of another form.
  static func truths(_ function: FunctionValue, _ table: Table) async throws -> [Bool] {
    if let date = function.formula?.misreadDate(in: table) { throw Diagnostic.misread(date) }
    if let truths = function.formula?.isTrue(in: table) { return truths }
    return try await values(function, table).map {
      if case .bool(true) = $0 { true } else { false }
    }
  }
}

extension FittedModel {
  init(_ model: FittedTables) throws {
    self.init(
      model.schemas.map { Member($0.name, $0.schema, rowCount: $0.rowCount) },
      method: model.parts.first?.model.provenance.method ?? "", content: try model.bytes())
  }
}

extension FittedTables {
  /// - Throws: ``SynthesisError``; ``WeightsError``.
  public init(_ model: FittedModel) throws {
    try self.init(
      model.content, named: "the fitted model", methods: TableMethod.all.map(\.type))
  }
}

/// A list of names, or several such lists.
struct NameGroups: ValueConvertible {
  static var valueType: ValueType { .variable("Columns") }
  let all: [[String]]

  init?(_ value: Value) {
    if let names = [String](value) {
      all = names.isEmpty ? [] : [names]
    } else if let groups = [[String]](value) {
      all = groups
    } else {
      return nil
    }
  }

  var value: Value { all.value }
}

extension TableCall {
  /// What is wrong with what says which rows belong together.
  fileprivate func checkEntities() -> [Diagnostic] {
    let isGiven = call.given.contains("of")
    if call.given.contains("by"), !isGiven {
      return [Diagnostic.orderOfNothing().placed(at: call.places["by"])]
    }
    guard isGiven, call.given.contains("privacy") else { return [] }
    return [Diagnostic.noSequencesInPrivate().placed(at: call.places["privacy"])]
  }

  /// What is wrong with an argument of groups of columns.
  fileprivate func checkGroups(_ parameter: String) -> [Diagnostic] {
    guard let value = call.constants[parameter] else { return [] }
    let place = call.places[parameter] ?? call.places["table"]
    guard let groups = NameGroups(value) else {
      return [Diagnostic.noNames(parameter, value.type).placed(at: place)]
    }
    let short = groups.all.filter { $0.count == 1 }.map {
      Diagnostic.aloneTogether($0[0]).placed(at: place)
    }
    guard let known = columns()?.map(\.name) else { return short }
    return short
      + groups.all.flatMap { $0 }.filter { !known.contains($0) }.map {
        Diagnostic.noColumn($0, known).placed(at: place)
      }
  }
}

extension Diagnostic {
  static func opaqueRule(_ text: String) -> Diagnostic {
    Diagnostic(
      "E0785", message: "this rule cannot be looked into: \(text)",
      hint: "write it with columns, numbers, texts, + - * / and comparisons, joined by and")
  }

  static func aloneTogether(_ name: String) -> Diagnostic {
    Diagnostic(
      "E0786", message: "'\(name)' alone goes together with nothing", label: "one column",
      hint: "name two columns or more: together: [\"\(name)\", …]")
  }

  static func orderOfNothing() -> Diagnostic {
    Diagnostic(
      "E0787", message: "'by' orders the rows of an entity, and nothing says which rows are of one",
      label: "an order of what?", hint: "name the column that does: of: \"patient\"")
  }

  static func noSequencesInPrivate() -> Diagnostic {
    Diagnostic(
      "E0787",
      message: "no promise of privacy can be kept for the rows of an entity together: it protects "
        + "single rows, and an entity shows in all of its own",
      label: "only for rows that stand alone",
      hint: "leave the promise out, or make a table with a row for each first: group(table, by: …)")
  }

  static func synthesis(_ error: SynthesisError) -> Diagnostic {
    Diagnostic("E0783", message: error.description, hint: error.hint)
  }
}
