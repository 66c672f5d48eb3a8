import Foundation
import GRDB
import Testing

@testable import GenMedia

@Suite struct SQLiteFileTests {
  private let folder = TemporaryFolder()

  private func database(_ sql: String, name: String = "a.sqlite") throws -> String {
    let path = folder / name
    let database = try DatabaseQueue(path: path)
    try database.write { try $0.execute(sql: sql) }
    try database.close()
    return path
  }

  @Test func `a table comes back as it was saved, of the types that it had`() throws {
    let table = try Table([
      Column("n", .whole, .numbers([1, .nan, -3])),
      Column("x", .number, .numbers([0.5, 1e300, .nan])),
      Column("word", .category, .codes([0, -1, 1], levels: ["it's", "b\"c"])),
      Column("day", .date(format: "%Y-%m-%d"), .numbers([0, 17_000, .nan])),
      Column("zip", .identifier, .texts(TextEntries(["007", "010", nil]))),
      Column("select", .flag, .codes([0, 1, 0], levels: ["yes", "no"])),
    ])
    let path = (folder / "people.sqlite")
    try MediaFile.write(table, to: path)
    let back = try MediaFile.readTable(path, table: "people")
    #expect(back.notes.isEmpty)
    for (column, old) in zip(back.table.columns, table.columns) {
      #expect(column.name == old.name)
      #expect((0..<3).map(column.text) == (0..<3).map(old.text))
      if column.name != "zip" { #expect(column.type == old.type) }
    }
  }

  @Test
  func `one of several tables has to be named, and a wrong name is answered with those there are`()
    throws
  {
    let path = try database(
      "CREATE TABLE a (x); CREATE TABLE b (y); CREATE VIEW c AS SELECT y + 1 AS z FROM b; "
        + "INSERT INTO b VALUES (4)")
    #expect(try MediaFile.readTable(path, table: "c").table.columns[0].numbers == [5])
    for name in [nil, "bb"] {
      #expect {
        try MediaFile.readTable(path, table: name)
      } throws: { error in
        let error = error as? MediaError
        return error == .tableUnknown(path: path, table: name, known: ["a", "b", "c"])
          && error?.hint?.contains("table: \"b\"") == true
      }
    }
  }

  @Test func `entries of other kinds than the first thousand are read all the same`() throws {
    let rows = (0..<1500).map { "(\($0), '2020-01-\($0 % 28 + 10)')" }.joined(separator: ",")
    let path = try database(
      "CREATE TABLE t (n, d); INSERT INTO t VALUES \(rows); INSERT INTO t VALUES ('many', 'never')")
    let reading = try MediaFile.readTable(path)
    #expect(reading.table.rowCount == 1501)
    #expect(reading.table.columns[0].text(1500) == "many")
    #expect(reading.notes.contains { $0.contains("\"n\" is no column of numbers") })
  }

  @Test func `bytes are missing, and told`() throws {
    let path = try database("CREATE TABLE t (a, b); INSERT INTO t VALUES (1, x'00ff'), (2, NULL)")
    let reading = try MediaFile.readTable(path)
    #expect(
      reading.notes == [
        "\"b\" has 1 entry of bytes, taken as missing", "\"b\" holds nothing",
      ])
  }

  @Test func `what is no database is an error with a reason`() throws {
    let path = (folder / "no.sqlite")
    try Data("id,name\n1,a\n".utf8).write(to: URL(filePath: path))
    #expect(throws: MediaError.self) { try MediaFile.readTable(path) }
    #expect(throws: MediaError.self) { try MediaFile.readTable((folder / "none.sqlite")) }
    let empty = try database("CREATE TABLE t (a); DROP TABLE t", name: "empty.db")
    #expect(throws: MediaError.tableUnknown(path: empty, table: nil, known: [])) {
      try MediaFile.readTable(empty)
    }
  }

  @Test func `changes that are not in the file yet are not passed over`() throws {
    let path = (folder / "open.sqlite")
    let database = try DatabasePool(path: path)
    try database.write { try $0.execute(sql: "CREATE TABLE t (a)") }
    #expect {
      try MediaFile.readTable(path)
    } throws: { "\($0)".contains("-wal") }
  }

  @Test func `cut and changed bytes give an error or a table, nothing else`() throws {
    let path = try database("CREATE TABLE t (a, b); INSERT INTO t VALUES (1, 'x'), (2, 'y')")
    let bytes = try Array(Data(contentsOf: URL(filePath: path)))
    var random = SplitMix(seed: 4)
    for _ in 0..<60 {
      var copy = bytes
      for _ in 0..<4 { copy[Int.random(in: 0..<copy.count, using: &random)] ^= 0x55 }
      if Bool.random(using: &random) { copy.removeLast(copy.count / 3) }
      let damaged = (folder / "damaged.sqlite")
      try Data(copy).write(to: URL(filePath: damaged))
      do { _ = try MediaFile.readTable(damaged) } catch is MediaError {}
    }
  }

  @Test func `a name goes with databases only`() throws {
    let table = try Table([Column("a", .whole, .numbers([1]))])
    #expect(throws: MediaError.self) {
      try MediaFile.write(table, to: (folder / "a.csv"), named: "t")
    }
    try MediaFile.write(table, to: (folder / "b.sqlite"), named: "odd \"name\"; --")
    #expect(try MediaFile.readTable((folder / "b.sqlite"), table: "odd \"name\"; --").isWhole)
  }
}
