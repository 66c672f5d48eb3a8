import GenLanguage

/// A script as cells, which `# %%` marks divide, and back.
///
///     # %% The boat
///     video = diffuse("a paper boat")
public struct Notebook: Sendable {
  public struct Cell: Sendable, Hashable {
    /// What stands behind the mark.
    public let title: String
    /// Without the blank lines around it.
    public let text: String
    /// The line of the script, from 1, on which the text begins.
    public let line: Int

    public init(title: String = "", text: String, line: Int = 1) {
      self.title = title
      self.text = text
      self.line = line
    }
  }

  public let cells: [Cell]

  public init(_ cells: [Cell]) { self.cells = cells }

  /// A script without marks is one cell; cells without text and title are left out.
  public init(_ source: Source) {
    let lines = source.text.split(separator: "\n", omittingEmptySubsequences: false)
      .map { $0.hasSuffix("\r") ? $0.dropLast() : $0 }
    let marks = Module.parse(source).cells
    let starts = [("", 1)] + marks.map { ($0.title, $0.line + 1) }
    let ends = marks.map { $0.line - 1 } + [lines.count]
    cells = zip(starts, ends).compactMap { start, end in
      Cell(title: start.0, lines: lines, from: start.1, to: end)
    }
  }

  /// The script, each cell below its mark.
  public var script: String {
    cells.map { cell in
      "# %%" + (cell.title.isEmpty ? "" : " " + cell.title) + "\n" + cell.text + "\n"
    }.joined(separator: "\n")
  }
}

extension Notebook.Cell {
  fileprivate init?(title: String, lines: [Substring], from first: Int, to last: Int) {
    let isBlank = { (line: Int) in lines[line - 1].allSatisfy(\.isWhitespace) }
    var (first, last) = (first, last)
    while first <= last, isBlank(first) { first += 1 }
    while last >= first, isBlank(last) { last -= 1 }
    guard first <= last || !title.isEmpty else { return nil }
    let text = first <= last ? lines[(first - 1)...(last - 1)].joined(separator: "\n") : ""
    self.init(title: title, text: text, line: first)
  }

  /// The paragraphs of a cell that only comments; nil for one that has something to run. The first of
  /// several `##` lines is a heading and stands alone.
  public var prose: [String]? {
    let lines = text.split(separator: "\n", omittingEmptySubsequences: false)
      .map { $0.drop(while: \.isWhitespace) }
    guard lines.allSatisfy({ $0.isEmpty || $0.first == "#" }) else { return nil }
    let blocks = lines.split { $0.allSatisfy { $0 == "#" || $0.isWhitespace } }
    return blocks.flatMap { block -> [String] in
      let words = block.map { $0.drop { $0 == "#" }.drop(while: \.isWhitespace) }
      let heading = block.allSatisfy { $0.hasPrefix("##") } ? 1 : 0
      return [words.prefix(heading), words.dropFirst(heading)].filter { !$0.isEmpty }
        .map { $0.joined(separator: " ") }
    }
  }

  /// The cell with the lines before it left blank, so that places are those of the whole script.
  func source(named name: String) -> Source {
    Source(name: name, text: String(repeating: "\n", count: line - 1) + text)
  }
}
