import GenMedia
import GenPipeline
import GenTables

extension Studio {
  /// What keeps people out of tables.
  @CatalogBuilder var disguiseVerbs: [Stage] {
    Stage(
      "disguise",
      "Puts made-up entries of the same form in the place of those that tell who somebody is; the "
        + "same entry becomes the same in every table.", topic: "tables",
      parameters: [
        TableVerbs.table,
        ParameterInfo(
          name: "columns",
          documentation:
            "What a column holds, under its name, where it is not seen by looking: "
            + "\(DisguiseWords.kinds.joined(separator: ", ")), or keep.",
          type: .optional(.variable("Kinds")), initial: Value.none, gathersLabels: true,
          words: DisguiseWords.all),
        ParameterInfo(
          name: "seed", documentation: "Another seed makes other entries.", type: .int,
          range: 0...9_007_199_254_740_991, initial: .int(0), setting: "seed"),
      ],
      result: .byArguments { call in TableCall(call).table { $0 } },
      examples: [
        .init(
          "table(mail: [\"ada@a.org\", \"bo@b.org\"]) |> disguise",
          "Table of 2 rows, 1 column")
      ], version: 2,
      check: { call in
        let table = TableCall(call)
        let wrong = table.gathered("columns").filter { !$0.type.isWord }.map {
          Diagnostic.noPersonalKind($0.name).placed(at: call.places["columns"])
        }
        return table.checkLabels("columns") + wrong
      }
    ) { arguments in
      let table = try TableVerbs.table(arguments)
      let kinds = try DisguiseWords.chosen(arguments["columns"], for: table)
      let seed: Int = try arguments.read("seed")
      let secret = try LocalSecret.bytes(path: store.home + "/secret")
      let disguise = Disguise(secret: secret + Array("\(seed)".utf8))
      announce(
        .noted(
          PersonalColumns.sentence(kinds)
            ?? "nothing looks personal: name columns to be disguised"))
      return .table(
        try kinds.reduce(table) { table, chosen in
          try table.setting(disguise.replacing(table.column(chosen.column), as: chosen.kind))
        })
    }
  }
}

/// How a script names what a column tells about people.
private enum DisguiseWords {
  static let kinds = PersonalKind.allCases.map(\.rawValue)
  static let all = kinds + ["keep"]

  /// What was said of columns, and what the others look like.
  static func chosen(
    _ said: Value?, for table: Table
  ) throws -> [(column: String, kind: PersonalKind)] {
    var kinds = Dictionary(
      uniqueKeysWithValues: PersonalLook.kinds(in: table).map { ($0.column, $0.kind) })
    if case .record(let fields)? = said {
      for field in fields {
        let word = String(field.value) ?? ""
        let kind = PersonalKind(rawValue: word)
        let isNumeric = table[field.name]?.type.isNumeric ?? false
        guard all.contains(word), !isNumeric || kind?.suitsNumbers ?? true else {
          throw Diagnostic.noPersonalKind(field.name, ofNumbers: isNumeric)
        }
        kinds[field.name] = kind
      }
    }
    return table.columns.compactMap { column in kinds[column.name].map { (column.name, $0) } }
  }
}

extension ValueType {
  fileprivate var isWord: Bool {
    switch self {
    case .choice, .text, .unknown: true
    default: false
    }
  }
}

extension Diagnostic {
  fileprivate static func noPersonalKind(
    _ column: String, ofNumbers isNumeric: Bool = false
  ) -> Diagnostic {
    if isNumeric {
      let words = PersonalKind.allCases.filter(\.suitsNumbers).map(\.rawValue)
      return Diagnostic(
        "E0795", message: "'\(column)' holds numbers, which cannot become that",
        label: "what do they tell?",
        hint:
          "use one of \(words.joined(separator: ", ")), keep, or schema(table, \(column.asLabel): text) first"
      )
    }
    return Diagnostic(
      "E0795",
      message: "'\(column)' is given something else than what a column can tell about people",
      label: "what does it hold?",
      hint: "use one of \(DisguiseWords.all.joined(separator: ", "))")
  }

  /// The pages of `gen explain` for personal fields.
  static let personalPages: [String: String] = [
    "E0795": """
    `disguise(table)` looks for columns of names, e-mail addresses, phone numbers, accounts, cards, addresses
    and codes by what stands in them. Where it cannot see it, say so: `disguise(table, ref: code, note: keep)`.
    """,
    "E0797": """
    A category is learned level by level, so that names or addresses in it would come out as they went in.
    `disguise(table)` puts others in their place, which are learned then; `fit(…, personal: ["doctor"])` says
    that they may stay. Texts and identifiers need neither: they are made up in every row that is made.
    """,
    "E0796": """
    What `disguise` makes up depends on a secret of this machine, 32 random bytes that are made at first and
    readable by you alone. Without it nobody can try names until one fits; with it the same script makes the
    same table again.
    """,
  ]
}
