import ArgumentParser
import GenLanguage
import GenPipeline
import GenSession

struct PlanCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "plan",
    abstract: "Shows what a script would take: time, memory and disk, and what is cached.")

  @Argument(help: "The script, or - for standard input.", completion: .scripts) var file: String
  @Flag(name: .long, help: "Measures anew how fast this machine is.") var calibrate = false
  @OptionGroup var options: WorkOptions

  func run() async throws {
    let job = try Job(options, try readScript(file))
    if calibrate { await job.workshop.prices.forget() }
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
    return try await told(program) { try await workshop.plan(program, in: &scope) }
  }

  /// Tells what is wrong when planning fails.
  ///
  /// - Throws: `ExitCode(1)`.
  func told<Result>(
    _ program: CheckedProgram, _ work: () async throws -> Result
  ) async throws -> Result {
    do {
      return try await work()
    } catch let diagnostic as Diagnostic {
      console.tell(diagnostic, in: program.sources)
      throw ExitCode(1)
    }
  }
}
