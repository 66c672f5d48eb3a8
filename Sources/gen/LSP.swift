import ArgumentParser
import GenEditor
import GenSession

struct LSP: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "lsp",
    abstract: "Serves an editor over standard input and output (Language Server Protocol).",
    discussion: "How editors are set up for it stands in stdlib/editors.")

  @Option(name: .long, help: "The folder that cells write to, instead of the open one.")
  var out = "."
  @Option(
    name: .long,
    help: ArgumentHelp("Another folder that cells may write to.", valueName: "dir"))
  var allowWrite: [String] = []
  @Flag(name: .long, help: "What it does anyway; many editors say it.") var stdio = false

  func run() async throws {
    let options = try WorkOptions.parse(
      ["--out", out] + allowWrite.flatMap { ["--allow-write", $0] })
    throw ExitCode(await LanguageServer.serve(try options.workshopOptions()))
  }
}
