import ArgumentParser
import GenPipeline
import GenSession

struct Doc: ParsableCommand {
  static let configuration = CommandConfiguration(
    abstract: "Explains a verb, a def or a model; without a name, lists them.")

  @Argument(help: "Such as resize or matinee.", completion: .pages) var name: String?
  @OptionGroup var options: WorkOptions

  func run() throws {
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
}
