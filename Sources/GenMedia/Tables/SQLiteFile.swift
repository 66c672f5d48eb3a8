import Foundation
import GRDB

/// Tables in SQLite databases.
///
/// A file may hold several; where it does, one has to be named. Texts stay texts, also those of digits;
/// what SQLite keeps as bytes (BLOB) is missing, and told.
/// - Source: sqlite.org/fileformat2.html, version 3; read and written by SQLite itself.
enum SQLiteFile {
  /// - Parameter limit: Bytes of entries after which reading stops.
  static func read(
    _ path: String, table: String?, limit: Int? = nil
  ) throws -> TableReading {
    FileBytes.close(try FileBytes.open(path))
    guard !holdsBytes(path + "-wal") else {
      throw MediaError.unsupported(
        path: path,
        reason: "its newest changes are still in \(path)-wal; close the program that writes it")
    }
    var settings = Configuration()
    settings.readonly = true
    // The file may be a stranger's: its views and triggers are to do nothing but read.
    settings.prepareDatabase { try $0.execute(sql: "PRAGMA trusted_schema = OFF") }
    do {
      let database = try DatabaseQueue(path: path, configuration: settings)
      return try database.read { try read(named(table, in: $0, path), $0, limit) }
    } catch let error as DatabaseError {
      throw MediaError.damaged(path: path, reason: error.message ?? "SQLite cannot read it")
    }
  }

  private static func holdsBytes(_ path: String) -> Bool {
    (try? FileManager.default.attributesOfItem(atPath: path)[.size] as? Int).map { $0 > 0 } ?? false
  }

  private static func named(
    _ table: String?, in database: Database, _ path: String
  ) throws -> String {
    let names = try String.fetchAll(
      database,
      sql: """
        SELECT name FROM sqlite_schema
        WHERE type IN ('table', 'view') AND name NOT LIKE 'sqlite\\_%' ESCAPE '\\' ORDER BY rowid
        """)
    if let table, names.contains(table) { return table }
    if table == nil, names.count == 1 { return names[0] }
    throw MediaError.tableUnknown(path: path, table: table, known: names)
  }

  private static func read(
    _ table: String, _ database: Database, _ limit: Int?
  ) throws -> TableReading {
    let query = "SELECT * FROM \(table.quotedName)"
    let look = try SQLiteLook(database, query)
    var draft = TableDraft(look.names, look.kinds, Dialect(separator: 0))
    while true {
      let pass = try SQLitePass(database, query, draft, limit)
      guard draft.settles(pass.builders) else { continue }
      return draft.reading(
        pass.builders, rowCount: pass.rowCount, isWhole: pass.isWhole, notes: pass.notes)
    }
  }

  /// Writes a database with one table.
  static func write(_ table: Table, named name: String, to file: AtomicFile) throws {
    var settings = Configuration()
    // The file is nobody else's yet, and is synced as a whole at the end.
    settings.prepareDatabase {
      try $0.execute(sql: "PRAGMA journal_mode = OFF; PRAGMA synchronous = OFF")
    }
    do {
      let database = try DatabaseQueue(path: file.descriptorPath, configuration: settings)
      try database.write { try write(table, named: name.quotedName, $0) }
      try database.close()
    } catch let error as DatabaseError {
      throw MediaError.cannotWrite(
        path: file.path, reason: error.message ?? "SQLite cannot write it")
    }
  }

  private static func write(_ table: Table, named name: String, _ database: Database) throws {
    let columns = table.columns.map { "\($0.name.quotedName) \($0.type.affinity)" }
    try database.execute(sql: "CREATE TABLE \(name) (\(columns.joined(separator: ", ")))")
    let places = table.columns.map { _ in "?" }.joined(separator: ", ")
    let statement = try database.makeStatement(sql: "INSERT INTO \(name) VALUES (\(places))")
    for row in 0..<table.rowCount {
      if row & 0xFFF == 0 { try Task.checkCancellation() }
      try statement.execute(arguments: StatementArguments(table.columns.map { $0.stored(row) }))
    }
  }
}

/// What the first rows of a table say about its columns.
private struct SQLiteLook {
  private static let rowCount = 1000
  let names: [String]
  let kinds: [EntryKind]

  init(_ database: Database, _ query: String) throws {
    let statement = try database.makeStatement(sql: "\(query) LIMIT \(Self.rowCount)")
    var looks = [JSONField.Look](repeating: .init(), count: statement.columnCount)
    let rows = try Row.fetchCursor(statement)
    while let row = try rows.next() {
      for (index, value) in row.databaseValues.enumerated() {
        switch value.storage {
        case .null, .blob: break
        case .int64, .double: looks[index].add(.number, "")
        case .string(let text): looks[index].add(.text, text)
        }
      }
    }
    names = statement.columnNames
    kinds = looks.map(\.kind)
  }
}

/// One reading of a table.
private struct SQLitePass {
  private(set) var builders: [ColumnBuilder]
  private(set) var rowCount = 0
  private(set) var isWhole = true
  private(set) var notes: [String] = []

  init(_ database: Database, _ query: String, _ draft: TableDraft, _ limit: Int?) throws {
    builders = draft.builders()
    var blobs: [Int: Int] = [:]
    var byteCount = 0
    let rows = try Row.fetchCursor(database, sql: query)
    while let row = try rows.next() {
      if rowCount & 0xFFF == 0 { try Task.checkCancellation() }
      if let limit, byteCount >= limit {
        isWhole = false
        break
      }
      rowCount += 1
      for (index, value) in row.databaseValues.enumerated() {
        switch value.storage {
        case .null: builders[index].appendMissing()
        case .blob:
          blobs[index, default: 0] += 1
          builders[index].appendMissing()
        case .int64(let number): append("\(number)", isText: false, index, &byteCount)
        case .double(let number): append("\(number)", isText: false, index, &byteCount)
        case .string(let text): append(text, isText: true, index, &byteCount)
        }
      }
    }
    notes = blobs.sorted { $0.key < $1.key }.map { index, count in
      "\"\(draft.names[index])\" has \(count) entr\(count == 1 ? "y" : "ies") of bytes, taken as "
        + "missing"
    }
  }

  private mutating func append(
    _ text: String, isText: Bool, _ index: Int, _ byteCount: inout Int
  ) {
    var text = text
    byteCount += text.utf8.count
    text.withUTF8 { builders[index].append($0, isQuoted: isText, line: rowCount) }
  }
}

extension String {
  /// As a name in SQL, whatever is in it.
  fileprivate var quotedName: String { "\"" + replacing("\"", with: "\"\"") + "\"" }
}

extension ColumnType {
  /// What SQLite calls it.
  fileprivate var affinity: String {
    switch self {
    case .number: "REAL"
    case .whole: "INTEGER"
    default: "TEXT"
    }
  }
}

extension Column {
  fileprivate func stored(_ row: Int) -> DatabaseValue {
    guard case .numbers(let numbers) = values, type == .number || type == .whole else {
      return text(row)?.databaseValue ?? .null
    }
    guard !numbers[row].isNaN else { return .null }
    return type == .whole
      ? Int64(exactly: numbers[row])?.databaseValue ?? numbers[row].databaseValue
      : numbers[row].databaseValue
  }
}
