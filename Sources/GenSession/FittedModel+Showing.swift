import GenModels
import GenPipeline
import GenStages

extension FittedModel: Showable {
  private static let shownColumnCount = 16

  /// How each column is made, as far as the screen goes, and how the losses went.
  func shown(on terminal: Terminal) throws -> Shown {
    let model = try FittedTables(self)
    let all = model.portraits
    let shown = all.prefix(Self.shownColumnCount)
    let cells: [[String]] = [
      shown.map(\.name), shown.map(\.type), shown.map(\.words), shown.map(\.note),
    ].filter { $0.contains { !$0.isEmpty } }
    let widths = cells.map { min(32, $0.map(\.count).max() ?? 0) }
    var lines = shown.indices.map { row in
      let line = zip(cells, widths).map { column, width in
        let cell = column[row].count > width ? column[row].prefix(width - 1) + "…" : column[row]
        return cell + String(repeating: " ", count: width - cell.count)
      }.joined(separator: "  ")
      return String(line.prefix(max(8, terminal.columns - 1))).trimmedAtEnd
    }
    if all.count > shown.count { lines.append("and \(all.count - shown.count) columns more") }
    let width = min(40, max(8, terminal.columns - 40))
    lines += model.losses.map { loss in
      "\(loss.title)  \(Chart.line(loss.means.map(Double.init), width: width))"
    }
    if let spent = model.spent { lines.append("spent \(spent.summary)") }
    return Shown(picture: lines.joined(separator: "\n"), facts: facts(model))
  }

  func facts(_ model: FittedTables) -> String {
    let text = Value.fitted(self).shortText(limit: 400)
    // The noise decides what comes out, not the seed.
    if model.spent?.isPrivate == true {
      return text + ", with secret noise: it cannot be made again"
    }
    return text + (model.parts.first.map { ", seed \($0.model.provenance.seed)" } ?? "")
  }
}

extension FittedTables {
  /// What was spent on looking at protected rows.
  var spent: PrivacyLedger? { parts.first?.model.spent }

  /// How the columns of all tables are made, those of several tables under their names.
  var portraits: [FittedTable.ColumnPortrait] {
    parts.flatMap { part in
      part.model.portraits.map { $0.named((part.name.isEmpty ? "" : part.name + ".") + $0.name) }
    }
  }

  /// The losses of all tables, those of several tables under their names.
  var losses: [LossTrace] {
    parts.flatMap { part in
      part.model.provenance.losses.map {
        LossTrace(name: (part.name.isEmpty ? "" : part.name + ".") + $0.name, means: $0.means)
      }
    }
  }
}

extension Chart {
  /// A row of bars from the lowest to the highest, with the first and the last number.
  static func line(_ values: [Double], width: Int) -> String {
    let known = values.filter(\.isFinite)
    guard let low = known.min(), let high = known.max(), let first = known.first,
      let last = known.last
    else { return "" }
    let bars = Array("▁▂▃▄▅▆▇█")
    let count = min(width, known.count)
    let line = (0..<count).map { place in
      let share = high > low ? (known[place * known.count / count] - low) / (high - low) : 0
      return bars[Int((share * Double(bars.count - 1)).rounded())]
    }
    return "\(first.rounded(to: 3)) \(String(line)) \(last.rounded(to: 3))"
  }
}

extension String {
  fileprivate var trimmedAtEnd: String {
    String(reversed().drop { $0 == " " }.reversed())
  }
}
