import GenMedia
import GenPipeline

extension TableVerbs {
  @CatalogBuilder static var gathering: [Stage] {
    Stage(
      "group",
      "Puts rows together that are alike in some columns; `rows` says how many there were.",
      topic: "tables",
      parameters: [
        table, ParameterInfo("by", "The columns in which they are alike.", Names.valueType),
        ParameterInfo(
          name: "columns",
          documentation: "What another column comes to, under its name: "
            + Aggregate.allCases.map(\.rawValue).joined(separator: ", ") + ".",
          type: .optional(.variable("Aggregates")), initial: Value.none, gathersLabels: true,
          words: Aggregate.allCases.map(\.rawValue)),
      ],
      result: .byArguments { groupedType(TableCall($0)) },
      examples: [
        .init(
          "group(table(sex: [\"f\", \"m\", \"f\"], age: [30, 40, 50]), by: \"sex\", age: mean)",
          "Table of 2 rows, 3 columns")
      ],
      check: { call in
        let call = TableCall(call)
        return call.checkNames("by") + call.checkLabels("columns") + checkNumbers(call)
      }
    ) { arguments in
      let names: Names = try arguments.read("by")
      var wanted: [(name: String, by: Aggregate)] = []
      if case .record(let fields)? = arguments["columns"] {
        for field in fields {
          guard let aggregate = String(field.value).flatMap(Aggregate.init) else {
            throw Diagnostic.noAggregate(field.name, field.value.type)
          }
          wanted.append((field.name, aggregate))
        }
      }
      return .table(try table(arguments).grouped(by: names.all, wanted))
    }
    Stage(
      "join", "Puts rows of two tables side by side that have the same entries in some columns.",
      topic: "tables",
      parameters: [
        table, ParameterInfo("with", "The other table.", .table(.variable("Other"))),
        ParameterInfo("by", "The columns that have to be the same.", Names.valueType),
        ParameterInfo(
          "keep", "Which rows stay without a match: none, those of the first table, or all.",
          .choice(["matched", "left", "all"]), default: .symbol("matched")),
      ],
      result: .byArguments { call in
        let call = TableCall(call)
        guard let own = call.columns(), let others = call.columns("with"), let by = call.names("by")
        else { return .table(.unknown) }
        return .table(
          .record(
            others.filter { !by.contains($0.name) }.reduce(own) { fields, field in
              var name = field.name
              while fields.contains(where: { $0.name == name }) { name += "_2" }
              return fields + [.init(name, field.type)]
            }))
      },
      examples: [
        .init(
          "\(sample) |> join(table(name: [\"Bo\"], town: [\"Rome\"]), by: \"name\")",
          "Table of 1 row, 3 columns")
      ],
      check: { TableCall($0).checkNames("by", of: ["table", "with"]) }
    ) { arguments in
      let (names, keep): (Names, String) = (try arguments.read("by"), try arguments.read("keep"))
      return .table(
        try table(arguments).joined(
          with: table(arguments, "with"), by: names.all, keepsLeft: keep != "matched",
          keepsRight: keep == "all"))
    }
  }

  private static func groupedType(_ call: TableCall) -> ValueType {
    guard let columns = call.columns(), let by = call.names("by") else { return .table(.unknown) }
    let kept = by.compactMap { name in columns.first { $0.name == name } }
    let gathered = call.gathered("columns")
    let names = Set(by + gathered.map(\.name))
    var counting = "rows"
    while names.contains(counting) { counting += "_2" }
    let results = gathered.map { field -> ValueType.Field in
      let own = columns.first { $0.name == field.name }?.type ?? .unknown
      switch field.aggregate {
      case .count: return .init(field.name, .int)
      case .first, .min, .max: return .init(field.name, own)
      case .sum: return .init(field.name, own == .int ? .int : .number)
      default: return .init(field.name, .number)
      }
    }
    return .table(.record(kept + [.init(counting, .int)] + results))
  }

  private static func checkNumbers(_ call: TableCall) -> [Diagnostic] {
    let place = call.call.places["columns"]
    return call.gathered("columns").compactMap { field in
      guard let aggregate = field.aggregate else {
        return field.type == .unknown
          ? nil : Diagnostic.noAggregate(field.name, field.type).placed(at: place)
      }
      // Days and times are texts in rows, and numbers in columns.
      guard aggregate.isNumeric,
        call.columns()?.first(where: { $0.name == field.name })?.type == .bool
      else { return nil }
      return Diagnostic.notNumbers(field.name, aggregate.rawValue).placed(at: place)
    }
  }
}

extension ValueType.Field {
  fileprivate var aggregate: Aggregate? {
    guard case .choice(let words) = type else { return nil }
    return words.first.flatMap(Aggregate.init)
  }
}

extension Diagnostic {
  static func noAggregate(_ name: String, _ type: ValueType) -> Diagnostic {
    Diagnostic(
      "E0780", message: "'\(name)' is given \(type), which says not what the rows come to",
      label: "this is no word for it",
      hint: "write one of \(Aggregate.allCases.map(\.rawValue).joined(separator: ", "))")
  }
}
