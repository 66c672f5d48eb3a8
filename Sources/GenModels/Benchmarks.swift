import Foundation
import GenTensor
import GenWeights

/// Timings of the networks on this machine, on random weights and inputs: what `scripts/bench`
/// holds against PyTorch.
public enum Benchmarks {
  /// The fastest of some runs.
  public struct Timing: Sendable, Codable {
    public let seconds: Double
    public let flopCount: Int
  }

  public static let names = ["forward", "train", "upscale"]

  /// - Parameters:
  ///   - name: `forward` (two films of 24 frames, as guidance needs), `train` (a step on eight) or
  ///     `upscale` (24 frames of 64x64, four times larger, with the weights at `weightsStem`).
  ///   - count: Runs; the fastest one counts.
  /// - Returns: nil for another name.
  public static func run(
    _ name: String, mode: NumericMode, count: Int, weightsStem: String? = nil
  ) throws -> Timing? {
    switch name {
    case "forward": try forward(mode, count)
    case "train": try train(mode, count)
    case "upscale": try weightsStem.map { try upscale(mode, count, $0) }
    default: nil
    }
  }

  private static let sizes = GridTransformerSizes(vocabularyCount: 384)

  private static func forward(_ mode: NumericMode, _ count: Int) throws -> Timing {
    let film: GenTensor.Shape = [2, 24, 64, 64, 3]
    let source = WeightSource([:], isTrainable: true, initialSeed: 1)
    let program = try Program(source, mode: mode) { graph in
      let clean = try GridTransformer(WeightScope(graph), sizes)(
        graph.input("film", film), given: graph.input("given", film),
        mask: graph.input("mask", [2, 24, 64, 64, 1]),
        staged: graph.input("staged", [2, 24, 64, 64, 5]), time: graph.input("time", [2]),
        words: graph.input("words", [2, sizes.slotCount], .i32))
      return ["output": clean]
    }
    let noise = try NDArray(normal: film, seed: 1)
    return try timed(program, count) {
      [
        "film": noise, "given": NDArray(zeros: film), "mask": NDArray(zeros: [2, 24, 64, 64, 1]),
        "staged": NDArray(zeros: [2, 24, 64, 64, 5]),
        "time": NDArray(zeros: [2]), "words": NDArray(zeros: [2, sizes.slotCount], .i32),
      ]
    }
  }

  private static func train(_ mode: NumericMode, _ count: Int) throws -> Timing {
    let phase = TrainingPhase(frameCount: 24, batchCount: 8, stepCount: count)
    var plan = FilmPlan(sizes: sizes, phases: [phase])
    plan.usesBF16 = mode == .bf16
    let program = try FilmTraining.program(plan, phase, weights: [:])
    let film: GenTensor.Shape = [8, 24, 64, 64, 3]
    let clean = try NDArray(normal: film, seed: 1)
    var number: Int64 = 0
    return try timed(program, count) {
      number += 1
      return [
        "clean": clean, "given": NDArray(zeros: film),
        "staged": NDArray(zeros: [8, 24, 64, 64, 5]),
        "mask": NDArray(zeros: [8, 24, 64, 64, 1]),
        "time": try NDArray([Float](repeating: 0.5, count: 8), shape: [8]),
        "words": NDArray(zeros: [8, sizes.slotCount], .i32), "seed": NDArray(scalar: number),
        "number": NDArray(scalar: number), "rate": NDArray(scalar: Float(1e-3)),
      ]
    }
  }

  private static func upscale(
    _ mode: NumericMode, _ count: Int, _ stem: String
  ) throws -> Timing {
    let upscaler = try Upscaler(
      graphPath: stem + ".param", blobPath: stem + ".bin", mode: mode)
    let together = Upscaler.picturesPerRun(height: 64, width: 64)
    let frames = NDArray(zeros: [together, 64, 64, 3])
    var best = Double.infinity
    for _ in 0...count {
      let start = Date()
      for _ in 0..<24 / together { _ = try upscaler.enlarged(frames) }
      best = min(best, Date().timeIntervalSince(start))
    }
    return Timing(seconds: best, flopCount: 24 * upscaler.flopCount(height: 64, width: 64))
  }

  private static func timed(
    _ program: Program, _ count: Int, _ inputs: () throws -> [String: NDArray]
  ) throws -> Timing {
    var best = Double.infinity
    for _ in 0...count {
      let given = try inputs()
      let start = Date()
      _ = try program.outputs(given)
      best = min(best, Date().timeIntervalSince(start))
    }
    return Timing(seconds: best, flopCount: program.flopCount)
  }
}
