import Foundation

extension Plan {
  /// The plan as a table for a terminal of a width, without colours.
  public func text(title: String, width: Int = 100) -> String {
    guard !steps.isEmpty else { return "\(title): nothing is needed, nothing would run\n" }
    let rows = steps.map { step in
      [
        "\(step.number)", step.state.word, step.call, step.result == "None" ? "" : step.result,
      ] + figures(of: step)
    }
    let all = [["#", "state", "step", "result", "time", "memory", "disk"]] + rows
    let kept = all[0].indices.filter { column in
      column < 5 || rows.contains { !$0[column].isEmpty }
    }
    let lines = Plan.table(all.map { row in kept.map { row[$0] } }, width: width)
    return "\(summary(title))\n\n\(lines.map { $0 + "\n" }.joined())\(spent)\(limits)"
  }

  /// Time, memory and disk of a step, empty where there is nothing to tell.
  private func figures(of step: Step) -> [String] {
    switch step.state {
    case .spared, .unknown: return ["", "", ""]
    case .cached: return [step.seconds.map(Plan.time) ?? "", "", ""]
    case .run, .quick:
      let time = step.seconds.map { $0 > 0 ? Plan.time($0) : "" }
      let sizes = [step.memory, step.disk].map { ($0 ?? 0) > 0 ? CachePlace.text($0 ?? 0) : "" }
      return [time ?? (isPriced ? "?" : "")] + sizes
    }
  }

  /// What is spent of the privacy of tables.
  private var spent: String {
    steps.compactMap { step in
      guard let epsilon = step.epsilon, step.state == .run else { return nil }
      return
        "  #\(step.number) spends an epsilon of \(Value.number(epsilon).shortText(limit: 20)); its "
        + "noise is secret, so what it makes cannot be made again\n"
    }.joined()
  }

  /// What the plan cannot tell, and why.
  private var limits: String {
    guard let end else { return "" }
    let place = end.place.map { " (line \($0.line))" } ?? ""
    let missing = "\(end.label ?? end.message)\(place)"
    guard steps.contains(where: { $0.state == .unknown }) else {
      return "  … \(missing): what follows depends on it\n"
    }
    return """

        What is unknown depends on a result that is not there yet: \(missing).
        Run the program once to know the rest.

      """
  }

  /// The plan as JSON with sorted keys.
  public func json() throws -> String {
    let encoder = JSONEncoder.stable
    encoder.outputFormatting.insert(.prettyPrinted)
    return String(decoding: try encoder.encode(steps), as: UTF8.self)
  }

  private func summary(_ title: String) -> String {
    let runCount = steps.count { $0.state == .run }
    let cachedCount = steps.count { $0.state == .cached }
    var parts = ["\(steps.count) step\(steps.count == 1 ? "" : "s")"]
    if cachedCount > 0 { parts.append("\(cachedCount) cached") }
    parts.append(runCount == 0 ? "nothing to run" : "\(runCount) to run")
    if runCount > 0, let seconds, seconds > 0 {
      parts.append("\(isWhole ? "about" : "at least") \(Plan.time(seconds))")
    }
    if runCount > 0, memory > Plan.programMemory {
      parts.append("\(CachePlace.text(memory)) of memory")
    }
    if runCount > 0, disk > 0 { parts.append("\(CachePlace.text(disk)) on disk") }
    return "\(title): \(parts.joined(separator: ", "))"
  }

  /// Columns side by side; the widest text column gives way when a line is too long.
  private static func table(_ rows: [[String]], width: Int) -> [String] {
    let columnCount = rows.first?.count ?? 0
    var widths = (0..<columnCount).map { column in rows.map { $0[column].count }.max() ?? 0 }
    let gaps = 2 * columnCount
    let excess = widths.reduce(gaps, +) - max(width, 40)
    if excess > 0 { widths[2] = max(12, widths[2] - excess) }
    return rows.map { row in
      var line = ""
      for (column, cell) in row.enumerated() {
        let cut = cell.cutInTheMiddle(to: widths[column])
        let space = String(repeating: " ", count: widths[column] - cut.count)
        line += "  " + (column == 0 || column >= 4 ? space + cut : cut + space)
      }
      while line.last == " " { line.removeLast() }
      return line
    }
  }

  static func time(_ seconds: Double) -> String {
    switch seconds {
    case ..<0.0995: "\(Int((seconds * 1000).rounded())) ms"
    case ..<9.95: "\((seconds * 10).rounded() / 10) s"
    case ..<120: "\(Int(seconds.rounded())) s"
    case ..<7200: "\(Int((seconds / 60).rounded())) min"
    default: "\(Int((seconds / 3600).rounded())) h"
    }
  }
}

extension String {
  /// Beginning and end of a text that is too long: what differs between calls stands at either.
  fileprivate func cutInTheMiddle(to length: Int) -> String {
    guard count > length, length > 1 else { return self }
    let head = (length - 1) / 2
    return prefix(head) + "…" + suffix(length - 1 - head)
  }
}

extension Plan.State {
  /// As the table shows it.
  var word: String {
    switch self {
    case .cached: "cached"
    case .run: "to run"
    case .quick: "quick"
    case .spared: "spared"
    case .unknown: "unknown"
    }
  }
}
