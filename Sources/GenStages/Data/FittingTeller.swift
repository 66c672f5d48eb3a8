import GenModels
import GenPipeline
import Synchronization

/// Tells how a fit goes: steps and the last quality as progress, and now and then a line with the
/// losses.
final class FittingTeller: Sendable {
  private struct State {
    var lossesByMoment: [String: [Double]] = [:]
    var qualities: [Double] = []
    var lastLine = ContinuousClock.now
  }

  private let studio: Studio
  private let context: StageContext
  private let state = Mutex(State())

  init(studio: Studio, context: StageContext) {
    (self.studio, self.context) = (studio, context)
  }

  func tell(_ event: FittingEvent) {
    let (quality, line) = state.withLock { state -> (Double?, String?) in
      if let quality = event.losses[FittingEvent.quality] {
        state.qualities.append(Double(quality))
      }
      return (state.qualities.last, Self.line(event, &state))
    }
    let note = quality.map { ", quality \(Self.rounded($0))" } ?? ""
    context.report(.init("step", event.step, of: event.count, note: note))
    if let line { studio.announce(.noted("step \(event.step) of \(event.count)  \(line)")) }
  }

  /// The losses so far, and the quality; nil where it is too soon for another line.
  private static func line(_ event: FittingEvent, _ state: inout State) -> String? {
    let losses = event.losses.filter { $0.key != FittingEvent.quality }
    let now = ContinuousClock.now
    let isDue = now - state.lastLine > .seconds(30) || event.step == event.count
    guard !losses.isEmpty, isDue else { return nil }
    state.lastLine = now
    for (name, loss) in losses { state.lossesByMoment[name, default: []].append(Double(loss)) }
    var curves = state.lossesByMoment.sorted { $0.key < $1.key }
    if !state.qualities.isEmpty { curves.append((FittingEvent.quality, state.qualities)) }
    return curves.map { name, values in
      "\(name) \(rounded(values.last ?? 0)) \(TrainingTeller.curve(values, columns: 24))"
    }.joined(separator: "  ")
  }

  private static func rounded(_ number: Double) -> Double { (number * 1e3).rounded() / 1e3 }
}
