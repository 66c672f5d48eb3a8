import ArgumentParser
import GenSession
import Glibc

struct Repl: AsyncParsableCommand {
  static let configuration = CommandConfiguration(abstract: "Opens a session.")

  @OptionGroup var options: WorkOptions

  func run() async throws {
    let console = Console(options.manner)
    let workshop = try options.workshop(console)
    await Session(
      workshop, show: { console.show($0, facts: $1) }, say: { console.say($0) },
      tell: { console.tell($0, in: $1) }
    ).live()
  }
}
