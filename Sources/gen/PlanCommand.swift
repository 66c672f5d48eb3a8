import ArgumentParser
import GenLanguage
import GenPipeline
import GenSession

struct PlanCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "plan", abstract: "Shows what a script would compute and what is cached.")

  @Argument(help: "The script, or - for standard input.") var file: String
  @OptionGroup var options: WorkOptions

  func run() async throws {
    let job = try Job(options, try readScript(file))
    let plan = try await job.plan()
    if options.json {
      put(try plan.json() + "\n")
    } else {
      put(plan.text(title: file, width: Terminal.current().columns))
    }
  }
}

extension Job {
  /// What the script would need, without doing it.
  func plan() async throws -> Plan {
    var scope = try await startScope()
    let program = try checked(in: scope)
    let planner = Planner(cache: workshop.cache)
    try await plan(program, planner, in: &scope) { planner.need($0.value) }
    return planner.plan
  }

  /// Walks through a script with a planner in the runner's place.
  func plan(
    _ program: CheckedProgram, _ planner: Planner, in scope: inout Scope,
    each: @escaping @Sendable (StatementResult) -> Void
  ) async throws {
    let graph = Graph(world: workshop.world, demanding: planner)
    do {
      try await Evaluator(workshop.language, graph: graph, demanding: planner)
        .run(program, in: &scope) { each($0) }
    } catch let diagnostic as Diagnostic where diagnostic.code == "E0804" {
      return
    } catch let diagnostic as Diagnostic {
      console.tell(diagnostic, in: program.sources)
      throw ExitCode(1)
    }
  }
}
