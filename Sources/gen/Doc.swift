import ArgumentParser
import Foundation
import GenPipeline
import GenSession

struct Doc: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "doc", abstract: "Explains a verb, a def or a model; without a name, lists them.",
    discussion: """
      With --site, writes the whole reference as pages with a search: every verb, model, setting, \
      command and message, the lessons and the example scripts, with what each example showed. Open \
      index.html in the folder; no page asks another host for anything.
      """)

  @Argument(help: "Such as resize or matinee.", completion: .pages) var name: String?
  @Option(
    name: .long, help: ArgumentHelp("Writes the reference as pages here.", valueName: "dir"),
    completion: .directory)
  var site: String?
  @OptionGroup var options: WorkOptions

  func run() async throws {
    if let site { return try await write(site) }
    let workshop = try options.workshop(Console(options.manner))
    guard let name else {
      put(workshop.contents())
      return
    }
    guard let page = workshop.page(of: name) else {
      throw ValidationError("There is nothing named '\(name)'. \(workshop.suggestion(for: name))")
    }
    put(page)
  }

  private func write(_ folder: String) async throws {
    let console = Console(options.manner)
    // What examples save is shown on the pages and not left anywhere.
    let scratch = NSTemporaryDirectory() + "gen-\(UUID().uuidString)"
    try FileManager.default.createDirectory(atPath: scratch, withIntermediateDirectories: true)
    defer { try? FileManager.default.removeItem(atPath: scratch) }
    let inner = try WorkOptions.parse(["--quiet", "--out", scratch])
    let workshop = try inner.workshop(console) { _ in }
    let site = ReferenceSite(workshop) { title in name.map { $0 == title } ?? true }
    let work = Task { try await site.write(to: folder) { console.say($0) } }
    do {
      Interrupts.catchTermination()
      let count = try await Interrupts.cancelling(work)
      console.say("wrote \(count) pages; open \(folder)/index.html")
      console.finish()
    } catch is CancellationError {
      console.say("stopped; pages that were there are as they were")
      throw ExitCode(Interrupts.status)
    } catch {
      throw fault(error)
    }
  }
}
