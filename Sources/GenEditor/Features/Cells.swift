import GenLanguage
import GenPipeline
import GenSession
import GenStages
import Synchronization

extension Feature {
  static let codeLenses = Feature("textDocument/codeLens", ["codeLensProvider": [:]]) {
    (server, parameters: DocumentParameters) -> JSON in
    let document = try server.document(parameters.textDocument.uri)
    let sketch = document.sketch
    let title = sketch.items.contains(where: \.isMark) ? "run cell" : "run"
    return .list(
      sketch.cells.map { cell in
        let start = Position(line: document.source.lineIndex(of: cell.start), character: 0)
        return [
          "range": PositionRange(start: start, end: start).json,
          "command": [
            "title": .text(title), "command": .text(CellRun.command),
            "arguments": [.text(document.uri), .int(document.source.lineIndex(of: cell.first))],
          ],
        ]
      })
  }

  private struct CommandParameters: Decodable {
    let command: String
    let arguments: [JSON]?
    let workDoneToken: JSON?
  }

  static let runCell = Feature(
    "workspace/executeCommand", ["executeCommandProvider": ["commands": [.text(CellRun.command)]]],
    answering: { (server, parameters: CommandParameters, id) -> Answer in
      guard parameters.command == CellRun.command else {
        throw ResponseError(.invalidParameters, "there is no command \(parameters.command)")
      }
      let arguments = parameters.arguments ?? []
      guard arguments.count == 2, case .text(let uri) = arguments[0],
        case .int(let line) = arguments[1]
      else {
        throw ResponseError(
          .invalidParameters, "\(CellRun.command) takes a document and a line of its cell")
      }
      try server.run(try server.document(uri), line: line, id, parameters.workDoneToken)
      return .later
    })
}

/// A cell at work, with all above it, and how the editor hears of it.
struct CellRun {
  /// The command of the code lens: a document and a line of the cell, from 0.
  static let command = "gen.runCell"

  struct Outcome: Sendable {
    /// What the cell showed, a text for each.
    var shown: [String] = []
    /// What was wrong, in all cells.
    var problems: [Diagnostic] = []
    var isFine = true
    var isCancelled = false
  }

  struct ProgressToken: Decodable { let token: JSON }

  /// The request that waits for its end.
  let id: JSON
  let uri: String
  let version: Int
  let title: String
  /// What the editor calls its progress; nil where it shows none.
  let token: JSON?
  let work: Task<Void, Never>
  private var lastReport: ContinuousClock.Instant?

  init(id: JSON, _ document: Document, title: String, token: JSON?, _ work: Task<Void, Never>) {
    self.id = id
    self.title = title
    self.token = token
    self.work = work
    uri = document.uri
    version = document.version
  }

  func cancel() { work.cancel() }

  func begin(on connection: Connection, creates: Bool) {
    guard let token else { return }
    if creates {
      connection.send([
        "jsonrpc": "2.0", "id": token,
        "method": "window/workDoneProgress/create", "params": ["token": token],
      ])
    }
    progress(["kind": "begin", "title": .text(title), "cancellable": true], on: connection)
  }

  mutating func report(_ note: String, _ fraction: Double?, to connection: Connection) {
    let now = ContinuousClock.now
    if let lastReport, now - lastReport < .milliseconds(100) { return }
    lastReport = now
    let percent = fraction.map { JSON.int(Int((min(max($0, 0), 1) * 100).rounded())) }
    progress(
      ["kind": "report", "message": .text(note), "percentage": percent ?? .null], on: connection)
  }

  func end(on connection: Connection) { progress(["kind": "end"], on: connection) }

  private func progress(_ value: JSON, on connection: Connection) {
    guard let token else { return }
    connection.notify("$/progress", ["token": token, "value": value])
  }
}

extension LanguageServer {
  /// Begins to run the cell that holds a line, with all cells above it.
  fileprivate func run(_ document: Document, line: Int, _ id: JSON, _ token: JSON?) throws {
    guard cellRun == nil else {
      throw ResponseError(.failed, "a cell is being run; stop it or wait for its end")
    }
    guard let (script, cell) = document.source.script(upToCellWith: line) else {
      throw ResponseError(.invalidParameters, "there is no cell in line \(line)")
    }
    let ownToken: JSON? =
      editor.showsProgress ? .text("\(CellRun.command) \(document.version) \(line)") : nil
    let work = Task.detached { [events, workshop] in
      _ = events.yield(.ran(await workshop.outcome(of: script)))
    }
    let title = cell.title.isEmpty ? "Run cell" : "Run \(cell.title)"
    let run = CellRun(id: id, document, title: title, token: token ?? ownToken, work)
    cellRun = run
    run.begin(on: connection, creates: token == nil)
  }

  func finish(_ outcome: CellRun.Outcome) {
    guard let run = cellRun else { return }
    cellRun = nil
    run.end(on: connection)
    if let document = documents[run.uri], document.version == run.version {
      let known = document.analysis.program.diagnostics
      document.runProblems = outcome.problems.filter { problem in
        !known.contains { $0.code == problem.code && $0.place == problem.place }
      }
      publish(document)
    }
    guard !outcome.isCancelled else {
      return connection.refuse(
        run.id, ResponseError(.cancelled, "stopped; what was finished is kept"))
    }
    let text = outcome.shown.joined(separator: "\n")
    if !text.isEmpty {
      connection.notify(
        "window/showMessage",
        ["type": .int(outcome.isFine ? 3 : 1), "message": .text("\(run.title):\n\(text)")])
    }
    connection.answer(
      run.id, ["isFine": .bool(outcome.isFine), "shown": .list(outcome.shown.map { .text($0) })])
  }
}

extension Source {
  /// The text up to the end of the cell that holds a line, from 0, and that cell.
  fileprivate func script(upToCellWith line: Int) -> (Source, Notebook.Cell)? {
    let cells = Notebook(self).cells
    guard line >= 0, let cell = cells.last(where: { $0.line - 1 <= line }) ?? cells.first
    else { return nil }
    let end =
      cell.line - 1 + cell.text.split(separator: "\n", omittingEmptySubsequences: false).count
    let bytes = end < lineStarts.count ? bytes[..<lineStarts[end]] : bytes[...]
    return (Source(name: name, bytes: Array(bytes)), cell)
  }
}

/// What is told to be wrong while cells run.
private final class Problems: Sendable {
  let list = Mutex<[Diagnostic]>([])
}

extension Workshop {
  /// Runs a script as a session runs its cells, and tells of the last one.
  fileprivate func outcome(of script: Source) async -> CellRun.Outcome {
    var outcome = CellRun.Outcome()
    let problems = Problems()
    do {
      let (records, isFine) = try await records(of: script) { diagnostic, _ in
        problems.list.withLock { $0.append(diagnostic) }
      }
      outcome.isFine = isFine
      let exhibits = isFine ? records.last?.exhibits ?? [] : records.flatMap(\.exhibits)
      for exhibit in exhibits { outcome.shown.append(try await text(exhibit)) }
    } catch is CancellationError {
      outcome.isCancelled = true
    } catch {
      outcome.isFine = false
      outcome.shown.append(Studio.describe(error).message)
    }
    outcome.problems = problems.list.withLock { $0 }
    return outcome
  }

  private func text(_ exhibit: Exhibit) async throws -> String {
    switch exhibit.content {
    case .value(let value):
      let plain = Terminal(
        columns: 80, rows: 24, colorCount: 1, pictures: .none, isInteractive: false)
      let facts = try await runner.resolved(value).shown(on: plain).facts
      return exhibit.facts.isEmpty ? facts : "\(facts), \(exhibit.facts)"
    case .printed(let text), .note(let text): return text
    case .file(let report): return report.sentence
    case .question(let question): return question.page + question.solution
    case .problem(_, let rendered): return rendered
    }
  }
}
