import GenMedia
import GenPipeline
import Glibc
import Synchronization

/// One line at the bottom of a terminal that says how far the work is, with a picture below it of what
/// is being drawn; nothing in a pipe.
public final class ProgressLine: Sendable {
  private struct State {
    var isVisible = false
    var isResting = false
    var lastDrawn: ContinuousClock.Instant?
    var pace: Pace?
  }

  private let terminal: Terminal
  private let state = Mutex(State())

  /// - Parameter terminal: The one that standard error is connected to.
  public init(terminal: Terminal) { self.terminal = terminal }

  /// Draws how far a call is; once one has ended the line goes, whatever is written next.
  public func show(_ event: RunEvent) {
    switch event {
    case .progressed(let node, let progress, let outlook): draw(node, progress, outlook)
    case .finished, .failed: clear()
    case .started, .warned: break
    }
  }

  private func draw(_ node: Node, _ progress: StageContext.Progress, _ outlook: Outlook) {
    guard terminal.isInteractive else { return }
    state.withLock { state in
      guard !state.isResting else { return }
      let now = ContinuousClock.now
      state.pace = Pace(after: state.pace, node.key, progress, now)
      if let last = state.lastDrawn, now - last < .milliseconds(60) { return }
      state.lastDrawn = now
      state.isVisible = true
      // The person may have made the window narrower since.
      let columns = Terminal.current(descriptor: STDERR_FILENO).columns
      let text = Self.line(
        node.stage.name, progress, outlook, speed: state.pace?.text, columns: columns)
      put("\r\(text)\u{1B}[K" + (progress.preview.map { below($0, columns) } ?? ""))
    }
  }

  /// The preview, drawn below the line, and the way back to it.
  private func below(_ preview: Image, _ columns: Int) -> String {
    // Pictures of more than characters cannot be drawn over each other everywhere.
    guard terminal.pictures == .blocks, terminal.rows > 12,
      let picture = terminal.drawn(preview, columns: min(24, columns - 1), rows: 8)
    else { return "" }
    let rows = picture.count { $0 == "\n" || $0 == "\r\n" } + 1
    return "\n\(picture)\u{1B}[\(rows)A\r"
  }

  /// Takes the line away, so that something else can be written.
  public func clear() { state.withLock { clear(&$0) } }

  /// Takes the line away until there is work again: the person is typing, and what was stopped may
  /// still tell of a last step.
  public func rest(_ isResting: Bool) {
    state.withLock { state in
      if isResting { clear(&state) }
      state.isResting = isResting
    }
  }

  private func clear(_ state: inout State) {
    guard state.isVisible else { return }
    state.isVisible = false
    put("\r\u{1B}[J")
  }

  /// `diffuse  ████████░░░░░░░░  step 10 of 20  4.1 steps/s  3 s left`
  public static func line(
    _ name: String, _ progress: StageContext.Progress, _ outlook: Outlook, speed: String? = nil,
    columns: Int
  ) -> String {
    var parts = [name]
    if let fraction = progress.fraction {
      let width = 16
      let full = Int((max(0, min(1, fraction)) * Double(width)).rounded())
      parts.append(
        String(repeating: "█", count: full) + String(repeating: "░", count: width - full))
    }
    parts.append(progress.note)
    if let speed { parts.append(speed) }
    if let left = outlook.secondsLeft, left >= 0.5 { parts.append("\(time(left)) left") }
    return String(parts.joined(separator: "  ").prefix(max(10, columns - 1)))
  }

  public static func time(_ seconds: Double) -> String {
    let whole = Int(min(max(0, seconds.isFinite ? seconds : 0), 1e8).rounded())
    if whole < 60 { return "\(whole) s" }
    if whole < 3600 { return "\(whole / 60) min \(whole % 60) s" }
    return "\(whole / 3600) h \(whole % 3600 / 60) min"
  }

  private func put(_ text: String) { GenSession.put(text, on: STDERR_FILENO) }
}

/// How fast a call goes on, from the first count that it told to the last.
struct Pace {
  let key: String
  let unit: String
  let start: (done: Int, at: ContinuousClock.Instant)
  var last: (done: Int, at: ContinuousClock.Instant)

  /// The pace with one more count; nil where nothing is counted.
  init?(
    after pace: Pace?, _ key: String, _ progress: StageContext.Progress,
    _ now: ContinuousClock.Instant
  ) {
    guard let counted = progress.counted else { return nil }
    if let pace, pace.key == key, pace.unit == counted.unit, counted.done > pace.start.done {
      self = pace
      last = (counted.done, now)
    } else {
      (self.key, unit) = (key, counted.unit)
      start = (counted.done, now)
      last = start
    }
  }

  /// `4.1 steps/s`, or `2.5 s a step`; nil until there are two counts.
  var text: String? {
    let seconds = (last.at - start.at).seconds
    let done = Double(last.done - start.done)
    guard done > 0, seconds > 1e-3 else { return nil }
    let isFast = done >= seconds
    let rate = isFast ? done / seconds : seconds / done
    let number = rate < 9.95 ? "\((rate * 10).rounded() / 10)" : "\(Int(rate.rounded()))"
    return isFast ? "\(number) \(unit)s/s" : "\(number) s a \(unit)"
  }
}
