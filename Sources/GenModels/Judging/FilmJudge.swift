import GenTensor
import GenWeights

/// Tells how often films show what they should.
///
///     let judge = try FilmJudge(weightsPath: "evaluator.safetensors")
///     let found = try await judge.recognises([.subjects: ["cat"], .motions: ["spin"]], in: film)
public actor FilmJudge {
  /// The names that it tells apart, by fact.
  public nonisolated let names: [FilmFact: [String]]
  private let weights: [String: NDArray]
  private let mode: NumericMode
  private var programs: [Int: Program] = [:]

  /// - Parameter weightsPath: Weights whose metadata lists the names of every fact, one a line.
  /// - Throws: ``WeightsError``, ``MatineeError/unusableWeights(path:reason:)``.
  public init(weightsPath: String, mode: NumericMode = .fastest) throws {
    let weights = try Weights(path: weightsPath)
    self.weights = try weights.arrays()
    self.mode = mode
    names = try FilmFact.allCases.reduce(into: [:]) { names, fact in
      guard let lines = weights.metadata[fact.rawValue], !lines.isEmpty else {
        throw MatineeError.unusableWeights(
          path: weightsPath, reason: "its metadata has no \"\(fact.rawValue)\"")
      }
      names[fact] = lines.split(separator: "\n").map(String.init)
    }
  }

  /// For each fact, whether the names that a film should show have the highest scores; of motions
  /// only for films of 24 frames.
  ///
  /// - Throws: ``TensorError`` for a film that is not 64x64; `CancellationError`.
  public func recognises(
    _ wanted: [FilmFact: Set<String>], in film: FilmSamples
  ) async throws -> [FilmFact: Bool] {
    let shape: GenTensor.Shape = [1, film.frameCount, film.height, film.width, 3]
    let clamped = film.samples.map { min(max($0, -1), 1) }
    let scores = try await program(frameCount: film.frameCount)
      .run(["films": NDArray(clamped, shape: shape)])
    return wanted.reduce(into: [:]) { found, fact in
      guard let scores = scores[fact.key.rawValue]?.floats else { return }
      let ranked = zip(scores, names[fact.key] ?? []).sorted { $0.0 > $1.0 }
      found[fact.key] = Set(ranked.prefix(fact.value.count).map(\.1)) == fact.value
    }
  }

  private func program(frameCount: Int) throws -> Program {
    if let known = programs[frameCount] { return known }
    let side = FilmEvaluator.side
    let counts = names.mapValues(\.count)
    let program = try Program(WeightSource(weights), mode: mode) { graph in
      let films = graph.input("films", [1, frameCount, side, side, 3])
      let found = try FilmEvaluator(WeightScope(graph), nameCounts: counts)(films)
      return .init(found.map { (name: $0.fact.rawValue, tensor: $0.scores) })
    }
    programs[frameCount] = program
    return program
  }
}
