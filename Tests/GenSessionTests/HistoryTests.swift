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

@Test func `who appends waits for who holds the lock`() async throws {
  let path = NSTemporaryDirectory() + "gen-history-\(UUID().uuidString)"
  defer { try? FileManager.default.removeItem(atPath: path) }
  let holder = open(path, O_RDWR | O_CREAT, 0o600)
  defer { close(holder) }
  #expect(flock(holder, LOCK_EX) == 0)
  let appending = Task.detached { History(path: path).append("1 + 1") }
  usleep(50_000)
  #expect(History(path: path).entries().isEmpty)
  flock(holder, LOCK_UN)
  await appending.value
  #expect(History(path: path).entries() == ["1 + 1"])
}

@Test func `of a long history the newest whole entries are read`() throws {
  try withPath { path in
    let lines = (0..<60_000).map { "entry number \($0) of many\n" }.joined()
    try Data(lines.utf8).write(to: URL(filePath: path))
    let entries = History(path: path).entries()
    #expect(entries.count == 5000 && entries.last == "entry number 59999 of many")
    try Data((String(repeating: "x", count: 2 << 20) + "\n1 + 1\n").utf8)
      .write(to: URL(filePath: path))
    #expect(History(path: path).entries() == ["1 + 1"])
  }
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
