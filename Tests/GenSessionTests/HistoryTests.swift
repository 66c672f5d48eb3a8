import Foundation
import Testing

@testable import GenSession

private func withPath(_ body: (String) throws -> Void) throws {
  let path = NSTemporaryDirectory() + "gen-history-\(UUID().uuidString)"
  defer { try? FileManager.default.removeItem(atPath: path) }
  try body(path)
}

@Test func `entries of several lines and with backslashes come back as they were`() throws {
  try withPath { path in
    let entries = ["1 + 1", "f = {\n  a: 1,\n}", #"r"C:\new""#, "größe = \"🙂\""]
    for entry in entries { History(path: path).append(entry) }
    #expect(History(path: path).entries() == entries)
  }
}

@Test func `two sessions share a history without losing a line`() async throws {
  let path = NSTemporaryDirectory() + "gen-history-\(UUID().uuidString)"
  defer { try? FileManager.default.removeItem(atPath: path) }
  await withTaskGroup(of: Void.self) { group in
    for session in 0..<4 {
      group.addTask {
        for line in 0..<50 { History(path: path).append("\(session) \(line)") }
      }
    }
  }
  #expect(Set(History(path: path).entries()).count == 200)
}

@Test func `a history that is a folder, missing or full of bytes is no error`() throws {
  #expect(History(path: "/").entries().isEmpty)
  History(path: "/").append("1")
  #expect(History(path: nil).entries().isEmpty)
  try withPath { path in
    try Data([0xFF, 0xFE, 10, 0x41, 10]).write(to: URL(filePath: path))
    #expect(History(path: path).entries().last == "A")
  }
}
