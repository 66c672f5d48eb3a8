import GenModels
import GenPipeline

/// A call of `fit` on a record of tables as the check sees it.
struct FamilyCall {
  private let call: CallShape

  init(_ call: CallShape) { self.call = call }

  var problems: [Diagnostic] {
    guard let type = call.types["tables"], type != .unknown else { return [] }
    guard case .record(let fields) = type, fields.count > 1, fields.allSatisfy({ $0.type.isTable })
    else { return [Diagnostic.noFamily(type).placed(at: call.places["tables"])] }
    if call.given.contains("privacy") {
      return [Diagnostic.noFamilyInPrivate().placed(at: call.places["privacy"])]
    }
    let tables = fields.map { Member($0) }
    return checkKeys(tables) + checkOrders(tables) + checkRules(tables)
      + checkNames("together", tables) { NameGroups($0)?.all.flatMap { $0 } }
      + checkNames("unique", tables) { Names($0)?.all } + checkGroups()
  }

  /// A table with the names of its columns; nil where they are not known.
  private struct Member {
    let name: String
    let columns: [String]?

    init(_ field: ValueType.Field) {
      name = field.name
      if case .table(.record(let fields)) = field.type {
        columns = fields.map(\.name)
      } else {
        columns = nil
      }
    }
  }

  private func checkKeys(_ tables: [Member]) -> [Diagnostic] {
    guard let value = call.constants["key"] else { return [] }
    let place = call.places["key"]
    guard let keys = TableKeys(value) else {
      return [Diagnostic.noKeys(value.type).placed(at: place)]
    }
    let others = tables.dropFirst().map(\.name)
    if let name = keys.tables.first(where: { !others.contains($0) }) {
      return [Diagnostic.noMember(name, others).placed(at: place)]
    }
    if let lone = others.first(where: { keys.column(of: $0) == nil }) {
      return [Diagnostic.noKey(of: lone).placed(at: place)]
    }
    let own = tables.enumerated().map { $0 == 0 ? nil : keys.column(of: $1.name) }
    // Where one key joins all tables, the first has it as well.
    let named = own.enumerated().map { $1 ?? (keys.tables.isEmpty ? keys.all.first : own[1]) }
    let problems = zip(tables, named).compactMap { table, key in
      key.flatMap { check($0, in: table, at: "key") }
    }
    let known = tables.compactMap(\.columns)
    guard problems.isEmpty, known.count == tables.count else { return problems }
    do {
      _ = try FamilyTree.parents(
        of: zip(tables, own).map { .init($0.name, $0.columns ?? [], key: $1) })
      return []
    } catch { return [Diagnostic.noTree(error).placed(at: place)] }
  }

  private func checkOrders(_ tables: [Member]) -> [Diagnostic] {
    guard let value = call.constants["by"], value.type != .none else { return [] }
    guard let orders = ByTable(value, { String($0) }) else {
      return [Diagnostic.noOrders(value.type).placed(at: call.places["by"])]
    }
    return orders.entries.compactMap { order in
      guard let table = tables.dropFirst().first(where: { $0.name == order.table }) else {
        return Diagnostic.noMember(order.table, tables.dropFirst().map(\.name))
          .placed(at: call.places["by"])
      }
      return check(order.entry, in: table, at: "by")
    }
  }

  private func checkRules(_ tables: [Member]) -> [Diagnostic] {
    guard call.given.contains("always"), let type = call.types["always"] else { return [] }
    let place = call.places["always"]
    guard case .record(let fields) = type else {
      if type == .unknown || type == .none { return [] }
      return [Diagnostic.noRules("always", type).placed(at: place)]
    }
    return fields.compactMap { field in
      if !tables.contains(where: { $0.name == field.name }) {
        return Diagnostic.noMember(field.name, tables.map(\.name)).placed(at: place)
      }
      if case .function = field.type { return nil }
      return field.type == .unknown
        ? nil : Diagnostic.noRules("always", field.type).placed(at: place)
    }
  }

  /// Columns of tables that an argument names by table.
  private func checkNames(
    _ parameter: String, _ tables: [Member], _ read: @escaping (Value) -> [String]?
  ) -> [Diagnostic] {
    guard let value = call.constants[parameter], value.type != .none else { return [] }
    let place = call.places[parameter]
    guard let named = ByTable(value, read) else {
      return [Diagnostic.noRules(parameter, value.type).placed(at: place)]
    }
    return named.entries.flatMap { entry -> [Diagnostic] in
      guard let table = tables.first(where: { $0.name == entry.table }) else {
        return [Diagnostic.noMember(entry.table, tables.map(\.name)).placed(at: place)]
      }
      return entry.entry.compactMap { check($0, in: table, at: parameter) }
    }
  }

  private func checkGroups() -> [Diagnostic] {
    let groups = ByTable(call.constants["together"], NameGroups.init)?.entries ?? []
    return groups.flatMap(\.entry.all).filter { $0.count == 1 }.map {
      Diagnostic.aloneTogether($0[0]).placed(at: call.places["together"])
    }
  }

  private func check(_ column: String, in table: Member, at parameter: String) -> Diagnostic? {
    guard let columns = table.columns, !columns.contains(column) else { return nil }
    return Diagnostic.noColumn(column, columns, of: "'\(table.name)'")
      .placed(at: call.places[parameter])
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

  static func noFamilyInPrivate() -> Diagnostic {
    Diagnostic(
      "E0788",
      message: "no promise of privacy can be kept for tables that belong together: it protects "
        + "single rows, and one of the first table shows in many rows of the others",
      label: "only for rows that stand alone",
      hint: "leave the promise out, or make it for one table with a row for everybody: "
        + "fit(patients, marginals(), privacy: …)")
  }

  static func noOrders(_ type: ValueType) -> Diagnostic {
    Diagnostic(
      "E0788", message: "'by' takes a column for each table, not \(type)", label: "this is \(type)",
      hint: "write by: {visits: \"day\"}")
  }

  static func noKeys(_ type: ValueType) -> Diagnostic {
    Diagnostic(
      "E0788", message: "'key' takes a column, or one for each table, not \(type)",
      label: "this is \(type)",
      hint: "write key: \"patient\", or key: {patients: \"clinic\", visits: \"patient\"}")
  }

  static func noKey(of table: String) -> Diagnostic {
    Diagnostic(
      "E0788", message: "nothing says what the rows of '\(table)' belong to",
      label: "it has no key here", hint: "name the column that does: \(table): \"…\"")
  }

  static func noTree(_ fault: FamilyTree.Fault) -> Diagnostic {
    Diagnostic("E0788", message: fault.description, hint: fault.hint)
  }

  static func noRules(_ parameter: String, _ type: ValueType) -> Diagnostic {
    let example =
      switch parameter {
      case "always": "{visits: r => r.nights >= 0}"
      case "together": "{visits: [\"ward\", \"diagnosis\"]}"
      default: "{patients: \"card\"}"
      }
    return Diagnostic(
      "E0788", message: "'\(parameter)' says it by table here, not as \(type)",
      label: "this is \(type)", hint: "write \(parameter): \(example)")
  }

  static func noMember(_ name: String, _ known: [String]) -> Diagnostic {
    Diagnostic(
      "E0788", message: "no table is called '\(name)' here",
      label: "there is no such table",
      hint: Suggestion.nearest(to: name, in: known).map { "Did you mean '\($0)'?" }
        ?? "their names are \(known.joined(separator: ", "))")
  }

  static func noCondition(_ column: String, _ known: [String]) -> Diagnostic {
    let named = known.prefix(8).joined(separator: ", ") + (known.count > 8 ? ", …" : "")
    return Diagnostic(
      "E0787",
      message: "'\(column)' is not known of an entity before its rows are made, so 'where' cannot "
        + "ask for it",
      hint: "ask for \(named), or choose of what was made: where(rows, r => …)")
  }

  static func noConditions() -> Diagnostic {
    Diagnostic(
      "E0787",
      message: "no column is the same in all rows of an entity, so 'where' has nothing to ask for",
      hint: "choose of what was made: sample(model, 500) |> where(r => …)")
  }
}
