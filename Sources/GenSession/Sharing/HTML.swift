import GenLanguage
import GenPages

extension HTML {
  /// A cell's text with its words coloured.
  static func highlighted(_ text: String) -> String {
    let source = Source(name: "", text: text)
    var html = ""
    var end = 0
    for stretch in Highlighting.tokens(of: source) where stretch.range.lowerBound >= end {
      html += escaped(source.text(in: end..<stretch.range.lowerBound))
      let word = escaped(source.text(in: stretch.range))
      html += stretch.role.mark.map { "<span class=\"\($0)\">\(word)</span>" } ?? word
      end = stretch.range.upperBound
    }
    return html + escaped(source.text(in: end..<source.bytes.count))
  }

  static func table(_ grid: Rendition.Table) -> String {
    let row = { (cells: [String], tag: String) in
      "<tr>" + cells.map { "<\(tag)>\(escaped($0))</\(tag)>" }.joined() + "</tr>"
    }
    let types =
      grid.subhead.isEmpty
      ? "" : row(grid.subhead, "td").replacingOccurrences(of: "<tr>", with: "<tr class=\"kinds\">")
    let head = grid.head.isEmpty ? "" : "<thead>\(row(grid.head, "th"))\(types)</thead>"
    let foot = grid.foot.isEmpty ? "" : "<tfoot>\(grid.foot.map { row($0, "td") }.joined())</tfoot>"
    let more = grid.moreCount > 0 ? "<p class=\"facts\">and \(grid.moreCount) rows more</p>" : ""
    return "<div class=\"table\"><table>\(head)<tbody>"
      + grid.rows.map { row($0, "td") }.joined() + "</tbody>\(foot)</table></div>\(more)"
  }

  /// A paragraph in which `words` between backticks are code.
  static func paragraph(_ text: String) -> String {
    let pieces = text.split(separator: "`", omittingEmptySubsequences: false)
    let html = pieces.enumerated().map { index, piece in
      let isCode = index % 2 == 1 && index < pieces.count - 1
      return isCode
        ? "<code>\(escaped(String(piece)))</code>"
        : (index % 2 == 1 ? "`" : "") + escaped(String(piece))
    }
    return "<p>\(html.joined())</p>\n"
  }
}

extension Highlighting.Role {
  /// The class of its words on a page; nil for words like all others.
  fileprivate var mark: String? {
    switch self {
    case .name, .sign: nil
    case .call: "call"
    case .label: "label"
    case .keyword: "word"
    case .number: "number"
    case .text: "text"
    case .comment: "note"
    }
  }
}
