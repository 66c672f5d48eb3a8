import ArgumentParser
import GenLanguage
import GenPipeline
import GenSession
import GenStages

struct Export: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "export",
    abstract: "Runs a script and writes a page with its cells and what each showed.",
    discussion: """
      Cells begin with `# %%`; a cell of comments is prose. The page stands on its own: pictures and \
      films are in it. Markdown has them in files beside it. What is cached is not computed again.
      """)

  @Argument(help: "The script, or - for standard input.", completion: .scripts) var file: String
  @Option(
    name: .long, help: "html, ipynb or md; otherwise the ending of --out says it.",
    completion: .list(PageFormat.allCases.map(\.rawValue)))
  var to: String?
  @Option(
    name: .long, help: "The file to write, instead of one beside the script.",
    completion: .file())
  var out: String?
  @Option(
    name: .long, help: ArgumentHelp("Gives a setting its value.", valueName: "name=value"))
  var set: [String] = []
  @Option(
    name: .long,
    help: ArgumentHelp("Another folder that the script may write to.", valueName: "dir"),
    completion: .directory)
  var allowWrite: [String] = []
  @Flag(name: .long, help: "Say nothing but warnings and errors.") var quiet = false

  func run() async throws {
    let format = try pageFormat()
    let options = try WorkOptions.parse(
      ["--quiet"] + set.flatMap { ["--set", $0] } + allowWrite.flatMap { ["--allow-write", $0] })
    // The page is what shows; the terminal says what is wrong, and how far the work is.
    let console = Console(quiet ? .quiet : .text)
    let workshop = try options.workshop(console) { if $0.isAside { console.tell($0) } }
    let job = Job(console, workshop, try readScript(file), try options.settings())
    do {
      Interrupts.catchTermination()
      let (records, isFine) = try await workshop.records(
        of: job.source, in: try await job.startScope(), settings: job.settings
      ) { console.tell($0, in: $1) }
      let cells = try await Renderer(workshop).rendered(records)
      let facts = PageFacts(name: name, script: job.source.text, origin: Workshop.origin)
      console.say(try Sharing.write(cells, facts, as: format, to: path(format)))
      console.finish()
      if !isFine { throw ExitCode(1) }
    } catch is CancellationError {
      console.say("stopped; what was finished is kept")
      throw ExitCode(Interrupts.status)
    } catch let code as ExitCode {
      throw code
    } catch let error as ValidationError {
      throw error
    } catch {
      throw fault(error)
    }
  }

  private func pageFormat() throws -> PageFormat {
    if let to {
      guard let format = PageFormat(rawValue: to.lowercased()) else {
        let near = Suggestion.nearest(to: to, in: PageFormat.allCases.map(\.rawValue))
        throw ValidationError(
          "--to takes html, ipynb or md, not \"\(to)\""
            + near.map { "; did you mean \($0)?" }.orEmpty)
      }
      return format
    }
    guard let out else { return .html }
    guard let format = PageFormat(path: out) else {
      throw ValidationError("\"\(out)\" does not end in \(PageFormat.endings); say --to html")
    }
    return format
  }

  private var name: String {
    file == "-" ? "script.gen" : file.split(separator: "/").last.map(String.init) ?? file
  }

  private func path(_ format: PageFormat) -> String {
    if let out { return out }
    let stem = file == "-" ? "script" : file.hasSuffix(".gen") ? String(file.dropLast(4)) : file
    return "\(stem).\(format.rawValue)"
  }
}
