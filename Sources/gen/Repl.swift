import ArgumentParser
import GenSession

struct Repl: AsyncParsableCommand {
  static let configuration = CommandConfiguration(commandName: "repl", abstract: "Opens a session.")

  @OptionGroup var options: WorkOptions

  func run() async throws {
    let console = Console(options.manner)
    // A session lasts long: what is not looked at again for a while comes from the cache.
    let workshop = try options.workshop(console, memoryLimit: 96 << 20)
    await Session(
      workshop, show: { console.show($0, facts: $1) }, say: { console.say($0) },
      tell: { console.tell($0, in: $1) }, rest: { console.rest($0) }
    ).live()
  }
}
