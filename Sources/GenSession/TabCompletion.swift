import GenLanguage
import GenPipeline
import Glibc

/// What Tab offers in a line of a cell: names, stages, labels and their values, files and models
/// inside texts, and the session's commands.
public struct TabCompletion {
  let language: Language
  let scope: Scope
  /// The lines of the cell above the one being typed.
  let linesBefore: String
  /// The models by name, asked for when they are needed.
  let models: () -> [String]

  public init(
    language: Language, scope: Scope, linesBefore: String,
    models: @escaping () -> [String] = { [] }
  ) {
    (self.language, self.scope) = (language, scope)
    (self.linesBefore, self.models) = (linesBefore, models)
  }

  /// - Parameter cursor: Bytes from the start of the line.
  /// - Returns: The byte of the line from which a candidate stands, and the candidates.
  public func answer(for line: String, at cursor: Int) -> (start: Int, candidates: [String]) {
    let typed = String(decoding: Array(line.utf8).prefix(max(0, cursor)), as: UTF8.self)
    if linesBefore.isEmpty, typed.hasPrefix(":") { return answer(command: typed) }
    let before = linesBefore.isEmpty ? "" : linesBefore + "\n"
    let found = completions(of: before + typed)
    return (found.start - before.utf8.count, found.candidates)
  }

  private func completions(of text: String) -> (start: Int, candidates: [String]) {
    let found = language.completions(for: text, at: text.utf8.count, in: scope)
    guard found.isInsideText else {
      return (found.range.lowerBound, found.candidates.map(\.text))
    }
    guard let quote = text.lastIndex(of: "\"") else { return (text.utf8.count, []) }
    let begun = text[text.index(after: quote)...]
    let start = text.utf8.count - begun.utf8.count
    return (start, texts(beginning: begun, for: found.parameters.compactMap(\.naming)))
  }

  /// What a text could go on to be: the models where it names one, files and folders otherwise.
  private func texts(beginning begun: Substring, for names: [ParameterInfo.Naming]) -> [String] {
    var found: Set<String> = []
    for naming in Set(names) {
      switch naming {
      case .model: found.formUnion(models().filter { $0.hasPrefix(begun) })
      case .savedFile(let endings): found.formUnion(endings.compactMap { $0.completing(begun) })
      }
    }
    return found.sorted() + files(beginning: begun).filter { !found.contains($0) }
  }

  private func files(beginning path: Substring) -> [String] {
    let folder = path.lastIndex(of: "/").map { path[...$0] } ?? ""
    let begun = path.dropFirst(folder.count)
    let names = FolderListing.names(in: folder.isEmpty ? "." : String(folder))
      .filter { $0.hasPrefix(begun) && (!$0.hasPrefix(".") || begun.hasPrefix(".")) }
    return names.map { folder + $0 }
  }

  /// A command's name, or what may stand behind it.
  private func answer(command typed: String) -> (start: Int, candidates: [String]) {
    guard let space = typed.firstIndex(where: \.isWhitespace) else {
      return (0, Command.all.map { ":" + $0.name }.filter { $0.hasPrefix(typed) }.sorted())
    }
    let argument = typed[space...].drop(while: \.isWhitespace)
    let start = typed.utf8.count - argument.utf8.count
    guard let command = Command.named(String(typed[..<space].dropFirst())) else {
      return (start, [])
    }
    if command.argument == .code {
      let found = completions(of: String(argument))
      return (start + found.start, found.candidates)
    }
    let word = argument.split(separator: " ", omittingEmptySubsequences: false).last ?? ""
    let found = words(for: command.argument, beginning: word).filter { $0.hasPrefix(word) }
    return (typed.utf8.count - word.utf8.count, found.sorted())
  }

  private func words(for argument: Command.Argument, beginning word: Substring) -> [String] {
    switch argument {
    case .nothing, .code: []
    case .words(let words): words
    case .command: Command.all.map(\.name)
    case .file: files(beginning: word)
    case .setting: language.settings.map { $0.name + " = " }
    case .model(let verbs): verbs + models()
    case .verb: language.vocabulary.names + language.definitions(in: scope).map(\.name) + models()
    }
  }
}

extension String {
  /// The name with this ending, where what was begun of the ending allows it.
  fileprivate func completing(_ begun: Substring) -> String? {
    guard let dot = begun.lastIndex(of: "."), dot != begun.startIndex, hasPrefix(begun[dot...])
    else { return nil }
    return begun[..<dot] + self
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
