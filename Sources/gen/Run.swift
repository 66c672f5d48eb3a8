import ArgumentParser
import GenSession

struct Run: AsyncParsableCommand {
  static let configuration = CommandConfiguration(commandName: "run", abstract: "Runs a script.")

  @Argument(help: "The script, or - for standard input.", completion: .scripts) var file: String
  @OptionGroup var options: WorkOptions

  func run() async throws {
    try await Job(options, try readScript(file)).run(showing: false)
  }
}
