import ArgumentParser
import GenPipeline
import GenSession
import GenStages

struct Diff: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "diff",
    abstract: "Says what differs between two results: how they were made, and their pixels.",
    discussion: "Exit status: 0 equal, 1 different, 2 a file cannot be read.")

  @Argument(help: "A film or picture.", completion: .file()) var first: String
  @Argument(help: "Another one.", completion: .file()) var second: String
  @Flag(name: .long, help: "Tell it as JSON.") var json = false

  func run() throws {
    let comparison: Comparison
    do {
      comparison = try Comparison(first, second)
    } catch {
      _ = fault(error)
      throw ExitCode(2)
    }
    put(json ? try comparison.json() : comparison.text)
    if !comparison.areEqual { throw ExitCode(1) }
  }
}
