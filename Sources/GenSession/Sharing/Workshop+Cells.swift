import GenLanguage
import GenPipeline
import GenStages

extension Workshop {
  /// Runs a checked cell and notes in the journal what it shows.
  ///
  /// - Returns: The scope after it.
  /// - Throws: ``Diagnostic`` with its place; `CancellationError`.
  func perform(
    _ program: CheckedProgram, in start: Scope,
    show: @escaping @Sendable (Value, String) -> Void = { _, _ in }
  ) async throws -> Scope {
    let work = Task { [self] in
      try await checkAhead(of: program, in: start)
      var scope = start
      try await Evaluator(language, graph: graph, demanding: runner)
        .run(program, in: &scope) { result in
          guard result.type != .none, !result.isSilent else { return }
          let value = try await runner.resolved(result.value)
          let facts = ledger.facts(of: result.value)
          journal.note(Exhibit(.value(result.value), facts: facts, isResult: true))
          show(value, facts)
        }
      return scope
    }
    return try await Interrupts.cancelling(work)
  }

  /// Runs a script cell by cell, going on after a cell with a fault as a session does.
  ///
  /// - Parameter tell: Told what is wrong.
  /// - Returns: What each cell showed, and whether all went well.
  /// - Throws: `CancellationError`.
  public func records(
    of script: Source, in start: Scope = Scope(), settings: [String: String] = [:],
    tell: @escaping @Sendable (Diagnostic, Sources) -> Void
  ) async throws -> (cells: [CellRecord], isFine: Bool) {
    runner.run(
      as: ProgramOrigin(
        file: script.name, script: script.text, settings: settings, machine: Self.machine))
    var scope = start
    var isFine = true
    var records: [CellRecord] = []
    for cell in Notebook(script).cells {
      journal.open()
      let program = language.check(cell.source(named: script.name), in: scope)
      var sources = program.sources
      sources.add(script)
      let report = { [journal] (diagnostic: Diagnostic) in
        journal.note(Exhibit(diagnostic, in: sources))
        tell(diagnostic, sources)
      }
      for diagnostic in program.diagnostics { report(diagnostic) }
      do {
        if !program.hasErrors { scope = try await perform(program, in: scope) }
        isFine = isFine && !program.hasErrors
      } catch let error as CancellationError {
        throw error
      } catch {
        report(Studio.describe(error))
        isFine = false
      }
      records.append(journal.close(title: cell.title, text: cell.text))
    }
    return (records, isFine)
  }
}

extension Exhibit {
  /// - Parameter sources: The texts that the message points into.
  init(_ diagnostic: Diagnostic, in sources: Sources) {
    self.init(.problem(diagnostic, rendered: diagnostic.rendered(in: sources)))
  }
}
