import GenMedia
import GenModels
import GenPipeline

extension TableVerbs {
  /// What is promised to the people in a table.
  @CatalogBuilder static var privacyVerbs: [Stage] {
    Stage(
      "dp",
      "A promise for fit: whoever is in the table changes the probability of any result by a factor of "
        + "at most e to the epsilon, up to delta.", topic: "tables",
      parameters: [
        Parameter<Double>(
          "epsilon", "How much a person may show; 1 is strong, 10 is weak.", in: 1e-6...1e6
        ).info,
        Parameter<Double>(
          "delta", "The chance that more is shown: below one in as many as there are rows.",
          in: 1e-30...0.5
        ).info,
        ParameterInfo(
          "others",
          "Of columns that are not named: refuse the fit, or buy their domain with noise.",
          .choice(["refuse", "buy"]), default: .symbol("refuse")),
        ParameterInfo(
          name: "columns",
          documentation:
            "What may be in a column, known without looking: [0, 120] from and to, [\"no\", \"yes\"] "
            + "all levels, or buy.",
          type: .optional(.variable("Domains")), initial: Value.none, gathersLabels: true,
          words: ["buy"]),
      ],
      result: .fixed(PrivacyTerms.valueType),
      examples: [
        .init("dp(epsilon: 3, delta: 1e-6, age: [0, 120]).epsilon", "3")
      ], effort: .instant
    ) { arguments in
      var columns = Value.record([])
      if case .record? = arguments["columns"] { columns = arguments["columns"] ?? columns }
      return .record([
        RecordField("epsilon", arguments["epsilon"] ?? .none),
        RecordField("delta", arguments["delta"] ?? .none),
        RecordField("others", arguments["others"] ?? .none), RecordField("columns", columns),
      ])
    }
  }
}

/// What `dp` promises.
struct PrivacyTerms {
  static let valueType = ValueType.record([
    .init("epsilon", .number), .init("delta", .number), .init("others", .text),
    .init("columns", .unknown),
  ])

  let epsilon: Double
  let delta: Double
  private let buysOthers: Bool
  let columns: [RecordField]

  init?(_ value: Value?) {
    guard let value, let epsilon = value.field("epsilon").flatMap(Double.init),
      let delta = value.field("delta").flatMap(Double.init),
      case .record(let columns)? = value.field("columns")
    else { return nil }
    (self.epsilon, self.delta, self.columns) = (epsilon, delta, columns)
    buysOthers = value.field("others").flatMap(String.init) == "buy"
  }

  /// `epsilon 3, delta 1e-06`.
  var written: String { "epsilon \(Value.number(epsilon).shortText(limit: 20)), delta \(delta)" }

  /// Columns of which nobody said what may be in them.
  func undeclared(_ names: [String]) -> [String] {
    buysOthers ? [] : names.filter { name in !columns.contains { $0.name == name } }
  }

  /// Refuses types that were found by looking at the rows, where nothing that was said implies them: a
  /// list of levels says that a column has levels, ends that are days that it has days, and other ends
  /// that it has numbers, with fractions.
  ///
  /// - Throws: ``Diagnostic``, with the line that says the types.
  func checkTypes(of table: Table) throws {
    let unpaid = table.columns.filter { column in
      let isImplied =
        column.type != .whole
        && columns.contains {
          $0.name == column.name && String($0.value) != "buy"
        }
      return column.isTypeFound && column.type != .text && !isImplied
    }
    if !unpaid.isEmpty { throw Diagnostic.unpaidTypes(unpaid) }
  }

  /// - Parameter names: The columns that are learned.
  /// - Throws: ``Diagnostic`` for a domain that is none; ``PrivacyError``.
  func protection(for table: Table, learning names: [String]) throws -> RowProtection {
    let learned = try table.selecting(names).columns
    let missing = undeclared(learned.map(\.name))
    if let first = missing.first {
      let isNumeric = table[first]?.type.isNumeric ?? true
      throw Diagnostic.undeclared(missing, example: isNumeric ? "[0, 120]" : "[\"no\", \"yes\"]")
    }
    var domains: [String: ColumnDomain] = [:]
    for column in learned {
      let said = columns.first { $0.name == column.name }?.value
      domains[column.name] = try said.map { try domain($0, of: column) } ?? .bought
    }
    return RowProtection(
      budget: try PrivacyBudget(epsilon: epsilon, delta: delta), domains: domains)
  }

  private func domain(_ value: Value, of column: Column) throws -> ColumnDomain {
    if String(value) == "buy" { return .bought }
    if let ends = [Double](value), ends.count == 2, ends[0] <= ends[1], column.type.isNumeric {
      return .range(ends[0]...ends[1])
    }
    guard let texts = [String](value), !texts.isEmpty else {
      throw Diagnostic.noDomain(column.name)
    }
    if column.type.isNumeric, texts.count == 2 {
      let ends = try? Column(column.name, .text, .texts(TextEntries(texts))).typed(column.type)
      guard let days = ends?.numbers, days[0] <= days[1] else {
        throw Diagnostic.noDomain(column.name)
      }
      return .range(days[0]...days[1])
    }
    guard column.type.hasLevels else { throw Diagnostic.noDomain(column.name) }
    return .levels(texts)
  }
}

extension Diagnostic {
  static func unprotecting(_ method: String) -> Diagnostic {
    Diagnostic(
      "E0790", message: "\(method) cannot protect the rows that it learns from",
      label: "it would show them",
      hint:
        "fit \(TableMethod.protecting.joined(separator: ", ")): what they learn from has noise on it"
    )
  }

  static func undeclared(_ columns: [String], example: String) -> Diagnostic {
    let named = columns.prefix(8).map { "'\($0)'" }.joined(separator: ", ")
    return Diagnostic(
      "E0791",
      message: "nothing says what may be in \(named)\(columns.count > 8 ? ", …" : "")",
      label: "looking would show the rows",
      hint: "say so, as in dp(…, \((columns.first ?? "age").asLabel): \(example)), or pay for it: "
        + "others: buy"
    )
  }

  static func unpaidTypes(_ columns: [Column]) -> Diagnostic {
    let named = columns.prefix(8).map { "'\($0.name)'" }.joined(separator: ", ")
    let said = columns.map { "\($0.name.asLabel): \($0.type.said)" }.joined(separator: ", ")
    let isOne = columns.count == 1
    return Diagnostic(
      "E0794",
      message: "the \(isOne ? "type" : "types") of \(named)\(columns.count > 8 ? ", …" : "") "
        + "\(isOne ? "was" : "were") found by looking at the rows, which nobody paid for",
      label: "what is in these columns has to be said",
      hint: "say it before fit, and change what is not so: |> schema(\(said))")
  }

  static func noDomain(_ column: String) -> Diagnostic {
    Diagnostic(
      "E0792", message: "this does not say what may be in '\(column)'",
      label: "no range, no levels",
      hint: "write [0, 120] for numbers and dates from and to, [\"no\", \"yes\"] for levels, or buy"
    )
  }

  static func privacy(_ error: PrivacyError) -> Diagnostic {
    Diagnostic("E0793", message: error.description, hint: "choose another epsilon or delta")
  }

  /// The pages of `gen explain` for promises of privacy.
  static let privacyPages: [String: String] = [
    "E0790": """
    Differential privacy is a property of how a model learns. `marginals` counts rows with noise; `tvae` and
    `tabdiff` train with noise on what each step learns, in which no row counts for more than any other. `copula`
    looks at rows as they are; `ctgan` picks rows by how rare their levels are, which would have to be paid for.
    """,
    "E0791": """
    Whatever is read off the table has to be paid for, also how large its numbers are and which words stand in
    it. `dp(…, age: [0, 120], smoker: ["no", "yes"])` says it without looking; `city: buy` or `others: buy`
    finds it out with noise, from the same epsilon.
    """,
    "E0792": """
    The domain of a column is a list: two numbers (or two dates, written as the column's are) from and to, or
    all the levels that there may be. Numbers outside count as the nearest end; a level that is not among them
    is refused.
    """,
    "E0794": """
    That a column holds whole numbers, or only a few words, is something that its rows tell. Where privacy is
    promised, it is said by whoever knows it without looking: `load("a.csv") |> schema(age: whole, sex: category)`.
    A domain in `dp` says it too: `["no", "yes"]` is levels, two days are days, two numbers are numbers.
    """,
    "E0793": """
    An epsilon is above 0. A delta is below one in as many as the table has rows: with a larger one,
    publishing a row at random would keep the promise.
    """,
  ]
}

extension ColumnType {
  /// As `schema` is told.
  fileprivate var said: String {
    switch self {
    case .date(let format), .time(let format): "\(name)(\"\(format)\")"
    default: name
    }
  }
}
