import Foundation
import GRDB
import GenDigest

/// The list of what is in the cache and of the calls that were ever run, in SQLite.
///
/// Everything in it can be found again from the cache files, but for calls whose results were not
/// kept; so a damaged index is thrown away and made anew.
final class CacheIndex: Sendable {
  struct Entry: Sendable {
    let key: String
    let stage: String
    let byteCount: Int
    let created: Double
    let seconds: Double
  }

  static let fileName = "index.sqlite"
  private static let version = 1
  private let database: DatabaseQueue
  /// Whether there was no index before, so that the files have to be listed.
  let isNew: Bool

  /// - Throws: ``CacheFailure`` or an error of SQLite when there cannot be an index.
  init(folder: String) throws {
    let path = folder + "/" + CacheIndex.fileName
    do {
      (database, isNew) = try CacheIndex.open(path)
    } catch let error as DatabaseError where error.isDamage {
      CacheIndex.remove(from: folder)
      (database, isNew) = try CacheIndex.open(path)
    }
  }

  /// Removes the files of a damaged index, so that the next one is made anew.
  static func remove(from folder: String) {
    for suffix in ["", "-journal", "-wal", "-shm"] { unlink("\(folder)/\(fileName)\(suffix)") }
  }

  private static func open(_ path: String) throws -> (DatabaseQueue, isNew: Bool) {
    var configuration = Configuration()
    configuration.busyMode = .timeout(10)
    // No write-ahead log: its shared memory is mapped, and a program dies when another one shortens
    // that file. No syncs: what a power cut spoils is made anew from the files.
    configuration.prepareDatabase {
      try $0.execute(sql: "PRAGMA journal_mode = TRUNCATE; PRAGMA synchronous = OFF")
    }
    let database = try DatabaseQueue(path: path, configuration: configuration)
    let isNew = try database.write { connection in
      let found = try Int.fetchOne(connection, sql: "PRAGMA user_version") ?? 0
      guard found != version else { return false }
      for table in ["entry", "call", "file"] {
        try connection.execute(sql: "DROP TABLE IF EXISTS \(table)")
      }
      try connection.execute(sql: tables)
      try connection.execute(sql: "PRAGMA user_version = \(version)")
      return true
    }
    return (database, isNew)
  }

  private static let tables = """
    CREATE TABLE entry (
      key TEXT PRIMARY KEY, stage TEXT NOT NULL, byteCount INTEGER NOT NULL,
      created REAL NOT NULL, seconds REAL NOT NULL) WITHOUT ROWID;
    CREATE TABLE call (
      key TEXT PRIMARY KEY, stage TEXT NOT NULL, seen REAL NOT NULL, facts TEXT NOT NULL);
    CREATE INDEX callByStage ON call (stage, seen);
    CREATE TABLE file (
      path TEXT PRIMARY KEY, size INTEGER NOT NULL, seconds INTEGER NOT NULL,
      nanoseconds INTEGER NOT NULL, inode TEXT NOT NULL, digest TEXT NOT NULL) WITHOUT ROWID;
    """

  func add(_ entries: [Entry], calls: [CallFacts]) throws {
    let rows = try calls.map { ($0, try JSONEncoder.stable.encode($0)) }
    let now = Date().timeIntervalSince1970
    try database.write { connection in
      for entry in entries {
        try connection.execute(
          sql: "INSERT OR REPLACE INTO entry VALUES (?, ?, ?, ?, ?)",
          arguments: [entry.key, entry.stage, entry.byteCount, entry.created, entry.seconds])
      }
      for (call, text) in rows {
        try connection.execute(
          sql: "INSERT OR REPLACE INTO call VALUES (?, ?, ?, ?)",
          arguments: [call.key.hex, call.stage, now, String(decoding: text, as: UTF8.self)])
      }
    }
  }

  func remove(_ keys: [String]) throws {
    try database.write { connection in
      for key in keys {
        try connection.execute(sql: "DELETE FROM entry WHERE key = ?", arguments: [key])
      }
    }
  }

  func removeAll() throws {
    try database.write { try $0.execute(sql: "DELETE FROM entry; DELETE FROM call;") }
  }

  /// The newest calls only, since each is small but none goes by itself.
  func forgetOldCalls(keeping count: Int = 20_000) throws {
    try database.write {
      try $0.execute(
        sql: """
          DELETE FROM call WHERE key IN
            (SELECT key FROM call ORDER BY seen DESC LIMIT -1 OFFSET ?)
          """, arguments: [count])
    }
  }

  func byteCount() throws -> Int {
    try database.read { try Int.fetchOne($0, sql: "SELECT SUM(byteCount) FROM entry") ?? 0 }
  }

  func entries() throws -> [Entry] {
    try database.read { connection in
      try Row.fetchAll(connection, sql: "SELECT * FROM entry ORDER BY key").map {
        Entry(
          key: $0["key"], stage: $0["stage"], byteCount: $0["byteCount"], created: $0["created"],
          seconds: $0["seconds"])
      }
    }
  }

  func call(_ key: String) throws -> CallFacts? {
    try database.read { connection in
      try String.fetchOne(connection, sql: "SELECT facts FROM call WHERE key = ?", arguments: [key])
        .flatMap(CallFacts.init(json:))
    }
  }

  /// The calls of a stage, newest first.
  func calls(of stage: String, limit: Int = 200) throws -> [CallFacts] {
    try database.read { connection in
      try String.fetchAll(
        connection,
        sql: "SELECT facts FROM call WHERE stage = ? ORDER BY seen DESC, rowid DESC LIMIT ?",
        arguments: [stage, limit]
      ).compactMap(CallFacts.init(json:))
    }
  }

  /// The middle of the seconds that the last calls of a stage took; nil when there were none.
  func usualSeconds(of stage: String) throws -> Double? {
    try database.read { connection in
      let all = try Double.fetchAll(
        connection,
        sql: "SELECT seconds FROM entry WHERE stage = ? ORDER BY created DESC LIMIT 9",
        arguments: [stage])
      return all.isEmpty ? nil : all.sorted()[all.count / 2]
    }
  }
}

extension CacheIndex: FileDigests.Shelf {
  func digest(ofFileAt path: String, stamp: FileDigests.Stamp) -> Digest? {
    let text = try? database.read {
      try String.fetchOne(
        $0,
        sql: """
          SELECT digest FROM file
          WHERE path = ? AND size = ? AND seconds = ? AND nanoseconds = ? AND inode = ?
          """,
        arguments: [path, stamp.size, stamp.seconds, stamp.nanoseconds, String(stamp.inode)])
    }
    return text.flatMap { $0 }.flatMap { Digest(hex: $0) }
  }

  func keep(_ digest: Digest, ofFileAt path: String, stamp: FileDigests.Stamp) {
    try? database.write {
      try $0.execute(
        sql: "INSERT OR REPLACE INTO file VALUES (?, ?, ?, ?, ?, ?)",
        arguments: [
          path, stamp.size, stamp.seconds, stamp.nanoseconds, String(stamp.inode), digest.hex,
        ])
    }
  }
}

extension CallFacts {
  fileprivate init?(json: String) {
    guard let facts = try? JSONDecoder().decode(CallFacts.self, from: Data(json.utf8)) else {
      return nil
    }
    self = facts
  }
}

extension DatabaseError {
  /// Whether somebody has removed the file meanwhile.
  var isLoss: Bool { extendedResultCode == .SQLITE_READONLY_DBMOVED }

  /// Whether the file is broken rather than busy or not allowed.
  var isDamage: Bool {
    [.SQLITE_CORRUPT, .SQLITE_NOTADB, .SQLITE_ERROR, .SQLITE_SCHEMA, .SQLITE_IOERR]
      .contains(resultCode)
  }
}
