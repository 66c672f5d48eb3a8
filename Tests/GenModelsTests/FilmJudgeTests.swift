import Foundation
import GenTensor
import GenWeights
import Testing

@testable import GenModels

/// The evaluator that comes with Gen, and its training.
@Suite struct FilmJudgeTests {
  static let path = URL(fileURLWithPath: #filePath).deletingLastPathComponent()
    .appendingPathComponent("../../stdlib/models/matinee/evaluator.safetensors").path

  /// The films of `scripts/reference/evaluator.py`.
  private static func film(_ number: Int, frameCount: Int) -> [Float] {
    var samples: [Float] = []
    for t in 0..<frameCount {
      for y in 0..<64 {
        for x in 0..<64 {
          for c in 0..<3 {
            let place = 0.11 * Double((number + 1) * x) + 0.07 * Double(y * (c + 1))
            samples.append(Float(sin(place + 0.3 * Double(number * t))))
          }
        }
      }
    }
    return samples
  }

  @Test(arguments: [1, 24])
  func `films and pictures are scored as PyTorch scores them`(frameCount: Int) throws {
    let weights = try Weights(path: Self.path)
    let cases = try Fixture.weights("evaluator-cases.safetensors")
    let counts = FilmFact.allCases.reduce(into: [:]) { counts, fact in
      counts[fact] = weights.metadata[fact.rawValue]?.split(separator: "\n").count
    }
    let program = try Program(WeightSource(weights.arrays())) { graph in
      let films = graph.input("films", [3, frameCount, 64, 64, 3])
      let scores = try FilmEvaluator(WeightScope(graph), nameCounts: counts)(films)
      return .init(scores.map { (name: $0.fact.rawValue, tensor: $0.scores) })
    }
    let films = (0..<3).flatMap { Self.film($0, frameCount: frameCount) }
    let found = try program.outputs([
      "films": NDArray(films, shape: [3, frameCount, 64, 64, 3])
    ])
    #expect(found.count == (frameCount == 24 ? 4 : 3))
    for (fact, scores) in found {
      let expected = try cases.array("\(fact).\(frameCount)").floats
      let scale = expected.map(abs).max() ?? 1
      #expect(largestDifference(scores.floats, expected) < 1e-4 * scale, "\(fact)")
    }
  }

  @Test func `a film is right when what was wanted scores highest`() async throws {
    let judge = try FilmJudge(weightsPath: Self.path, mode: .f32)
    let film = try FilmSamples(
      frameCount: 24, height: 64, width: 64, samples: Self.film(1, frameCount: 24))
    var rightCount = 0
    for name in try #require(judge.names[.motions]) {
      let found = try await judge.recognises([.motions: [name]], in: film)
      if found[.motions] == true { rightCount += 1 }
    }
    #expect(rightCount == 1)
    let picture = try FilmSamples(
      frameCount: 1, height: 64, width: 64, samples: Self.film(1, frameCount: 1))
    let found = try await judge.recognises([.motions: ["spin"], .setting: ["sea"]], in: picture)
    #expect(found[.motions] == nil && found[.setting] != nil)
  }

  @Test func `weights without names are refused`() {
    #expect(throws: MatineeError.self) {
      try FilmJudge(weightsPath: Fixture.path("matinee-tiny.safetensors"))
    }
  }

  @Test func `an evaluator learns what it is shown and says its names in its file`() async throws {
    let folder = FileManager.default.temporaryDirectory
      .appendingPathComponent("gen-evaluator-\(UUID().uuidString)").path
    defer { try? FileManager.default.removeItem(atPath: folder) }
    let names = EvaluatorTraining.Names([
      .subjects: ["dark", "light"], .colours: ["natural"], .setting: ["plain"], .motions: ["still"],
    ])
    var plan = TrainingPlan(
      sizes: names, phases: [.init(frameCount: 1, batchCount: 4, stepCount: 12)])
    (plan.optimizer, plan.rate, plan.warmUpCount, plan.averageDecay) = (.adamw, 2e-3, 2, 0.5)
    (plan.poolCount, plan.usesBF16) = (8, false)
    let trainer = try Trainer(EvaluatorTraining(plan), folder: folder) { index, frames in
      let isLight = index.isMultiple(of: 2)
      return EvaluatorTraining.Example(
        bytes: [UInt8](repeating: isLight ? 220 : 30, count: frames * 64 * 64 * 3),
        names: [
          .subjects: [isLight ? "light" : "dark"], .colours: ["natural"], .setting: ["plain"],
          .motions: ["still"],
        ])
    }
    try await trainer.run()
    try await trainer.export(to: "\(folder)/weights.safetensors")
    let judge = try FilmJudge(weightsPath: "\(folder)/weights.safetensors", mode: .f32)
    #expect(judge.names[.subjects] == ["dark", "light"])
    for (level, name) in [(Float(0.7), "light"), (-0.7, "dark")] {
      let film = try FilmSamples(
        frameCount: 1, height: 64, width: 64, samples: [Float](repeating: level, count: 12288))
      #expect(try await judge.recognises([.subjects: [name]], in: film)[.subjects] == true)
    }
  }
}
