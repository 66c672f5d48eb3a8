import ArgumentParser
import GenLanguage
import GenSession

struct Eval: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "eval", abstract: "Runs a line of the language and shows what it comes to.")

  @Argument(help: "Such as \"1 + 1\".") var code: String
  @OptionGroup var options: WorkOptions

  func run() async throws {
    try await Job(options, Source(name: "eval", text: code)).run(showing: true)
  }
}
