import GenMedia
import GenPipeline

extension TableVerbs {
  @CatalogBuilder static var changing: [Stage] {
    Stage(
      "derive",
      "Adds columns that are worked out from each row, or puts them in the place of others.",
      topic: "tables",
      parameters: [
        table,
        ParameterInfo(
          name: "columns", documentation: "What each is of a row, under its name.",
          type: .function([row], .variable("Entry")), gathersLabels: true),
      ],
      result: .byArguments { call in
        let call = TableCall(call)
        return call.table { fields in
          call.gathered("columns").reduce(fields) { $0.setting(.init($1.name, $1.type.entry)) }
        }
      },
      examples: [
        .init("\(sample) |> derive(next: r => r.age + 1)", "Table of 3 rows, 3 columns")
      ],
      check: { call in
        TableCall(call).gathered("columns").filter { !$0.type.entry.isEntry }.map {
          Diagnostic.noEntries($0.name, $0.type).placed(at: call.places["columns"])
        }
      }
    ) { arguments in
      guard case .record(let fields)? = arguments["columns"] else { throw Diagnostic.wrongKind() }
      let table = try table(arguments)
      var result = table
      for field in fields {
        let values = try await values(function(field.value), table)
        result = try result.setting(column(field.name, values))
      }
      return .table(result)
    }
    Stage(
      "rename", "Gives columns other names.", topic: "tables",
      parameters: [
        table, ParameterInfo("from", "The name of a column, or a list of them.", Names.valueType),
        ParameterInfo("to", "The new name, or as many.", .variable("New")),
      ],
      result: .byArguments { call in
        let call = TableCall(call)
        guard let old = call.names("from"), let new = call.names("to") else {
          return .table(.unknown)
        }
        let names = Dictionary(zip(old, new)) { first, _ in first }
        return call.table { $0.map { .init(names[$0.name] ?? $0.name, $0.type) } }
      },
      examples: [
        .init("rows(\(sample) |> rename(\"age\", \"years\"))[0].years", "36")
      ],
      check: { TableCall($0).checkNames("from") + TableCall($0).checkNames("to", of: []) }
    ) { arguments in
      let (old, new): (Names, Names) = (try arguments.read("from"), try arguments.read("to"))
      guard old.all.count == new.all.count else {
        throw TableError.unequalColumns("from", old.all.count, "to", new.all.count)
      }
      let names = Dictionary(zip(old.all, new.all)) { first, _ in first }
      return .table(try table(arguments).renaming(names))
    }
    Stage(
      "schema", "Corrects the types of columns.", topic: "tables",
      parameters: [
        table,
        ParameterInfo(
          name: "columns",
          documentation:
            "The type of a column, under its name: number, whole, category, flag, date, "
            + "time, text, identifier, or date(\"%d.%m.%Y\").",
          type: .variable("Types"), gathersLabels: true, words: typeWords),
      ],
      result: .byArguments { call in
        let call = TableCall(call)
        return call.table { fields in
          call.gathered("columns").reduce(fields) { fields, field in
            fields.contains { $0.name == field.name }
              ? fields.setting(.init(field.name, entryType(field, call))) : fields
          }
        }
      },
      examples: [
        .init("rows(table(zip: [1234, 99]) |> schema(zip: text))[0].zip", "\"1234\"")
      ],
      check: { call in
        let wrong = TableCall(call).gathered("columns").filter { !$0.type.isColumnType }.map {
          Diagnostic.noColumnType($0.name, $0.type, typeWords).placed(at: call.places["columns"])
        }
        return TableCall(call).checkLabels("columns") + wrong
      }
    ) { arguments in
      guard case .record(let fields)? = arguments["columns"] else { throw Diagnostic.wrongKind() }
      return .table(
        try fields.reduce(table(arguments)) { table, field in
          let words = (String(field.value) ?? "").split(separator: " ", maxSplits: 1)
          guard
            let type = ColumnType(
              name: words.first.map(String.init) ?? "",
              format: words.count > 1 ? String(words[1]) : "")
          else { throw Diagnostic.noColumnType(field.name, field.value.type, typeWords) }
          return try table.setting(table.column(field.name).typed(type))
        })
    }
    date("date", "A type for schema: days, written as a format says.", "%d.%m.%Y")
    date("time", "A type for schema: days with a time, written as a format says.", "%d.%m.%Y %H:%M")
  }

  static let typeWords = [
    "number", "whole", "category", "flag", "date", "time", "text", "identifier",
  ]

  private static func date(_ name: String, _ summary: String, _ format: String) -> Stage {
    Stage(
      name, summary, topic: "tables",
      Parameter("format", "The signs of strftime: %Y %m %d %H %M %S."),
      examples: [.init("\(name)(\"\(format)\")", "\"\(name) \(format)\"")], effort: .instant,
      check: { call in
        guard case .text(let format)? = call.constants["format"], DateFormat(format) == nil else {
          return []
        }
        return [Diagnostic.table(.unknownFormat(format)).placed(at: call.places["format"])]
      }
    ) { (format: String) in "\(name) \(format)" }
  }

  private static func entryType(_ field: ValueType.Field, _ call: TableCall) -> ValueType {
    guard case .choice(let words) = field.type else { return .text }
    switch words.first {
    case "number": return .number
    case "whole": return .int
    // Whether it is true and false or two other words shows when it is read.
    case "flag": return .unknown
    default: return .text
    }
  }
}

extension ValueType {
  fileprivate var isColumnType: Bool {
    switch self {
    case .choice, .text, .unknown: true
    default: false
    }
  }

  /// The type of entries some of which may be missing; unknown for what a function is yet to make.
  var entry: ValueType {
    switch self {
    case .optional(let wrapped): wrapped
    case .function, .stage: .unknown
    default: self
    }
  }

  /// Whether a column may hold it.
  var isEntry: Bool { [.int, .number, .bool, .text, .unknown, .none].contains(self) }
}

extension Diagnostic {
  static func noColumnType(_ name: String, _ type: ValueType, _ words: [String]) -> Diagnostic {
    Diagnostic(
      "E0779", message: "'\(name)' is given \(type), which is no type of a column",
      label: "this says no type", hint: "write one of \(words.joined(separator: ", "))")
  }
}
