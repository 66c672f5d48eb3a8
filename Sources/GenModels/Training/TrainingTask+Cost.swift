import Foundation
import GenTensor

/// What one step of a training takes on this machine.
public struct StepCost: Sendable, Hashable {
  public let seconds: Double
  /// Bytes of weights, moments and everything between.
  public let memory: Int
}

extension TrainingTask {
  /// Does a step of a phase twice, on zeros, and times the second.
  ///
  /// - Throws: ``TensorError``.
  public func stepCost(_ phase: TrainingPhase) throws -> StepCost {
    let program = try program(phase, weights: [:])
    let inputs = program.emptyInputs
    _ = try program.outputs(inputs)
    let start = Date()
    _ = try program.outputs(inputs)
    return StepCost(
      seconds: Date().timeIntervalSince(start), memory: program.peakMemory + program.keptMemory)
  }
}
