import GenPipeline
import Glibc
import Synchronization

/// One line at the bottom of a terminal that says how far the work is; nothing in a pipe.
public final class ProgressLine: Sendable {
  private struct State {
    var isVisible = false
    var lastDrawn: ContinuousClock.Instant?
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
      let now = ContinuousClock.now
      if let last = state.lastDrawn, now - last < .milliseconds(60) { return }
      state.lastDrawn = now
      state.isVisible = true
      let text = Self.line(node.stage.name, progress, outlook, columns: terminal.columns)
      put("\r\(text)\u{1B}[K")
    }
  }

  /// Takes the line away, so that something else can be written.
  public func clear() {
    state.withLock { state in
      guard state.isVisible else { return }
      state.isVisible = false
      put("\r\u{1B}[K")
    }
  }

  /// `diffuse  ████████░░░░░░░░  step 10 of 20  3 s left`
  public static func line(
    _ name: String, _ progress: StageContext.Progress, _ outlook: Outlook, columns: Int
  ) -> String {
    var parts = [name]
    if let fraction = progress.fraction {
      let width = 16
      let full = Int((max(0, min(1, fraction)) * Double(width)).rounded())
      parts.append(
        String(repeating: "█", count: full) + String(repeating: "░", count: width - full))
    }
    parts.append(progress.note)
    if let left = outlook.secondsLeft { parts.append("\(time(left)) left") }
    return String(parts.joined(separator: "  ").prefix(max(10, columns - 1)))
  }

  public static func time(_ seconds: Double) -> String {
    let whole = Int(min(max(0, seconds.isFinite ? seconds : 0), 1e8).rounded())
    if whole < 60 { return "\(whole) s" }
    if whole < 3600 { return "\(whole / 60) min \(whole % 60) s" }
    return "\(whole / 3600) h \(whole % 3600 / 60) min"
  }

  private func put(_ text: String) {
    let bytes = Array(text.utf8)
    _ = write(STDERR_FILENO, bytes, bytes.count)
  }
}
