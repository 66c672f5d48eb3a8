import GenMedia
import GenPipeline
import GenStages

/// A walk through the steps of a run, forwards and backwards.
struct Walk: Sendable {
  let trace: Trace
  private(set) var index = 0

  init(_ trace: Trace) { self.trace = trace }

  /// Where to go: nothing is the next step, `back` the one before, a number that step.
  enum Move: Equatable {
    case next, back
    case to(Int)

    init?(_ text: String) {
      switch text {
      case "", "next", "forwards": self = .next
      case "back", "backwards": self = .back
      default:
        guard let number = Int(text) else { return nil }
        self = .to(number)
      }
    }
  }

  /// Goes there; says why not where there is no such step.
  mutating func go(_ move: Move) -> String? {
    let target =
      switch move {
      case .next: index + 1
      case .back: index - 1
      case .to(let number): number - 1
      }
    guard trace.steps.indices.contains(target) else {
      let count = trace.steps.count
      return switch move {
      case .next: "that was the last step; :step back, or :step 1"
      case .back: "this is the first step"
      case .to(let number): "there is no step \(number); they go from 1 to \(count)"
      }
    }
    index = target
    return nil
  }

  /// The step: its pictures, the formulas with its numbers, and where it is in the schedule.
  func page(on terminal: Terminal) throws -> String {
    let step = trace.steps[index]
    let what =
      switch step.draws {
      case "picture": ""
      case "film": ", the film's middle frame"
      default: ", the \(step.draws) alone"
      }
    var lines = [
      "step \(step.number) of \(trace.steps.count), \(step.sampler)\(what): "
        + "noise \(percent(step.sigma)) → \(percent(1 - step.next))"
    ]
    if let pictures = try pictures(of: step, on: terminal) { lines += pictures }
    let formulas = step.formula.split(separator: "\n").map(String.init)
    lines += [
      "", "guidance  g = \(Value.number(trace.guidance).shortText()), for red in the middle:",
    ]
    lines += formulas.prefix(2).map { "  " + $0 }
    lines += ["", "\(step.sampler)  t = \(number(step.time)), t′ = \(number(step.next)):"]
    lines += formulas.dropFirst(2).map { "  " + $0 }
    lines += ["", "noise before each step, and in the end:"]
    lines += Chart.bars(
      trace.schedule, height: 4, width: terminal.columns - 4, marked: index
    ).map { "  " + $0 }
    return lines.joined(separator: "\n")
  }

  /// The panels in a row with their names below; nil where the terminal shows no pictures.
  private func pictures(of step: Trace.Step, on terminal: Terminal) throws -> [String]? {
    let panels = Trace.Step.panels
    let columns = min(terminal.columns - 1, panels.count * 24)
    guard
      let drawn = terminal.drawn(
        try Image.sheet(
          of: panels.map { step[keyPath: $0.picture] }, columns: panels.count, gap: 2,
          background: .black), columns: columns, rows: 14)
    else { return nil }
    let width = columns / panels.count
    let names = panels.map { panel in
      let left = max(0, (width - panel.name.count) / 2)
      return (String(repeating: " ", count: left) + panel.name).padded(to: width)
    }
    return [drawn, names.joined()]
  }

  private func percent(_ share: Double) -> String {
    Value.number((share * 1000).rounded() / 10).shortText() + " %"
  }

  private func number(_ value: Double) -> String {
    Value.number((value * 1e4).rounded() / 1e4).shortText()
  }
}
