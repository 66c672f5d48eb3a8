import Foundation
import GenMedia
import GenPipeline
import Testing

@testable import GenStages

/// A file of 2,000 rows, of whose first ones the check sees some hundred.
private func withFile<Result>(
  last row: String, _ body: (String) throws -> Result
) throws -> Result {
  let path = NSTemporaryDirectory() + "gen-\(UUID().uuidString).csv"
  defer { try? FileManager.default.removeItem(atPath: path) }
  let rows = (0..<2000).map { "\($0),\($0 % 7)" }
  try (["id,age"] + rows + [row]).joined(separator: "\n").write(
    toFile: path, atomically: true, encoding: .utf8)
  return try body(path)
}

@Test func `a file whose end keeps what its beginning promised is read`() throws {
  try withFile(last: "2000,3.5") { path in
    let shelf = TableShelf(lookLimit: 1000)
    let seen = try shelf.look(path)
    #expect(!seen.isWhole && seen.table["id"]?.type == .identifier)
    #expect(seen.table["age"]?.type == .whole)
    let whole = try shelf.read(path)
    #expect(whole.isWhole && whole.table.rowCount == 2001)
    #expect(whole.table["age"]?.type == .number)
  }
}

@Test func `numbers that name no rows after all stay texts`() throws {
  try withFile(last: "7,1") { path in
    let table = try TableShelf(lookLimit: 1000).read(path).table
    #expect(table["id"]?.type == .text && table["id"]?.text(2000) == "7")
  }
}

@Test func `an end that breaks the promise is told with its line`() throws {
  try withFile(last: "2000,unknown") { path in
    do {
      _ = try TableShelf(lookLimit: 1000).read(path)
      Issue.record("it was read")
    } catch let diagnostic as Diagnostic {
      #expect(diagnostic.code == "E0774" && diagnostic.message.contains("line 2002"))
    }
  }
}

@Test func `a file that was changed is looked at again`() throws {
  try withFile(last: "2000,1") { path in
    let shelf = TableShelf()
    #expect(try shelf.look(path).table.rowCount == 2001)
    try "a\n1\n".write(toFile: path, atomically: true, encoding: .utf8)
    #expect(try shelf.read(path).table.columns.map(\.name) == ["a"])
  }
}
