import ArgumentParser
import GenLanguage
import GenPipeline
import GenSession
import GenStages

/// One script on its way through check, plan or run, and what is told meanwhile.
struct Job {
  let console: Console
  let workshop: Workshop
  let source: Source
  let settings: [String: String]

  init(_ options: WorkOptions, _ source: Source) throws {
    let console = Console(options.manner)
    self.init(console, try options.workshop(console), source, try options.settings())
  }

  init(
    _ console: Console, _ workshop: Workshop, _ source: Source, _ settings: [String: String]
  ) {
    self.console = console
    self.workshop = workshop
    self.settings = settings
    self.source = source
  }

  /// The scope that a script starts in: with what `--set` gave.
  ///
  /// - Throws: `ValidationError` for a setting that there is not, or a value that it cannot have.
  func startScope() async throws -> Scope {
    var values: [String: Value] = [:]
    for (name, text) in settings {
      values[name] = try await value(ofSetting: name, text)
    }
    return Scope(settings: values)
  }

  private func value(ofSetting name: String, _ text: String) async throws -> Value? {
    var scope = Scope()
    let statement = Source(name: "--set", text: "set \(name) = \(text)")
    let program = workshop.language.check(statement, in: scope)
    if let wrong = program.diagnostics.first(where: { $0.severity == .error }) {
      throw ValidationError(
        "--set \(name)=\(text): \(wrong.message)" + wrong.hint.map { "; \($0)" }.orEmpty)
    }
    try await Evaluator(
      workshop.language, graph: workshop.graph, demanding: workshop.runner
    ).run(program, in: &scope)
    return scope.settings[name]
  }

  /// Checks the script and tells what is wrong with it.
  ///
  /// - Throws: `ExitCode(1)` when there is an error.
  func checked(in scope: Scope) throws -> CheckedProgram {
    let program = workshop.language.check(source, in: scope, isScript: true)
    for diagnostic in program.diagnostics { console.tell(diagnostic, in: program.sources) }
    guard !program.hasErrors else { throw ExitCode(1) }
    return program
  }

  /// - Throws: `ExitCode` 1 for a script that spends too much of the privacy of a table, or asks for
  ///   what its rows do not allow.
  func checkTables(of program: CheckedProgram) async throws {
    do {
      try await workshop.checkTables(of: program, in: startScope())
    } catch let diagnostic as Diagnostic {
      console.tell(diagnostic, in: program.sources)
      throw ExitCode(1)
    }
  }

  /// Runs the script; Ctrl-C stops it, and so does SIGTERM.
  ///
  /// - Throws: `ExitCode` 1 for what the script is at fault for, 130 and 143 when stopped.
  func run(showing: Bool) async throws {
    let scope = try await startScope()
    let program = try checked(in: scope)
    workshop.runner.run(
      as: ProgramOrigin(
        file: source.name, script: source.text, settings: settings, machine: Workshop.machine))
    let work = Task { [console, workshop, scope] in
      var scope = scope
      try await workshop.checkAhead(of: program, in: scope)
      try await Evaluator(workshop.language, graph: workshop.graph, demanding: workshop.runner)
        .run(program, in: &scope) { result in
          guard showing, result.type != .none, !result.isSilent else { return }
          console.show(try await workshop.runner.resolved(result.value))
        }
    }
    do {
      Interrupts.catchTermination()
      try await Interrupts.cancelling(work)
      console.finish()
    } catch is CancellationError {
      console.say("stopped; what was finished is kept")
      throw ExitCode(Interrupts.status)
    } catch {
      console.tell(Studio.describe(error), in: program.sources)
      throw ExitCode(1)
    }
  }
}
