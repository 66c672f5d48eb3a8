import GenMedia
import GenPipeline

/// Verbs on tables.
enum TableVerbs {
  static let row = ValueType.variable("Row")
  static let table = ParameterInfo("table", "The table.", .table(row))
  static let sample = "table(name: [\"Ada\", \"Bo\", \"Cy\"], age: [36, 41, 29])"

  @CatalogBuilder static var stages: [Stage] {
    making
    choosing
    changing
    gathering
  }

  /// An argument as a table.
  static func table(_ arguments: Arguments, _ name: String = "table") throws -> Table {
    try arguments.read(name)
  }

  static func function(_ value: Value?) throws -> FunctionValue {
    guard case .function(let function)? = value else { throw Diagnostic.wrongKind() }
    return function
  }

  /// What a function says of every row.
  static func values(
    _ function: FunctionValue, _ table: Table
  ) async throws -> [Value] {
    var values: [Value] = []
    values.reserveCapacity(table.rowCount)
    for place in 0..<table.rowCount {
      if place & 0xFFF == 0 { try Task.checkCancellation() }
      values.append(try await Given.known(function.call([table.row(place)])))
    }
    return values
  }

  @CatalogBuilder private static var making: [Stage] {
    Stage(
      "table", "Makes a table of lists, one for each column.", topic: "tables",
      parameters: [
        ParameterInfo(
          name: "columns", documentation: "A list for each column, under its name.",
          type: .variable("Columns"), gathersLabels: true)
      ],
      result: .byArguments { call in
        .table(
          .record(
            TableCall(call).gathered("columns").map { field in
              guard case .list(let entry) = field.type else { return .init(field.name, .unknown) }
              return .init(field.name, entry)
            }))
      },
      examples: [.init(sample, "Table of 3 rows, 2 columns")],
      check: { call in
        TableCall(call).gathered("columns").filter { !$0.type.isColumn }.map {
          Diagnostic.noEntries($0.name, $0.type).placed(at: call.places["columns"])
        }
      }
    ) { arguments in
      guard case .record(let fields) = try await Given.known(arguments["columns"] ?? .none) else {
        throw Diagnostic.wrongKind()
      }
      return .table(
        try Table(
          fields.map { field in
            guard case .list(let entries) = field.value else { throw Diagnostic.wrongKind() }
            return try column(field.name, entries)
          }))
    }
  }

  /// A column of values, of the type that they have in common.
  static func column(_ name: String, _ values: [Value]) throws -> Column {
    let known = values.filter { if case .none = $0 { false } else { true } }
    let isNumeric = known.contains { if case .number = $0 { true } else { false } }
    let type = isNumeric ? .number : known.first?.type ?? .number
    guard known.allSatisfy({ $0.type == type || ($0.type == .int && type == .number) }),
      let column = Column(name, values: values, type: type)
    else { throw Diagnostic.noEntries(name, .list(known.last?.type ?? .none)) }
    return column
  }

  @CatalogBuilder private static var choosing: [Stage] {
    Stage(
      "select", "Keeps some columns of a table, in the order in which they are named.",
      topic: "tables",
      parameters: [
        table, ParameterInfo("columns", "The names of the columns.", Names.valueType),
      ],
      result: .byArguments { call in
        let call = TableCall(call)
        guard let names = call.names("columns"), let fields = call.columns() else {
          return .table(.unknown)
        }
        return .table(.record(names.compactMap { name in fields.first { $0.name == name } }))
      },
      examples: [.init("\(sample) |> select([\"age\"])", "Table of 3 rows, 1 column")],
      cost: CostRule { call in
        let (rows, names): (Cost.Rows, Names) = (try call.rows("table"), try call.read("columns"))
        return Cost(
          seconds: 0, rows: .init(rowCount: rows.rowCount, columnCount: names.all.count))
      },
      check: { TableCall($0).checkNames("columns") }
    ) { arguments in
      let names: Names = try arguments.read("columns")
      return .table(try table(arguments).selecting(names.all))
    }
    Stage(
      "where",
      "Keeps the rows for which something is true; an entry that is missing is never less "
        + "or greater than anything.", topic: "tables",
      parameters: [
        table, ParameterInfo("is", "What must be true of a row.", .function([row], .bool)),
      ],
      result: .fixed(.table(row)),
      examples: [.init("\(sample) |> where(r => r.age > 30)", "Table of 2 rows, 2 columns")]
    ) { arguments in
      let table = try table(arguments)
      let truths = try await truths(function(arguments["is"]), table)
      return .table(table.rows(truths.indices.filter { truths[$0] }))
    }
    Stage(
      "sort", "Puts the rows of a table in the order of some columns; what is missing comes last.",
      topic: "tables",
      parameters: [
        table, ParameterInfo("by", "The columns, the first counting most.", Names.valueType),
        ParameterInfo(
          "descending", "Whether the greatest comes first.", .bool, default: .bool(false)),
      ],
      result: .fixed(.table(row)),
      examples: [
        .init("(\(sample) |> sort(by: \"age\") |> rows)[0].name", "\"Cy\"")
      ],
      check: { TableCall($0).checkNames("by") }
    ) { arguments in
      let (names, descending): (Names, Bool) = (
        try arguments.read("by"), try arguments.read("descending")
      )
      return .table(try table(arguments).sorted(by: names.all, descending: descending))
    }
    Stage(
      "head", "The first rows of a table.", topic: "tables",
      parameters: [
        table, ParameterInfo("rows", "How many.", .int, in: 0...1e12, default: .int(5)),
      ],
      result: .fixed(.table(row)),
      examples: [.init("\(sample) |> head(2)", "Table of 2 rows, 2 columns")],
      cost: CostRule { call in
        let (rows, count): (Cost.Rows, Int) = (try call.rows("table"), try call.read("rows"))
        return Cost(
          seconds: 0,
          rows: .init(rowCount: min(count, rows.rowCount), columnCount: rows.columnCount))
      }
    ) { arguments in
      let (table, count): (Table, Int) = (try table(arguments), try arguments.read("rows"))
      return .table(table.rows(Array(0..<min(count, table.rowCount))))
    }
    Stage(
      "rows", "The rows of a table as a list of records.", topic: "tables", parameters: [table],
      result: .fixed(.list(row)),
      examples: [.init("rows(\(sample))[1].age", "41")], effort: .instant
    ) { arguments in
      guard case .table(let table) = try await Given.known(arguments["table"] ?? .none) else {
        throw Diagnostic.wrongKind()
      }
      return .list((0..<table.rowCount).map(table.row))
    }
    Stage(
      "split",
      "Draws a share of the rows at random: it is `first` of the record, the others "
        + "are `rest`.", topic: "tables",
      parameters: [
        table,
        ParameterInfo(
          "share", "How much goes into the first.", .number, in: 0...1, default: .number(0.8)),
        ParameterInfo(
          name: "seed", documentation: "Another seed draws other rows.", type: .int,
          range: 0...9_007_199_254_740_991, initial: .int(0), setting: "seed"),
      ],
      result: .fixed(.record([.init("first", .table(row)), .init("rest", .table(row))])),
      examples: [.init("split(\(sample), 2 / 3).first", "Table of 2 rows, 2 columns")]
    ) { arguments in
      let (share, seed): (Double, Int) = (try arguments.read("share"), try arguments.read("seed"))
      let (first, rest) = try table(arguments).split(share, seed: UInt64(max(0, seed)))
      return .record([RecordField("first", .table(first)), RecordField("rest", .table(rest))])
    }
    Stage(
      "describe", "What the columns of a table are, with their statistics.", topic: "tables",
      Parameter<Table>("table", "The table."),
      examples: [.init("describe(\(sample))", "Table of 2 rows, 10 columns")]
    ) { (table: Table) in try table.described() }
  }
}

extension ValueType {
  fileprivate var isColumn: Bool {
    if case .list(let element) = self { element.entry.isEntry } else { self == .unknown }
  }
}

extension Diagnostic {
  static func noEntries(_ column: String, _ type: ValueType) -> Diagnostic {
    Diagnostic(
      "E0778", message: "'\(column)' takes numbers, texts or truths, all of one kind, not \(type)",
      label: "a column cannot be made of this", hint: "write a list such as [1, 2, none]")
  }
}
