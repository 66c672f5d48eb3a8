import GenLanguage
import GenPipeline
import GenStages

/// A conversation: cells are typed, checked, run and shown, one after the other.
public actor Session {
  let workshop: Workshop
  private let show: @Sendable (Value, String) -> Void
  let say: @Sendable (String) -> Void
  let tell: @Sendable (Diagnostic, Sources) -> Void
  private let history: History
  private(set) var scope = Scope()
  private(set) var cells: [Source] = []
  /// The cells that ran to their end: the program behind every result.
  private var finished: [Source] = []
  /// The run that `:step` walks through.
  var walk: Walk?

  /// - Parameters:
  ///   - show: Shows a value with further facts about it.
  ///   - say: Tells a sentence.
  ///   - tell: Tells what is wrong, and where in which texts.
  public init(
    _ workshop: Workshop, history: History = .standard(),
    show: @escaping @Sendable (Value, String) -> Void,
    say: @escaping @Sendable (String) -> Void,
    tell: @escaping @Sendable (Diagnostic, Sources) -> Void
  ) {
    self.workshop = workshop
    self.history = history
    self.show = show
    self.say = say
    self.tell = tell
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
      let trimmed = text.drop(while: \.isWhitespace)
      if trimmed.hasPrefix(":") {
        guard await command(String(trimmed)) else { return }
      } else {
        await run(text)
      }
    }
    if reader.isTerminal { putLine("") }
  }

  /// The next cell: as many lines as its brackets need; nil at the end of the input.
  private func nextCell(_ reader: LineReader) -> String? {
    var text = ""
    while true {
      let number = "\(cells.count + 1)"
      let prompt =
        text.isEmpty ? "[\(number)] " : String(repeating: " ", count: number.count) + " … "
      let tab = TabCompletion(language: workshop.language, scope: scope, linesBefore: text)
      switch reader.read(prompt: prompt, completer: tab.answer) {
      case .line(let line):
        text += text.isEmpty ? line : "\n" + line
        if !isIncomplete(text) { return text }
      case .interrupted: text = ""
      case .end: return text.isEmpty ? nil : text
      }
    }
  }

  /// Checks and runs one cell; what it bound stays only when it ran to its end.
  ///
  /// - Returns: Whether it did.
  @discardableResult public func run(_ text: String) async -> Bool {
    let source = Source(name: "[\(cells.count + 1)]", text: text)
    cells.append(source)
    var sources = Sources(cells)
    let program = workshop.language.check(source, in: scope)
    for diagnostic in program.diagnostics { tell(diagnostic, program.sources) }
    guard !program.hasErrors else { return false }
    workshop.runner.run(
      as: ProgramOrigin(
        file: "session", script: (finished + [source]).map(\.text).joined(separator: "\n"),
        machine: Workshop.machine))
    do {
      let start = scope
      try await Interrupts.cancelling(
        Task { [workshop] in try await workshop.checkBudget(of: program, in: start) })
      scope = try await Interrupts.cancelling(work(program, scope))
      finished.append(source)
      return true
    } catch is CancellationError {
      say("stopped; what was finished is kept")
    } catch {
      sources.add(source)
      tell(Studio.describe(error), sources)
    }
    return false
  }

  private func work(_ program: CheckedProgram, _ start: Scope) -> Task<Scope, any Error> {
    Task { [workshop, show] in
      var scope = start
      try await Evaluator(workshop.language, graph: workshop.graph, demanding: workshop.runner)
        .run(program, in: &scope) { result in
          guard result.type != .none, !result.isSilent else { return }
          let value = try await workshop.runner.resolved(result.value)
          show(value, workshop.ledger.facts(of: result.value))
        }
      return scope
    }
  }

  /// Does a command; false when it ends the session.
  func command(_ text: String) async -> Bool {
    let words = text.split(separator: " ", maxSplits: 1)
    let name = words.first.map { String($0.dropFirst()) } ?? ""
    let argument = words.count > 1 ? words[1].trimmingSpaces() : ""
    guard let command = Command.all.first(where: { $0.name == name }) else {
      let near = Suggestion.nearest(to: name, in: Command.all.map(\.name))
      putLine(
        "there is no command :\(name)\(near.map { "; did you mean :\($0)?" } ?? "; see :help")")
      return true
    }
    let context = Command.Context(workshop: workshop, scope: scope, cells: cells) {
      await self.step($0)
    }
    return await command.action(context, argument)
  }
}

extension Substring {
  fileprivate func trimmingSpaces() -> String {
    String(drop(while: \.isWhitespace).reversed().drop(while: \.isWhitespace).reversed())
  }
}
