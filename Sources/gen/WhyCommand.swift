import ArgumentParser
import GenLanguage
import GenPipeline
import GenSession

struct WhyCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "why", abstract: "Says why a name of a script has to be computed anew, or not.")

  @Argument(help: "The script, or - for standard input.", completion: .scripts) var file: String
  @Argument(help: "A name that the script binds.") var name: String
  @OptionGroup var options: WorkOptions

  func run() async throws {
    let job = try Job(options, try readScript(file))
    var scope = try await job.startScope()
    let program = try job.checked(in: scope)
    guard program.bindings.contains(where: { $0.name == name }) else {
      let known = program.bindings.map(\.name).joined(separator: ", ")
      throw ValidationError("\(file) binds no '\(name)'; it binds \(known)")
    }
    let planner = Planner(cache: job.workshop.cache)
    _ = try await job.told(program) { try await job.workshop.walk(program, planner, in: &scope) }
    put(job.workshop.why(name, scope.value(of: name)))
  }
}
