import Foundation
import Synchronization

/// Keeps what is at work and what is needed, tells events, and guesses the time left.
final class ProgressBoard: Sendable {
  fileprivate struct Work {
    let start: ContinuousClock.Instant
    var fraction: Double?
  }

  fileprivate struct State {
    var needed = Set<String>()
    var finished = Set<String>()
    var stages: [String: String] = [:]
    var working: [String: Work] = [:]
    /// Seconds that a stage took, newest last, by its name.
    var history: [String: [Double]] = [:]
    var told = Set<Diagnostic>()
  }

  private let tell: @Sendable (RunEvent) -> Void
  private let usualSeconds: @Sendable (String) -> Double?
  private let clock: @Sendable () -> ContinuousClock.Instant
  private let state = Mutex(State())

  /// - Parameters:
  ///   - usualSeconds: What a stage took in earlier programs, by its name.
  ///   - clock: What time it is.
  init(
    tell: @escaping @Sendable (RunEvent) -> Void,
    usualSeconds: @escaping @Sendable (String) -> Double? = { _ in nil },
    clock: @escaping @Sendable () -> ContinuousClock.Instant = { .now }
  ) {
    self.tell = tell
    self.usualSeconds = usualSeconds
    self.clock = clock
  }

  /// A heavy call has to be there before the run is done.
  func need(_ node: Node) {
    state.withLock { state in
      if state.working.isEmpty, state.needed.isSubset(of: state.finished) {
        state.needed.removeAll()
        state.finished.removeAll()
      }
      state.needed.insert(node.key)
      state.stages[node.key] = node.stage.name
    }
  }

  func begin(_ node: Node, isTold: Bool) -> ContinuousClock.Instant {
    let now = clock()
    guard isTold else { return now }
    let unknown = state.withLock { state in
      state.working[node.key] = Work(start: now)
      let names = Set(state.needed.compactMap { state.stages[$0] })
      return names.filter { state.history[$0] == nil }
    }
    for name in unknown {
      let seconds = usualSeconds(name)
      state.withLock {
        if $0.history[name] == nil { $0.history[name] = seconds.map { [$0] } ?? [] }
      }
    }
    tell(.started(node))
    return now
  }

  func report(_ node: Node, _ progress: StageContext.Progress) {
    let outlook = state.withLock { state in
      state.working[node.key]?.fraction = progress.fraction
      return state.outlook(at: clock())
    }
    tell(.progressed(node, progress, outlook))
  }

  func finish(_ node: Node, seconds: Double, origin: RunEvent.Origin) {
    state.withLock { state in
      state.working[node.key] = nil
      if state.needed.contains(node.key) { state.finished.insert(node.key) }
      if origin == .computed {
        state.history[node.stage.name, default: []] =
          state.history[node.stage.name, default: []].suffix(7) + [seconds]
      }
    }
    tell(.finished(node, seconds: seconds, origin: origin))
  }

  /// A call is no longer waited for: it failed or was cancelled.
  func drop(_ node: Node) {
    state.withLock { state in
      state.working[node.key] = nil
      state.needed.remove(node.key)
    }
  }

  func fail(_ node: Node, _ diagnostic: Diagnostic) { tell(.failed(node, diagnostic)) }

  /// Each warning is told once.
  func warn(_ diagnostic: Diagnostic) {
    if state.withLock({ $0.told.insert(diagnostic).inserted }) { tell(.warned(diagnostic)) }
  }
}

extension ProgressBoard.State {
  fileprivate func outlook(at now: ContinuousClock.Instant) -> Outlook {
    var left = 0.0
    var isKnown = true
    for key in needed.subtracting(finished).union(working.keys) {
      guard let seconds = secondsLeft(of: key, at: now) else {
        isKnown = false
        break
      }
      // The work of one call after the other: an upper bound where they run side by side.
      left += seconds
    }
    return Outlook(
      finishedCount: finished.count, neededCount: needed.count, secondsLeft: isKnown ? left : nil)
  }

  private func secondsLeft(of key: String, at now: ContinuousClock.Instant) -> Double? {
    let times = stages[key].flatMap { history[$0] } ?? []
    let usual = times.isEmpty ? nil : times.sorted()[times.count / 2]
    guard let work = working[key] else { return usual }
    let spent = work.start.duration(to: now).seconds
    if let fraction = work.fraction, fraction > 0.02, fraction <= 1 {
      return spent * (1 - fraction) / fraction
    }
    return usual.map { max(0, $0 - spent) }
  }
}
