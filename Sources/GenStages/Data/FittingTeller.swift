import GenModels
import GenPipeline
import Synchronization

/// Tells how a fit goes: steps as progress, and now and then a line with the losses.
final class FittingTeller: Sendable {
  private struct State {
    var lossesByMoment: [String: [Double]] = [:]
    var lastLine = ContinuousClock.now
  }

  private let studio: Studio
  private let context: StageContext
  private let state = Mutex(State())

  init(studio: Studio, context: StageContext) {
    (self.studio, self.context) = (studio, context)
  }

  func tell(_ event: FittingEvent) {
    context.report(.init("step", event.step, of: event.count))
    guard !event.losses.isEmpty else { return }
    let line = state.withLock { state -> String? in
      let now = ContinuousClock.now
      let isLast = event.step == event.count
      guard now - state.lastLine > .seconds(30) || isLast else { return nil }
      state.lastLine = now
      for (name, loss) in event.losses {
        state.lossesByMoment[name, default: []].append(Double(loss))
      }
      return state.lossesByMoment.sorted { $0.key < $1.key }.map { name, losses in
        let loss = ((losses.last ?? 0) * 1e3).rounded() / 1e3
        return "\(name) \(loss) \(TrainingTeller.curve(losses, columns: 24))"
      }.joined(separator: "  ")
    }
    if let line { studio.announce(.noted("step \(event.step) of \(event.count)  \(line)")) }
  }
}
