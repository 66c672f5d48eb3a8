/// A column of cells for the terminal: its head, a rule, rows and what is said below.
struct TextColumn {
  static let widest = 28

  private let head: [String]
  private let cells: [String]
  private let foot: [String]
  private let width: Int
  private let isRightAligned: Bool

  init(head: [String], cells: [String], foot: [String], isRightAligned: Bool = false) {
    self.head = head.map(TextColumn.cut)
    self.cells = cells.map(TextColumn.cut)
    self.foot = foot.map(TextColumn.cut)
    self.isRightAligned = isRightAligned
    width = (self.head + self.cells + self.foot).map(\.count).max() ?? 0
  }

  /// On one line, as wide as a column may be.
  private static func cut(_ text: String) -> String {
    let line = text.prefix(widest + 1).map { $0.isNewline ? " " : "\($0)" }.joined()
    return line.count > widest ? line.prefix(widest - 1) + "…" : line
  }

  /// The columns side by side, those that fit.
  ///
  /// - Parameter moreCount: Rows that there are besides.
  static func text(_ columns: [TextColumn], moreCount: Int, width: Int) -> String {
    var shown: [TextColumn] = []
    var left = width
    for column in columns {
      guard column.width + 2 <= left || shown.isEmpty else { break }
      shown.append(column)
      left -= column.width + 2
    }
    func lines(_ part: (TextColumn) -> [String]) -> [String] {
      let count = shown.map { part($0).count }.max() ?? 0
      return (0..<count).map { line in
        shown.map { $0.padded(part($0)[line]) }.joined(separator: "  ").trimmedEnd
      }
    }
    var text = lines(\.head)
    text.append(shown.map { String(repeating: "─", count: $0.width) }.joined(separator: "  "))
    text += lines(\.cells)
    if moreCount > 0 { text.append("… \(moreCount) more") }
    text += lines(\.foot)
    let hidden = columns.count - shown.count
    if hidden > 0 { text.append("and \(hidden) more column\(hidden == 1 ? "" : "s")") }
    return text.joined(separator: "\n")
  }

  private func padded(_ cell: String) -> String {
    isRightAligned
      ? String(repeating: " ", count: max(0, width - cell.count)) + cell : cell.padded(to: width)
  }
}

extension String {
  fileprivate var trimmedEnd: String {
    String(reversed().drop { $0 == " " }.reversed())
  }
}
