import Foundation
import GenLanguage

/// A lesson of the standard library: a script whose `# %%` cells are worked through one by one.
///
/// - Source of a lesson: `lessons/03-schedules.gen`; its `##` lines are title and summary, the
///   comments at the start of a cell are what the teacher says before it runs.
public struct Lesson: Sendable {
  public struct Cell: Sendable {
    public let title: String
    /// Paragraphs, each on one line.
    public let prose: [String]
    public let code: String
    /// The code without the questions, which know their answers.
    public let shownCode: String
  }

  /// From 1, by the name of its file.
  public let number: Int
  public let title: String
  public let summary: String
  public let source: Source
  public let cells: [Cell]

  /// The lessons in a folder, in order; empty where there is none.
  public static func all(in folder: String) -> [Lesson] {
    let names = (try? FileManager.default.contentsOfDirectory(atPath: folder)) ?? []
    return names.filter { $0.hasSuffix(".gen") }.sorted().compactMap { name in
      guard let number = Int(name.prefix { $0.isNumber }),
        let data = FileManager.default.contents(atPath: "\(folder)/\(name)")
      else { return nil }
      return Lesson(number: number, Source(name: name, bytes: Array(data)))
    }
  }

  init(number: Int, _ source: Source) {
    let module = Module.parse(source)
    let heading = module.documentation.split(separator: "\n", maxSplits: 1).map(String.init)
    self.number = number
    self.source = source
    title = heading.first ?? source.name
    summary = heading.dropFirst().joined().split(separator: "\n").joined(separator: " ")
    let lines = source.text.split(separator: "\n", omittingEmptySubsequences: false)
    let ends = module.cells.dropFirst().map { $0.line - 1 } + [lines.count]
    cells = zip(module.cells, ends).map { cell, end in
      Cell(title: cell.title, lines: lines[min(cell.line, end)..<end].map(String.init))
    }
  }
}

extension Lesson.Cell {
  init(title: String, lines: [String]) {
    let said = lines.prefix { $0.hasPrefix("#") }
    let paragraphs = said.map { $0.drop { $0 == "#" }.trimmingPrefix(" ") }
      .split(whereSeparator: \.isEmpty).map { $0.joined(separator: " ") }
    let code = lines.dropFirst(said.count).joined(separator: "\n")
      .trimmingCharacters(in: .newlines)
    self.init(title: title, prose: paragraphs, code: code, shownCode: Self.withoutQuestions(code))
  }

  private static func withoutQuestions(_ code: String) -> String {
    let source = Source(name: "", text: code)
    var bytes = Array(code.utf8)
    for statement in Module.parse(source).statements.reversed() where statement.isQuestion {
      bytes.removeSubrange(statement.range)
    }
    return String(decoding: bytes, as: UTF8.self)
      .split(separator: "\n", omittingEmptySubsequences: false)
      .filter { !$0.allSatisfy(\.isWhitespace) }.joined(separator: "\n")
  }
}

extension Statement {
  /// Whether it is a call of `ask`.
  fileprivate var isQuestion: Bool {
    guard case .expression(let expression) = kind, case .call(let callee, _) = expression.kind,
      case .name("ask") = callee.kind
    else { return false }
    return true
  }
}
