import GenLanguage
import Glibc

extension Command {
  static let edit: Command = Command(
    name: "edit", summary: "Takes up an old cell, to be changed and run again.",
    usage: ":edit 3\n:edit",
    details: """
      It comes up whole: the arrows go from line to line, Enter runs it, Ctrl-C lets go.
      Without a number it is the last cell.
      """
  ) { context, argument in
    let cells = context.cells
    guard !cells.isEmpty else {
      putLine("there is no cell yet")
      return true
    }
    let number = argument.isEmpty ? cells.count : Int(argument) ?? 0
    guard cells.indices.contains(number - 1) else {
      putLine("there is no cell \(argument); there are 1 to \(cells.count), and :cells lists them")
      return true
    }
    if isatty(STDIN_FILENO) == 1 {
      await context.session.takeUp(cells[number - 1].text)
    } else {
      putLine("cells are edited at a terminal; this input is none")
    }
    return true
  }

  static let undo: Command = Command(
    name: "undo", summary: "Takes back the last cell, or several.", usage: ":undo\n:undo 3",
    details: """
      What the cell bound and set is as it was before it; files that it saved stay.
      The last \(SessionCell.undoCount) cells can be taken back. :edit before :undo keeps a cell's text at hand.
      """
  ) { context, argument in
    guard let count = argument.isEmpty ? 1 : Int(argument), count > 0 else {
      putLine(":undo takes a number of cells, such as :undo 2")
      return true
    }
    let undone = await context.session.undo(count)
    for cell in undone {
      let first = cell.source.text.split(separator: "\n").first ?? ""
      putLine("took back \(cell.source.name) \(first)")
    }
    if undone.isEmpty { putLine("there is nothing to take back") }
    return true
  }

  static let time: Command = Command(
    name: "time", summary: "Says how long a cell took, and what in it.",
    usage: ":time\n:time 3\n:time upscale(video)",
    details: """
      Without a number it is the last cell; anything but the number of a cell is run as one.
      The time on the right is that of the work alone; what is cached was only looked up.
      """, argument: .code
  ) { context, argument in
    let number = argument.isEmpty ? context.cells.count : Int(argument) ?? 0
    if !argument.isEmpty, !context.cells.indices.contains(number - 1) {
      await context.session.run(argument)
    }
    let cells = await context.session.cells
    let asked = cells.indices.contains(number - 1) ? cells[number - 1] : cells.last
    putLine(asked.map(\.times) ?? "there is no cell yet")
    return true
  }
}

extension SessionCell {
  /// `[3] took 2.1 s`, and the heavy calls in it.
  fileprivate var times: String {
    let width = max(12, record.calls.map(\.stage.count).max() ?? 0)
    let calls = record.calls.map { call in
      "\n  \(call.stage.padded(to: width))  \(call.isCached ? "cached" : timeText(call.seconds))"
    }
    return "\(source.name) took \(timeText(record.seconds))\(calls.joined())"
  }
}
