extension Parser {
  /// The `##` lines directly above a token.
  func documentation(above token: Token) -> String {
    var line = source.lineIndex(of: token.range.lowerBound)
    var lines: [String] = []
    var position = comments.partitioningIndex { $0.range.lowerBound >= token.range.lowerBound }
    while position > 0 {
      position -= 1
      let comment = comments[position]
      guard comment.kind == .documentation, comment.isAlone,
        source.lineIndex(of: comment.range.lowerBound) == line - 1
      else { break }
      line -= 1
      lines.append(documentationText(comment))
    }
    return lines.reversed().joined(separator: "\n")
  }

  /// The `##` lines at the top of the file, when no `def` follows directly.
  func documentation() -> String {
    var lines: [String] = []
    var line = -1
    for comment in comments {
      let own = source.lineIndex(of: comment.range.lowerBound)
      guard comment.kind == .documentation, comment.isAlone, line < 0 || own == line + 1 else {
        break
      }
      if let first = tokens.first, first.range.lowerBound < comment.range.lowerBound { break }
      line = own
      lines.append(documentationText(comment))
    }
    if let first = tokens.first, first.kind == .keyword, text(first) == "def",
      source.lineIndex(of: first.range.lowerBound) == line + 1
    {
      return ""
    }
    return lines.joined(separator: "\n")
  }

  private func documentationText(_ comment: Comment) -> String {
    let text = source.text(in: comment.range).drop { $0 == "#" }
    return String(text.first == " " ? text.dropFirst() : text)
  }

  func cells() -> [Module.Cell] {
    comments.filter { $0.kind == .cell && $0.isAlone }.map { comment in
      let text = source.text(in: comment.range).dropFirst(4).drop { $0 == " " || $0 == "%" }
      return Module.Cell(
        title: String(text), line: source.lineIndex(of: comment.range.lowerBound) + 1)
    }
  }
}

extension Array {
  /// The first index whose element satisfies a predicate that stays true once it is.
  func partitioningIndex(where predicate: (Element) -> Bool) -> Int {
    var low = 0
    var high = count
    while low < high {
      let middle = (low + high) / 2
      if predicate(self[middle]) { high = middle } else { low = middle + 1 }
    }
    return low
  }
}
