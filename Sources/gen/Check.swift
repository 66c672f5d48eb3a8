import ArgumentParser
import GenSession

struct Check: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "check",
    abstract: "Says what is wrong with scripts and what they would read and write; runs nothing.")

  @Argument(help: "The scripts, or - for standard input.", completion: .scripts)
  var files: [String]
  @OptionGroup var options: WorkOptions

  func run() async throws {
    var isFine = true
    for file in files {
      let job = try Job(options, try readScript(file))
      do {
        let program = try job.checked(in: try await job.startScope())
        try await job.checkTables(of: program)
        let named = [("reads", program.files.reads), ("writes", program.files.writes)]
        let parts = named.filter { !$0.1.isEmpty }.map {
          "\($0.0) \($0.1.joined(separator: ", "))"
        }
        job.console.say("\(file): fine" + parts.map { "; " + $0 }.joined())
      } catch let code as ExitCode where code.rawValue == 1 {
        isFine = false
      }
    }
    if !isFine { throw ExitCode(1) }
  }
}
