import Foundation
import GenLanguage
import GenMedia
import GenPipeline
import GenStages

extension Command {
  static let save: Command = Command(
    name: "save", summary: "Keeps the cells as a script.",
    usage: ":save talk.gen\n:save\n:save --force other.gen",
    details: """
      Each cell that ran to its end stands below a `# %%` mark; :load and `gen run` read it again.
      Without a name it is the script saved or loaded before. Another file of that name is only
      replaced with --force.
      """, argument: .file
  ) { context, argument in
    let isForced = argument.hasPrefix("--force")
    let name = Text.path(isForced ? argument.dropFirst(7) : argument[...])
    await context.session.save(to: name, isForced: isForced)
    return true
  }

  static let load: Command = Command(
    name: "load", summary: "Runs the cells of a script, one after the other.",
    usage: ":load talk.gen",
    details: """
      They become cells of this session, to be edited and taken back like typed ones.
      `# %%` begins a cell; a script without marks is one. Loading ends at the first cell with a fault.
      """, argument: .file
  ) { context, argument in
    await context.session.load(Text.path(argument[...]))
    return true
  }

  static let export: Command = Command(
    name: "export", summary: "Writes a page with the cells and what each showed.",
    usage: ":export talk.html\n:export talk.ipynb\n:export talk.md",
    details: """
      The page stands on its own: pictures and films are in it. A notebook opens in Jupyter; Markdown
      has its pictures and films in files beside it.
      """, argument: .file
  ) { context, argument in
    await context.session.export(to: Text.path(argument[...]))
    return true
  }
}

private enum Text {
  /// A path as it was typed, perhaps in quotes, with `~` for the home folder.
  static func path(_ text: Substring) -> String {
    var path = text.drop(while: \.isWhitespace)
    if path.count > 1, path.first == "\"", path.last == "\"" { path = path.dropFirst().dropLast() }
    return (String(path) as NSString).expandingTildeInPath
  }
}

extension Session {
  fileprivate func save(to name: String, isForced: Bool) {
    guard let path = name.isEmpty ? scriptPath : name else {
      return putLine(":save needs a name, such as :save talk.gen")
    }
    let kept = cells.filter(\.isFinished)
    guard !kept.isEmpty else { return putLine("there is no cell to save yet") }
    guard isForced || path == scriptPath || !FileManager.default.fileExists(atPath: path) else {
      return putLine("\"\(path)\" is there already; :save --force \(path) replaces it")
    }
    let notebook = Notebook(kept.map(\.notebookCell))
    attempt {
      let file = try AtomicFile(path)
      try file.write(Array(notebook.script.utf8))
      try file.commit()
      scriptPath = path
      let left = cells.count - kept.count
      say(
        "saved \(path) (\(kept.count) cell\(kept.count == 1 ? "" : "s"))"
          + (left > 0 ? "; left out \(left) that did not run to the end" : ""))
    }
  }

  fileprivate func load(_ path: String) async {
    guard !path.isEmpty else { return putLine(":load needs a name, such as :load talk.gen") }
    var notebook = Notebook([])
    attempt {
      let bytes: Data
      do { bytes = try Data(contentsOf: URL(filePath: path)) } catch {
        throw FileManager.default.fileExists(atPath: path)
          ? MediaError.fileUnreadable(path: path, reason: (error as NSError).localizedDescription)
          : MediaError.fileMissing(path: path)
      }
      notebook = Notebook(Source(name: path, bytes: Array(bytes)))
      if notebook.cells.isEmpty { say("\"\(path)\" has no cells") }
    }
    for (index, cell) in notebook.cells.enumerated() {
      putLine("[\(cells.count + 1)] " + cell.text.replacing("\n", with: "\n    "))
      guard await run(cell.text, title: cell.title) else {
        return say("loading ends at cell \(index + 1) of \(notebook.cells.count)")
      }
    }
    if !notebook.cells.isEmpty { scriptPath = path }
  }

  fileprivate func export(to path: String) async {
    guard let format = PageFormat(path: path) else {
      return putLine(":export needs a name that ends in \(PageFormat.endings)")
    }
    guard !cells.isEmpty else { return putLine("there is no cell to export yet") }
    let records = cells.map(\.record)
    let script = Notebook(cells.filter(\.isFinished).map(\.notebookCell)).script
    let name = (scriptPath ?? path).split(separator: "/").last.map(String.init) ?? path
    let facts = PageFacts(name: name, script: script, origin: Workshop.origin)
    do {
      let work = Task { [workshop] in try await Renderer(workshop).rendered(records) }
      let rendered = try await Interrupts.cancelling(work)
      say(try Sharing.write(rendered, facts, as: format, to: path))
    } catch is CancellationError {
      say("stopped; nothing was exported")
    } catch {
      tell(Studio.describe(error), Sources())
    }
  }

  /// Tells of what goes wrong with a file rather than ending the session.
  private func attempt(_ body: () throws -> Void) {
    do { try body() } catch { tell(Studio.describe(error), Sources()) }
  }
}
