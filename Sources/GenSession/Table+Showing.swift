import GenMedia
import GenPipeline

extension Table: Showable {
  private static let shownRowCount = 10

  /// Names, types, first rows and statistics, as far as the terminal is wide.
  func shown(on terminal: Terminal) -> Shown {
    guard !columns.isEmpty else { return Shown(picture: nil, facts: facts) }
    // More columns than fit need not be looked at.
    let looked = columns.prefix(max(1, terminal.columns / 3))
    let feet = Table.feet(looked.map(\.statistics))
    var shown = zip(looked, feet).map { column, foot in
      TextColumn(
        head: [column.name, column.type.name],
        cells: (0..<min(rowCount, Self.shownRowCount)).map { column.cell($0) }, foot: foot,
        isRightAligned: column.type == .number || column.type == .whole)
    }
    for _ in looked.count..<columns.count {
      shown.append(TextColumn(head: ["…", ""], cells: [], foot: []))
    }
    return Shown(
      picture: TextColumn.text(
        shown, moreCount: rowCount - Self.shownRowCount, width: terminal.columns - 1),
      facts: facts)
  }

  /// Lines of statistics, equally many for each column; none where nothing is to be said.
  static func feet(_ statistics: [[String]]) -> [[String]] {
    let used = (0..<3).filter { line in statistics.contains { !$0[line].isEmpty } }
    return statistics.map { lines in used.map { lines[$0] } }
  }

  /// `Table of 32561 rows, 15 columns, 4262 entries missing`.
  var facts: String {
    let missing = columns.reduce(0) { $0 + $1.missingCount }
    return Value.table(self).shortText(limit: 80)
      + (missing > 0 ? ", \(missing) entr\(missing == 1 ? "y" : "ies") missing" : "")
  }
}

extension Column {
  /// An entry as people read it; a dot where nothing is known.
  func cell(_ row: Int) -> String {
    if type == .number, let number = numbers?[row], !number.isNaN { return spoken(number) }
    return text(row) ?? "·"
  }

  /// The range or how many levels there are, the mean or the most frequent level, what is missing.
  var statistics: [String] {
    let summary = summary
    let known = count - summary.missingCount
    let missing = summary.missingCount > 0 ? "\(summary.missingCount) missing" : ""
    if let range = summary.range {
      let edges = [range.lowerBound, range.upperBound].map(spoken)
      let isOne = range.lowerBound == range.upperBound
      let isCalendar = type != .number && type != .whole
      if isOne { return ["all \(edges[0])", "", missing] }
      // Days are wide: one on each line.
      if isCalendar { return ["\(edges[0])…", "…\(edges[1])", missing] }
      return [
        "\(edges[0])…\(edges[1])", summary.mean.map { "mean \(spoken($0))" } ?? "", missing,
      ]
    }
    if let levels = summary.levelCount, let mode = summary.mode, known > 0 {
      let share = Int((Double(mode.count) / Double(known) * 100).rounded())
      return [
        levels == 1 ? "1 level" : "\(levels) levels",
        levels == 1 ? "" : "\(mode.level.prefix(16)) \(share)%", missing,
      ]
    }
    return [known > 0 && type == .identifier ? "all different" : "", "", missing]
  }
}
