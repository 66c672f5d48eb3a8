import Foundation
import GenTensor
import GenWeights

/// Everything that a step changes, in one file that appears whole or not at all.
struct TrainingCheckpoint<Sizes: Sendable & Hashable & Codable> {
  let plan: TrainingPlan<Sizes>
  /// Steps done.
  let step: Int
  let trend: LossTrend
  /// Weights, moments (`NAME.m`, `NAME.v`) and averages (`NAME.average`).
  let states: [String: NDArray]

  /// - Throws: ``WeightsError/Fault/unwritable(reason:)``.
  func write(to path: String) throws {
    let encoder = JSONEncoder()
    encoder.outputFormatting = .sortedKeys
    let metadata = [
      "plan": String(decoding: try encoder.encode(plan), as: UTF8.self),
      "trend": String(decoding: try encoder.encode(trend), as: UTF8.self),
      "step": String(step),
    ]
    try SafetensorsFile.write(states, metadata: metadata, to: path)
  }

  /// - Throws: ``WeightsError``; ``TrainingError/damagedCheckpoint(path:reason:)``.
  init(path: String) throws {
    let weights = try Weights(path: path)
    func decoded<Value: Decodable>(_ key: String, as type: Value.Type) throws -> Value {
      guard let text = weights.metadata[key],
        let value = try? JSONDecoder().decode(type, from: Data(text.utf8))
      else { throw TrainingError.damagedCheckpoint(path: path, reason: "it has no \(key)") }
      return value
    }
    plan = try decoded("plan", as: TrainingPlan<Sizes>.self)
    trend = try decoded("trend", as: LossTrend.self)
    step = try decoded("step", as: Int.self)
    states = try weights.arrays()
  }

  init(plan: TrainingPlan<Sizes>, step: Int, trend: LossTrend, states: [String: NDArray]) {
    (self.plan, self.step, self.trend, self.states) = (plan, step, trend, states)
  }
}

extension [String: NDArray] {
  /// The averaged weights among a run's states, under the weights' names.
  var averages: Self {
    let suffix = ".average"
    return Dictionary(
      uniqueKeysWithValues: compactMap { name, array in
        name.hasSuffix(suffix) ? (String(name.dropLast(suffix.count)), array) : nil
      })
  }
}

/// Where the loss is heading: its running mean and the best that this was.
struct LossTrend: Codable, Sendable, Equatable {
  private(set) var mean: Double?
  private(set) var best = Double.greatestFiniteMagnitude
  private var count = 0

  /// Notes the loss of a step.
  ///
  /// - Returns: whether training still works: the loss is a number, and its mean is not three times
  ///   what it has been.
  mutating func add(_ loss: Float) -> Bool {
    guard loss.isFinite else { return false }
    count += 1
    let share = max(0.02, 1 / Double(count))
    let mean = (self.mean ?? 0) * (1 - share) + Double(loss) * share
    self.mean = mean
    guard count >= 50 else { return true }
    best = min(best, mean)
    return mean <= 3 * best
  }

  /// The loss means something else from here on.
  mutating func restart() { self = LossTrend() }
}
