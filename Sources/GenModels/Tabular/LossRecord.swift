import Foundation
import GenTensor
import Synchronization

/// The losses of a fit, step by step; on disk as well, so that a fit that goes on has them all.
final class LossRecord: Sendable {
  private struct State {
    var steps: [Int: [String: Float]] = [:]
    var handle: FileHandle?
  }

  private let state = Mutex(State())

  /// - Parameter path: Where they are kept; nil keeps them in memory only.
  init(path: String?) {
    guard let path else { return }
    let lines = ((try? String(contentsOfFile: path, encoding: .utf8)) ?? "").split(separator: "\n")
    var steps: [Int: [String: Float]] = [:]
    for line in lines {
      let fields = line.split(separator: "\t")
      guard let step = fields.first.flatMap({ Int($0) }), fields.count % 2 == 1 else { continue }
      var losses: [String: Float] = [:]
      for place in stride(from: 1, to: fields.count, by: 2) {
        losses[String(fields[place])] = UInt32(fields[place + 1]).map { Float(bitPattern: $0) }
      }
      steps[step] = losses
    }
    if !FileManager.default.fileExists(atPath: path) {
      _ = FileManager.default.createFile(atPath: path, contents: nil)
    }
    let handle = FileHandle(forWritingAtPath: path)
    _ = try? handle?.seekToEnd()
    state.withLock { $0 = State(steps: steps, handle: handle) }
  }

  func note(_ event: FittingEvent) {
    guard !event.losses.isEmpty else { return }
    state.withLock { state in
      // A step that is done again is the same again.
      guard state.steps.updateValue(event.losses, forKey: event.step) == nil else { return }
      let fields = event.losses.sorted { $0.key < $1.key }.map {
        "\t\($0.key)\t\($0.value.bitPattern)"
      }
      try? state.handle?.write(contentsOf: Data("\(event.step)\(fields.joined())\n".utf8))
    }
  }

  /// The losses by name, each the means of at most 200 stretches of steps.
  var curves: [LossTrace] {
    let steps = state.withLock { $0.steps.sorted { $0.key < $1.key }.map(\.value) }
    let stretch = max(1, (steps.count + 199) / 200)
    return Set(steps.flatMap(\.keys)).sorted().map { name in
      LossTrace(
        name: name,
        means: stride(from: 0, to: steps.count, by: stretch).compactMap { start in
          let losses = steps[start..<min(steps.count, start + stretch)].compactMap { $0[name] }
          return losses.isEmpty ? nil : losses.reduce(0, +) / Float(losses.count)
        })
    }
  }
}

extension FittingRun {
  /// The same, with losses kept in a record.
  func telling(_ record: LossRecord) -> FittingRun {
    var told = self
    told.report = { [report] event in
      record.note(event)
      report(event)
    }
    return told
  }
}

/// How a loss went from the first step to the last.
public struct LossTrace: Hashable, Sendable {
  public let name: String
  public let means: [Float]

  public init(name: String, means: [Float]) { (self.name, self.means) = (name, means) }

  /// What to call it: `loss critic`, `quality`.
  public var title: String {
    name == FittingEvent.quality || name.hasSuffix("." + FittingEvent.quality)
      ? name : "loss \(name)"
  }
}
