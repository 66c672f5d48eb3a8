import GenLanguage
import GenPipeline
import GenStages

/// What a front end that is no terminal asks of a session.
extension Session {
  /// How something that was entered went.
  public enum Entry: Sendable {
    case finished, failed
    /// A command ended the session.
    case left
  }

  /// Runs a cell, or does the command that it is.
  public func enter(_ text: String, isKept: Bool = true) async -> Entry {
    let trimmed = text.drop(while: \.isWhitespace)
    guard trimmed.hasPrefix(":") else {
      return await run(text, isKept: isKept) ? .finished : .failed
    }
    return await command(String(trimmed)) ? .finished : .left
  }

  /// The cells that there are.
  public var cellCount: Int { cells.count }

  /// What the last expression of a checked program comes to, without making it a cell.
  ///
  /// - Throws: ``Diagnostic``; `CancellationError`.
  func value(of program: CheckedProgram) async throws -> Value {
    let work = Task { [workshop, scope] in
      var scope = scope
      let results = try await Evaluator(
        workshop.language, graph: workshop.graph, demanding: workshop.runner
      ).run(program, in: &scope)
      guard let last = results.last else { return Value.none }
      return try await workshop.runner.resolved(last.value)
    }
    return try await Interrupts.cancelling(work)
  }

  /// What an expression comes to among the names of the session.
  ///
  /// - Throws: ``Diagnostic``; `CancellationError`.
  public func value(of expression: String) async throws -> Value {
    let program = workshop.language.check(Source(name: "expression", text: expression), in: scope)
    if let wrong = program.diagnostics.first(where: { $0.severity == .error }) { throw wrong }
    return try await value(of: program)
  }

  /// What could stand at a place of a cell that is being written.
  ///
  /// - Parameter offset: Bytes from the start of the text.
  /// - Returns: The byte from which a candidate stands, and the candidates.
  public func completions(for text: String, at offset: Int) -> (start: Int, candidates: [String]) {
    let typed = String(decoding: Array(text.utf8).prefix(max(0, offset)), as: UTF8.self)
    let above = typed.lastIndex(of: "\n").map { typed[..<$0] }
    let line = above.map { typed[$0.endIndex...].dropFirst() } ?? typed[...]
    let tab = TabCompletion(
      language: workshop.language, scope: scope, linesBefore: above.map(String.init) ?? "",
      models: { [workshop] in workshop.studio.store.list().map(\.name) })
    let found = tab.answer(for: String(line), at: line.utf8.count)
    return (typed.utf8.count - line.utf8.count + found.start, found.candidates)
  }

  /// What is known of the name at a place of a text, or else of the call whose brackets are around it.
  ///
  /// - Parameter offset: Bytes from the start of the text.
  public func explanation(for text: String, at offset: Int) -> String? {
    let source = Source(name: "", text: text)
    let before = Highlighting.tokens(of: source).filter { $0.range.lowerBound <= offset }
    if let word = before.last, word.range.upperBound >= offset, [.name, .call].contains(word.role),
      let page = explanation(of: source.text(in: word.range))
    {
      return page
    }
    var depth = 0
    for index in before.indices.dropFirst().reversed() {
      switch source.text(in: before[index].range) {
      case ")": depth += 1
      case "(" where depth > 0: depth -= 1
      case "(" where before[index - 1].role == .call:
        return explanation(of: source.text(in: before[index - 1].range))
      default: continue
      }
    }
    return nil
  }

  private func explanation(of name: String) -> String? {
    scope.types[name].map { "\(name): \($0)\n" } ?? workshop.page(of: name)
  }
}

/// Whether a cell that somebody is typing could be run.
public enum CellState: Sendable {
  case complete, incomplete, invalid

  public init(of text: String) {
    if text.drop(while: \.isWhitespace).hasPrefix(":") {
      self = .complete
    } else if isIncomplete(text) {
      self = .incomplete
    } else {
      let module = Module.parse(Source(name: "", text: text))
      self = module.diagnostics.contains { $0.severity == .error } ? .invalid : .complete
    }
  }
}
