import Foundation
import GenLanguage
import GenPipeline
import Synchronization
import Testing

@testable import GenSession

/// A session that keeps what it tells.
private final class Listener: Sendable {
  let lines = Mutex<[String]>([])
  let folder = NSTemporaryDirectory() + "gen-session-\(UUID().uuidString)"

  init() throws {
    try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
  }

  deinit { try? FileManager.default.removeItem(atPath: folder) }

  func session() -> Session {
    Session(
      workshop(output: folder), history: History(path: nil),
      show: { value, _ in self.note(value.shortText()) }, say: { self.note($0) },
      tell: { diagnostic, _ in self.note("\(diagnostic.code) \(diagnostic.message)") })
  }

  private func note(_ line: String) { lines.withLock { $0.append(line) } }

  var told: [String] { lines.withLock { $0 } }

  func text(of name: String) throws -> String {
    try String(contentsOfFile: folder + "/" + name, encoding: .utf8)
  }
}

@Suite struct SessionTests {
  @Test func `undo brings back what a name was before`() async throws {
    let listener = try Listener()
    let session = listener.session()
    for cell in ["a = 1", "a = 2", "b = a", "nonsense("] { await session.run(cell) }
    _ = await session.command(":undo 3")
    await session.run("a")
    #expect(listener.told.last == "1")
    #expect(await session.scope.types["b"] == nil)
    #expect(await session.cells.map(\.source.name) == ["[1]", "[2]"])
  }

  @Test func `undo goes no further back than the first cell`() async throws {
    let session = try Listener().session()
    await session.run("a = 1")
    #expect(await session.undo(9).count == 1)
    #expect(await session.undo(1).isEmpty)
  }

  @Test func `a session stays small: scopes too old to go back to are let go`() async throws {
    let session = try Listener().session()
    for number in 0..<SessionCell.undoCount + 5 { await session.run("a = \(number)") }
    #expect(await session.cells.count { $0.before != nil } == SessionCell.undoCount)
  }

  @Test func `cells are saved, loaded and saved again as the same script`() async throws {
    let listener = try Listener()
    let session = listener.session()
    for cell in ["a = 2", "nonsense(1)", "f = x => x + a", "f(3)"] { await session.run(cell) }
    _ = await session.command(":save \(listener.folder)/talk.gen")
    let script = try listener.text(of: "talk.gen")
    #expect(script == "# %%\na = 2\n\n# %%\nf = x => x + a\n\n# %%\nf(3)\n")
    #expect(listener.told.last?.contains("left out 1") == true)

    let other = listener.session()
    _ = await other.command(":load \(listener.folder)/talk.gen")
    #expect(listener.told.last == "5")
    #expect(await other.cells.count == 3)
    _ = await other.command(":save")
    #expect(try listener.text(of: "talk.gen") == script)
  }

  @Test func `saving does not replace a file that the session does not know`() async throws {
    let listener = try Listener()
    let path = listener.folder + "/talk.gen"
    try Data("precious".utf8).write(to: URL(filePath: path))
    let session = listener.session()
    await session.run("a = 1")
    _ = await session.command(":save \(path)")
    #expect(try listener.text(of: "talk.gen") == "precious")
    _ = await session.command(":save --force \(path)")
    #expect(try listener.text(of: "talk.gen") == "# %%\na = 1\n")
  }

  @Test func `loading ends at the first fault and keeps what ran`() async throws {
    let listener = try Listener()
    try Data("# %%\na = 1\n# %%\nb = nothing\n# %%\nc = 3\n".utf8)
      .write(to: URL(filePath: listener.folder + "/a.gen"))
    let session = listener.session()
    _ = await session.command(":load \(listener.folder)/a.gen")
    let bound = await session.scope.types
    #expect(bound["a"] == .int && bound["b"] == nil && bound["c"] == nil)
    #expect(listener.told.last == "loading ends at cell 2 of 3")
  }

  @Test(arguments: [
    ":load", ":load /no/such.gen", ":load /", ":save", ":save /no/such/a.gen", ":export",
    ":export a.pdf", ":export /no/such/a.html", ":edit", ":edit 9", ":edit x", ":undo -1",
    ":undo x", ":time", ":time nonsense(", ":help nothing", ":sav", ":", ": ", ":why", ":why a",
    ":why nonsense(", ":trace", ":trace 1", ":trace nonsense", ":cache", ":cache verify",
    ":cache trim", ":cache trim many", ":cache x", ":models", ":models nothing", ":models x y z",
    ":models verify nothing", ":models get nothing", ":set", ":set seed", ":set sed",
    ":set seed = x",
    ":plan", ":plan nonsense(", ":type (", ":doc", ":doc nothing", ":names x", ":step 3",
  ])
  func `no command ends the session, whatever it is given`(line: String) async throws {
    let session = try Listener().session()
    #expect(await session.command(line))
    await session.run("a = 1")
    #expect(await session.command(line))
  }

  @Test func `a setting is a cell, which undo takes back`() async throws {
    let session = try Listener().session()
    #expect(await session.command(":set seed = 7"))
    #expect(await session.scope.settings["seed"].flatMap(Int.init) == 7)
    _ = await session.command(":undo")
    #expect(await session.scope.settings["seed"] == nil)
  }

  @Test func `why tells of each value of a line, without running it`() async throws {
    let session = try Listener().session()
    let workshop = await session.workshop
    let program = workshop.language.check(
      Source(name: "why", text: "a = plain(8, 6) |> blur(2)\n1 + 1"))
    let why = try await workshop.why(program, in: Scope())
    #expect(why.contains("1 + 1 is known at once"))
    #expect(why.contains("a has to be computed:\n  there is no cache"))
  }

  @Test func `each command explains itself`() {
    for command in Command.all {
      #expect(command.summary.hasSuffix("."), "\(command.name)")
      #expect(command.page.contains("  :\(command.name)"), "\(command.name)")
    }
    #expect(Set(Command.all.map(\.name)).count == Command.all.count)
    #expect(Command.unknown("exprot").contains(":export"))
  }

  @Test func `an exported page has what each cell showed, problems too`() async throws {
    let listener = try Listener()
    let session = listener.session()
    for cell in ["plain(8, 6, color: \"teal\")", "print(\"<b>\")", "[[1, 2], [3, 4]]", "blurr(1)"] {
      await session.run(cell)
    }
    _ = await session.command(":export \(listener.folder)/talk.html")
    let page = try listener.text(of: "talk.html")
    #expect(page.contains("src=\"data:image/png;base64,"))
    #expect(page.contains("<figcaption>Image 8x6"))
    #expect(page.contains("<pre>&lt;b&gt;</pre>"))
    #expect(page.contains("<tr><td>3</td><td>4</td></tr>"))
    #expect(page.contains("Did you mean &#39;blur&#39;?"))
  }

  @Test func `a script is recorded cell by cell, with places of the whole script`() async throws {
    let listener = try Listener()
    let script = Source(
      name: "talk.gen", text: "# %% One\na = 1\na\n\n# %% Two\nb = nothing\n# %%\na + 1\n")
    let workshop = workshop(output: listener.folder)
    let (records, isFine) = try await workshop.records(of: script) { _, _ in }
    #expect(!isFine)
    #expect(records.map(\.title) == ["One", "Two", ""])
    #expect(records.map(\.exhibits.count) == [1, 1, 1])
    guard case .problem(let diagnostic, let text) = records[1].exhibits[0].content else {
      Issue.record("the second cell has a fault")
      return
    }
    #expect(diagnostic.place?.line == 6)
    #expect(text.contains("6 | b = nothing"))
  }
}
