import GenLanguage
import GenPipeline
import GenStages

/// A conversation: cells are typed, checked, run and shown, one after the other.
public actor Session {
  let workshop: Workshop
  let show: @Sendable (Value, String) -> Void
  let say: @Sendable (String) -> Void
  let tell: @Sendable (Diagnostic, Sources) -> Void
  private let rest: @Sendable (Bool) -> Void
  private let history: History
  private(set) var scope = Scope()
  private(set) var cells: [SessionCell] = []
  /// What stands in the next line that is read, to be edited: an old cell that was taken up.
  private var begun = ""
  /// The script that the cells were last saved to or loaded from.
  var scriptPath: String?
  /// The run that `:step` walks through.
  var walk: Walk?

  /// - Parameters:
  ///   - show: Shows a value with further facts about it.
  ///   - say: Tells a sentence.
  ///   - tell: Tells what is wrong, and where in which texts.
  ///   - rest: Whether the next cell is being typed, so that nothing else may be written.
  public init(
    _ workshop: Workshop, history: History = .standard(),
    show: @escaping @Sendable (Value, String) -> Void,
    say: @escaping @Sendable (String) -> Void,
    tell: @escaping @Sendable (Diagnostic, Sources) -> Void,
    rest: @escaping @Sendable (Bool) -> Void = { _ in }
  ) {
    self.workshop = workshop
    self.history = history
    self.show = show
    self.say = say
    self.tell = tell
    self.rest = rest
  }

  /// Reads and runs cells until the input ends.
  public func live() async {
    let reader = LineReader(history: history)
    Interrupts.catchThem()
    if reader.isTerminal {
      putLine("gen \(Workshop.version): type a line, :help for help, Ctrl-D to leave")
    }
    while let text = nextCell(reader) {
      if text.allSatisfy(\.isWhitespace) { continue }
      reader.remember(text)
      if reader.isTerminal { history.append(text) }
      guard await perform(typed: text) else { return }
    }
    if reader.isTerminal { putLine("") }
  }

  /// Does a command, or runs a cell; a pasted script with `# %%` marks is as many cells as it says.
  ///
  /// - Returns: Whether the session goes on.
  private func perform(typed text: String) async -> Bool {
    guard !text.drop(while: \.isWhitespace).hasPrefix(":"), text.contains("# %%") else {
      return await enter(text) != .left
    }
    for cell in Notebook(Source(name: "", text: text)).cells {
      guard await run(cell.text, title: cell.title) else { break }
    }
    return true
  }

  /// The next cell: as many lines as its brackets need; nil at the end of the input.
  private func nextCell(_ reader: LineReader) -> String? {
    rest(true)
    defer { rest(false) }
    var lines: [String] = []
    var shown: [String] = []
    let first = "[\(cells.count + 1)] "
    while true {
      let prompt = lines.isEmpty ? first : String(repeating: " ", count: first.count - 2) + "… "
      let above = lines.joined(separator: "\n")
      let tab = TabCompletion(
        language: workshop.language, scope: scope, linesBefore: above,
        models: { [workshop] in workshop.studio.store.list().map(\.name) })
      let start = begun
      begun = ""
      switch reader.read(
        prompt: prompt, begun: start, goesBack: !lines.isEmpty, completer: tab.answer)
      {
      case .line(let line):
        lines.append(line)
        shown.append(prompt + line)
        let text = lines.joined(separator: "\n")
        if !isIncomplete(text) { return text }
      case .back(let line):
        reader.erase((shown + [prompt + line]).joined(separator: "\n"))
        begun = (lines + (line.isEmpty ? [] : [line])).joined(separator: "\n")
        (lines, shown) = ([], [])
      case .interrupted: (lines, shown) = ([], [])
      case .end: return lines.isEmpty ? nil : above
      }
    }
  }

  /// Checks and runs one cell; what it bound stays only when it ran to its end.
  ///
  /// - Parameter isKept: Whether it becomes a cell of the session, besides what it binds.
  /// - Returns: Whether it did.
  @discardableResult
  public func run(_ text: String, title: String = "", isKept: Bool = true) async -> Bool {
    let source = Source(name: "[\(cells.count + 1)]", text: text)
    let sources = Sources(cells.map(\.source) + [source])
    workshop.journal.open()
    let program = workshop.language.check(source, in: scope)
    for diagnostic in program.diagnostics { note(diagnostic, program.sources) }
    let before = scope
    let isFinished = program.hasErrors ? false : await perform(program, sources)
    let record = workshop.journal.close(title: title, text: text)
    guard isKept else { return isFinished }
    cells.append(
      SessionCell(source: source, record: record, isFinished: isFinished, before: before))
    let old = cells.count - 1 - SessionCell.undoCount
    if old >= 0 { cells[old].before = nil }
    return isFinished
  }

  private func perform(_ program: CheckedProgram, _ sources: Sources) async -> Bool {
    let source = program.module.source
    workshop.runner.run(
      as: ProgramOrigin(
        file: "session", script: (finished + [source]).map(\.text).joined(separator: "\n"),
        machine: Workshop.machine))
    do {
      scope = try await workshop.perform(program, in: scope, show: show)
      return true
    } catch is CancellationError {
      say(Self.stopped)
    } catch {
      note(Studio.describe(error), sources)
    }
    return false
  }

  /// What is said when Ctrl-C has ended a cell.
  public static let stopped = "stopped; what was finished is kept"

  private func note(_ diagnostic: Diagnostic, _ sources: Sources) {
    workshop.journal.note(Exhibit(diagnostic, in: sources))
    tell(diagnostic, sources)
  }

  /// The cells that ran to their end: the program behind every result.
  private var finished: [Source] { cells.filter(\.isFinished).map(\.source) }

  /// Puts a text into the next line that is read, to be edited.
  func takeUp(_ text: String) {
    // A control character would be taken for a key.
    begun = text.replacing("\t", with: "  ").filter {
      $0 == "\n" || $0.asciiValue.map { $0 >= 32 } ?? true
    }
  }

  /// Goes back to before the last cells, as far as that is remembered.
  ///
  /// - Returns: The cells that were taken back, the newest first.
  func undo(_ count: Int) -> [SessionCell] {
    var undone: [SessionCell] = []
    while undone.count < count, let last = cells.last, let before = last.before {
      scope = before
      undone.append(cells.removeLast())
    }
    return undone
  }

  /// Does a command; false when it ends the session.
  func command(_ text: String) async -> Bool {
    let words = text.split(maxSplits: 1, whereSeparator: \.isWhitespace)
    let name = words.first.map { String($0.dropFirst()) } ?? ""
    let argument = words.count > 1 ? words[1].trimmingSpaces() : ""
    guard let command = Command.named(name) else {
      putLine(Command.unknown(name))
      return true
    }
    let context = Command.Context(
      workshop: workshop, scope: scope, cells: cells.map(\.source), session: self)
    return await command.action(context, argument)
  }
}

extension Substring {
  fileprivate func trimmingSpaces() -> String {
    String(drop(while: \.isWhitespace).reversed().drop(while: \.isWhitespace).reversed())
  }
}
