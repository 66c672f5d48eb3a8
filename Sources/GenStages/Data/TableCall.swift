import GenMedia
import GenPipeline

/// A call of a verb on a table as the check sees it.
struct TableCall {
  let call: CallShape

  init(_ call: CallShape) { self.call = call }

  /// The columns of the table of a parameter; nil where they are not known.
  func columns(_ parameter: String = "table") -> [ValueType.Field]? {
    guard case .table(.record(let fields))? = call.types[parameter] else { return nil }
    return fields
  }

  /// The names that an argument gives, a text or a list of texts; nil where they are not known.
  func names(_ parameter: String) -> [String]? {
    call.constants[parameter].flatMap { Names($0)?.all }
  }

  /// What is wrong with the names of an argument.
  func checkNames(_ parameter: String, of tables: [String] = ["table"]) -> [Diagnostic] {
    let place = call.places[parameter] ?? call.places["table"]
    if let type = call.types[parameter], !Names.fits(type) {
      return [Diagnostic.noNames(parameter, type).placed(at: place)]
    }
    guard let names = names(parameter) else { return [] }
    return tables.flatMap { table -> [Diagnostic] in
      guard let columns = columns(table) else { return [] }
      let known = columns.map(\.name)
      return names.filter { !known.contains($0) }.map {
        Diagnostic.noColumn($0, known).placed(at: place)
      }
    }
  }

  /// The fields that labels of the call gave, with their types.
  func gathered(_ parameter: String) -> [ValueType.Field] {
    if case .record(let fields)? = call.types[parameter] { fields } else { [] }
  }

  /// What is wrong with labels that have to be columns.
  func checkLabels(_ parameter: String) -> [Diagnostic] {
    guard let known = columns()?.map(\.name) else { return [] }
    return gathered(parameter).filter { !known.contains($0.name) }.map {
      Diagnostic.noColumn($0.name, known).placed(at: call.places[parameter])
    }
  }

  /// A table with other columns; one of unknown columns where they are not known.
  func table(_ change: ([ValueType.Field]) -> [ValueType.Field]) -> ValueType {
    columns().map { .table(.record(change($0))) } ?? .table(.unknown)
  }
}

extension [ValueType.Field] {
  /// With a field in the place of one of that name, or behind all others.
  func setting(_ field: ValueType.Field) -> [ValueType.Field] {
    guard let place = firstIndex(where: { $0.name == field.name }) else { return self + [field] }
    var all = self
    all[place] = field
    return all
  }
}

/// One name or several.
struct Names: ValueConvertible {
  static var valueType: ValueType { .variable("Names") }
  let all: [String]

  init?(_ value: Value) {
    if let name = String(value) {
      all = [name]
    } else if let names = [String](value) {
      all = names
    } else {
      return nil
    }
  }

  var value: Value { all.value }

  static func fits(_ type: ValueType) -> Bool {
    switch type {
    case .text, .list(.text), .list(.unknown), .unknown: true
    default: false
    }
  }
}

extension Diagnostic {
  static func noColumn(
    _ name: String, _ known: [String], of table: String = "the table"
  ) -> Diagnostic {
    let near = Suggestion.nearest(to: name, in: known)
    let listed = known.prefix(12).joined(separator: ", ") + (known.count > 12 ? ", …" : "")
    return Diagnostic(
      "E0771", message: "\(table) has no column '\(name)'", label: "there is no such column",
      hint: near.map { "Did you mean '\($0)'?" } ?? "its columns are \(listed)")
  }

  static func noNames(_ parameter: String, _ type: ValueType) -> Diagnostic {
    Diagnostic(
      "E0772", message: "'\(parameter)' takes the name of a column or a list of them, not \(type)",
      label: "this is \(type)", hint: "write \"name\" or [\"first\", \"second\"]")
  }

  static func notNumbers(_ column: String, _ verb: String) -> Diagnostic {
    Diagnostic(
      "E0773", message: "'\(column)' has no numbers, which \(verb) needs",
      label: "this column holds something else",
      hint: "take count or first, or correct the type: schema(table, \(column): number)")
  }

  static func otherEnd(
    of path: String, _ column: String, _ before: String, _ after: String, _ note: String?
  ) -> Diagnostic {
    Diagnostic(
      "E0774",
      message: "\"\(path)\": '\(column)' is \(before) at its beginning and \(after) as a whole"
        + (note.map { ": \($0)" } ?? ""),
      label: "the check had looked at the beginning only",
      hint: "mend the entry, or put one like it among the first rows")
  }

  static func table(_ error: TableError) -> Diagnostic {
    switch error {
    case .namelessColumn:
      return Diagnostic("E0775", message: "a column has no name", hint: "give it one")
    case .sameName(let name):
      return Diagnostic(
        "E0775", message: "two columns would be called '\(name)'", hint: "rename one of them first")
    case .unequalColumns(let first, let count, let second, let other):
      return Diagnostic(
        "E0775",
        message: "'\(first)' has \(count) entries and '\(second)' has \(other)",
        hint: "give every column as many entries")
    case .unknownColumn(let name): return noColumn(name, [])
    case .notNumeric(let name): return notNumbers(name, "this")
    case .unfit(let column, let row, let entry, let type):
      return Diagnostic(
        "E0776",
        message: "'\(column)' cannot be \(type): row \(row + 1) has \"\(entry.prefix(40))\"",
        hint: "give another type, or mend the entry")
    case .unknownFormat(let format):
      return Diagnostic(
        "E0777", message: "\"\(format)\" is no format of dates",
        hint: "use %Y %m %d, and %H %M %S for the time: \"%d.%m.%Y\"")
    }
  }

  static func misread(_ date: MisreadDate) -> Diagnostic {
    Diagnostic(
      "E0770",
      message:
        "'\(date.column)' holds dates, and rows have them in another form than "
        + "\"\(date.text.prefix(40))\"",
      hint: "write \"\(date.meant ?? "2026-03-01")\""
        + (date.meant == nil ? ": year, month, day" : ""))
  }

  /// The pages of `gen explain` for tables.
  static let tablePages: [String: String] = [
    "E0771": """
    The check looks into files of tables, so that it knows their columns. `describe(table)` lists them.
    """,
    "E0772": """
    Columns are named by texts: `select(table, ["age", "sex"])`, `sort(table, by: "age")`.
    """,
    "E0773": """
    Means, sums and the like are taken of columns of numbers. Where numbers were read as texts, the
    notes of `load` say which line is to blame.
    """,
    "E0774": """
    The check looks at the first 16 MiB of a file of a table. What follows did not agree with it about
    the type of a column, so what was checked would not have held.
    """,
    "E0775": """
    The columns of a table have different names and equally many entries.
    """,
    "E0776": """
    `schema` reads every entry of a column as the type that it is given, and one of them cannot be.
    """,
    "E0777": """
    Formats of dates are those of strftime: %Y year, %y its last two digits, %m month, %b its name, %d
    day, %H hour, %M minute, %S second.
    """,
    "E0778": """
    A column holds entries of one kind: whole numbers, numbers, texts, or true and false; none stands for
    one that is missing.
    """,
    "E0779": """
    `schema` takes a type for each column: `schema(table, zip: category, born: date("%d.%m.%Y"))`.
    """,
    "E0780": """
    `group` takes a word for each column: `group(table, by: "region", charges: mean, age: max)`.
    """,
    "E0781": """
    A report compares a synthetic table with the real one, column by column: both need rows, and columns
    of the same names. `target:` names a column that can be predicted from the others.
    """,
    "E0782": """
    `report(synthetic, real, to: "report.html")` writes a page with plots, `to: "report.json"` all numbers
    for programs.
    """,
    "E0770": """
    Whatever form dates have in a file, in a row they are texts of ISO 8601, which compare as dates do:
    `where(t, r => r.born < "1990-06-15")`, and by year or month `where(t, r => r.born >= "1990")`.
    """,
    "E0785": """
    `fit(table, method, always: r => …)` keeps rules by the way in which rows are made, so it has to see
    what they say: comparisons of columns, numbers and texts, sums, products and quotients of them, and
    `and`, `or`, `not` between. `if`, calls of verbs and lists cannot be looked into.
    """,
    "E0786": """
    `together:` names columns whose entries only go together as they were seen: a city and its country,
    or the columns of which one is 1 in every row.
    """,
    "E0787": """
    `fit(visits, tabformer(), of: "patient", by: "day")` learns the rows of every patient together: how many
    there are, which follows which, and how long after. `sample(model, 500)` then makes 500 patients with all
    their visits. Other methods know only rows by themselves. Columns that never change within a patient are
    learned once for each, so `sample(model, 500, where: r => r.sex == "woman")` can ask for them, and for
    nothing else: what is in a visit is made after it was decided whose it is.

    A promise of privacy protects single rows. Somebody with ten visits shows in ten of them, so a promise for
    rows is none for people.
    """,
    "E0788": """
    `fit({patients: patients, visits: visits}, tabformer(), key: "patient", by: {visits: "day"})` learns tables
    that belong together. The first has a row for every key; the rows of the others belong to one of them.
    `sample(model, 500)` makes a record of tables again, with 500 rows of the first, and no row of another
    without one of these; `where:` says what these 500 have to be. Rows may belong to a table that itself
    belongs to another: `key: {patients: "clinic", visits: "patient"}` says for each table behind the first
    which column names the rows that its own belong to.

    Rules are said by table: `always: {visits: r => r.nights >= 1 and r.day >= r.born}`, `together: {visits:
    ["ward", "diagnosis"]}`, `unique: {patients: "card"}`. A rule of `visits` may look at the columns of
    `patients`, where `visits` has none of that name.
    """,
    "E0784": """
    A fitted model is kept in a file of its own kind: `save(model, "adult.model")`, read again by
    `load("adult.model")`. It holds what was learned, not a row of the table.
    """,
    "E0783": """
    A model could not be fitted to a table, or not make the rows that were asked of it; the message says
    why. `fit(table, copula())` learns columns of numbers, dates, categories and yes or no; columns
    that only name their rows are made anew, as are texts that tell who somebody is, such as e-mail
    addresses; other texts have to be left out or said to be categories.
    `sample(model, 1000, where: r => r.age > 60)` makes rows that meet a condition: what is asked to be
    equal to something is given to methods that can use it, everything else decides which of the rows
    that were drawn are kept, until there are enough or a thousand times as many were drawn.
    """,
  ]
}
