import GenPages

/// Pieces of Markdown: text that others wrote goes in escaped or inside a fence that it cannot end.
enum Markdown {
  static func escaped(_ written: String) -> String {
    let text = shown(written)
    // At the start a number with a dot, or a dash, would make a list.
    let numberEnd = text.prefix(while: \.isNumber).count
    var result = ""
    for (index, character) in text.enumerated() {
      let begins = index == numberEnd && (index == 0 ? "+-=" : ".)").contains(character)
      if begins || "\\`*_[]#|<>~$&".contains(character) { result += "\\" }
      result += character.isNewline ? " " : String(character)
    }
    return result
  }

  /// The same with code between backticks left as it is.
  static func prose(_ text: String) -> String {
    let pieces = text.split(separator: "`", omittingEmptySubsequences: false)
    guard pieces.count % 2 == 1 else { return escaped(text) }
    return pieces.enumerated().map { index, piece in
      index % 2 == 1 ? "`\(shown(String(piece)))`" : escaped(String(piece))
    }.joined()
  }

  static func fence(_ text: String, _ language: String = "text") -> String {
    let longest = text.split { $0 != "`" }.map(\.count).max() ?? 0
    let marks = String(repeating: "`", count: max(3, longest + 1))
    return "\(marks)\(language)\n\(shown(text))\n\(marks)\n"
  }

  private static func shown(_ text: String) -> String {
    var result = String.UnicodeScalarView()
    for scalar in text.unicodeScalars { result.append(scalar.shown) }
    return String(result)
  }

  static func table(_ grid: Rendition.Table) -> String {
    let width = grid.rows.first?.count ?? grid.head.count
    let head = grid.head.isEmpty ? Array(repeating: "", count: width) : grid.head
    let row = { (cells: [String]) in "| " + cells.joined(separator: " | ") + " |\n" }
    let more = grid.moreCount > 0 ? "\nand \(grid.moreCount) rows more\n" : ""
    return row(head.map(escaped)) + row(head.map { _ in "---" })
      + ([grid.subhead].filter { !$0.isEmpty } + grid.rows + grid.foot)
      .map { row($0.map(escaped)) }.joined() + more
  }
}

/// Cells and what they showed as a page of Markdown with pictures and films in files beside it.
public struct MarkdownPage {
  public struct File: Sendable {
    public let name: String
    public let bytes: [UInt8]
  }

  public private(set) var text = ""
  public private(set) var files: [File] = []
  private let folder: String

  /// - Parameter folder: The name of the folder, beside the page, that the files are meant for.
  public init(_ cells: [RenderedCell], _ facts: PageFacts, folder: String) {
    self.folder = folder
    var parts = ["# \(Markdown.escaped(facts.name))\n"]
    for cell in cells {
      if !cell.cell.title.isEmpty { parts.append("## \(Markdown.escaped(cell.cell.title))\n") }
      if let prose = cell.cell.prose {
        parts += prose.map { Markdown.prose($0) + "\n" }
      } else {
        parts.append(Markdown.fence(cell.cell.text, "gen"))
        for rendition in cell.renditions { parts += shown(rendition) }
      }
    }
    parts.append("Made with \(Markdown.escaped(facts.origin)).\n")
    text = parts.joined(separator: "\n")
  }

  private mutating func shown(_ rendition: Rendition) -> [String] {
    let facts = rendition.facts.isEmpty ? [] : ["*\(Markdown.escaped(rendition.facts))*\n"]
    switch rendition.content {
    case .text(let text): return [Markdown.fence(text)] + facts
    case .note(let text): return ["*\(Markdown.escaped(text))*\n"]
    case .table(let grid): return [Markdown.table(grid)] + facts
    case .gallery(let parts): return parts.flatMap { shown($0) } + facts
    case .problem(let code, _, let text, _): return [Markdown.fence("\(text)  [\(code)]")]
    case .medium(let medium): return [link(to: medium, rendition.facts)] + facts
    }
  }

  private mutating func link(to medium: Rendition.Medium, _ facts: String) -> String {
    let name = "\(files.count + 1).\(medium.ending)"
    files.append(File(name: name, bytes: medium.bytes))
    if [.audio, .mesh].contains(medium.format.holds) { return look(of: medium, in: name, facts) }
    guard medium.isFilm else { return "![\(Markdown.escaped(facts))](<\(folder)/\(name)>)\n" }
    let path = HTML.escaped("\(folder)/\(name)")
    return "<video src=\"\(path)\" controls loop muted></video>\n"
  }

  /// A picture of a sound or a mesh above the player, or the link, for its file.
  private mutating func look(
    of medium: Rendition.Medium, in name: String, _ facts: String
  ) -> String {
    let picture = "\(files.count + 1).png"
    files.append(File(name: picture, bytes: medium.strip))
    let path = HTML.escaped("\(folder)/\(name)")
    return "![\(Markdown.escaped(facts))](<\(folder)/\(picture)>)\n\n"
      + (medium.format.holds == .audio
        ? "<audio src=\"\(path)\" controls></audio>\n" : "[\(name)](<\(folder)/\(name)>)\n")
  }
}
