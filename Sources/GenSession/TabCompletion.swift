import GenLanguage
import GenPipeline
import Glibc

/// What Tab offers in a line of a cell: names, stages, labels and choices, files inside texts, and
/// the session's commands.
public struct TabCompletion {
  let language: Language
  let scope: Scope
  /// The lines of the cell above the one being typed.
  let linesBefore: String

  public init(language: Language, scope: Scope, linesBefore: String) {
    self.language = language
    self.scope = scope
    self.linesBefore = linesBefore
  }

  /// - Parameter cursor: Bytes from the start of the line.
  /// - Returns: The byte of the line from which a candidate stands, and the candidates.
  public func answer(for line: String, at cursor: Int) -> (start: Int, candidates: [String]) {
    let typed = String(decoding: Array(line.utf8).prefix(max(0, cursor)), as: UTF8.self)
    if linesBefore.isEmpty, typed.hasPrefix(":") {
      if let file = typed.wholeMatch(of: /:(?:load|save|export)\s+(\S*)/) {
        let found = files(beginning: file.1)
        return (typed.utf8.count - file.1.utf8.count, found)
      }
      return (0, Command.all.map { ":" + $0.name }.filter { $0.hasPrefix(typed) })
    }
    let before = linesBefore.isEmpty ? "" : linesBefore + "\n"
    let text = before + typed
    let found = language.completions(for: text, at: text.utf8.count, in: scope)
    guard !found.isInsideText else { return files(in: typed) }
    return (found.range.lowerBound - before.utf8.count, found.candidates.map(\.text))
  }

  /// The files and folders that the text at the end of a line could go on to name.
  private func files(in typed: String) -> (start: Int, candidates: [String]) {
    guard let quote = typed.lastIndex(of: "\"") else { return (typed.utf8.count, []) }
    let path = typed[typed.index(after: quote)...]
    return (typed.utf8.count - path.utf8.count, files(beginning: path))
  }

  private func files(beginning path: Substring) -> [String] {
    let folder = path.lastIndex(of: "/").map { path[...$0] } ?? ""
    let begun = path.dropFirst(folder.count)
    let names = FolderListing.names(in: folder.isEmpty ? "." : String(folder))
      .filter { $0.hasPrefix(begun) && (!$0.hasPrefix(".") || begun.hasPrefix(".")) }
    return names.map { folder + $0 }
  }
}

/// What a folder holds.
enum FolderListing {
  /// Sorted; folders end in a slash. Nothing where there is no such folder.
  static func names(in folder: String) -> [String] {
    guard let stream = opendir(folder) else { return [] }
    defer { closedir(stream) }
    var names: [String] = []
    while let entry = readdir(stream) {
      let name = withUnsafePointer(to: &entry.pointee.d_name) {
        $0.withMemoryRebound(to: CChar.self, capacity: 256) { String(cString: $0) }
      }
      guard name != ".", name != ".." else { continue }
      var facts = stat()
      let isFolder = stat("\(folder)/\(name)", &facts) == 0 && facts.st_mode & S_IFMT == S_IFDIR
      names.append(isFolder ? name + "/" : name)
    }
    return names.sorted()
  }
}
