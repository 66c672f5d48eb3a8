import GenTensor

/// The training of ``FilmEvaluator``: clean films, a little noise, and the names of what they show.
public struct EvaluatorTraining: TrainingTask {
  /// The names to be told apart, by fact; equal names, equal networks.
  public struct Names: Sendable, Hashable, Codable {
    let byFact: [String: [String]]

    public init(_ names: [FilmFact: [String]]) {
      byFact = names.reduce(into: [:]) { $0[$1.key.rawValue] = $1.value }
    }

    func of(_ fact: FilmFact) -> [String] { byFact[fact.rawValue] ?? [] }
    var counts: [FilmFact: Int] {
      FilmFact.allCases.reduce(into: [:]) { $0[$1] = of($1).count }
    }
  }

  /// A film of whole frames, red, green and blue in 0…255, and what it shows.
  public struct Example: Sendable {
    let bytes: [UInt8]
    let names: [FilmFact: Set<String>]
    public init(bytes: [UInt8], names: [FilmFact: Set<String>]) {
      (self.bytes, self.names) = (bytes, names)
    }
  }

  public let plan: TrainingPlan<Names>

  public init(_ plan: TrainingPlan<Names>) { self.plan = plan }

  public var metadata: [String: String] {
    plan.sizes.byFact.mapValues { $0.joined(separator: "\n") }
      .merging(["network": "FilmEvaluator"]) { $1 }
  }

  /// The deviation of the noise on a film is between 0 and this, so that what a network drew does
  /// not confuse by its grain.
  private static let noiseLevel: Float = 0.1

  /// - Inputs: `films [batch, frames, 64, 64, 3]` in -1…1, `level [batch]`, and for each fact that
  ///   can be told `[batch, names]` of ones and zeros.
  /// - Outputs: the binary cross-entropy, summed over names and facts, its mean over films; norm.
  public func program(_ phase: TrainingPhase, weights: [String: NDArray]) throws -> Program {
    let source = WeightSource(weights, isTrainable: true, initialSeed: plan.seed)
    return try Program(source, mode: plan.mode) { graph in
      let batch = phase.batchCount
      let films = graph.input("films", [batch, phase.frameCount, plan.height, plan.width, 3])
      let level = graph.input("level", [batch]).reshaped(to: [-1, 1, 1, 1, 1])
      let noise = graph.randomNormal(films.shape, seed: graph.input("seed", [], .i64))
      let network = try FilmEvaluator(WeightScope(graph), nameCounts: plan.sizes.counts)
      let losses = network(films + level * noise).map { fact, scores in
        let target = graph.input(fact.rawValue, [batch, plan.sizes.of(fact).count])
        return (scores.softplus() - target * scores).sum() * (1 / Float(batch))
      }
      var optimizer = AdamW()
      (optimizer.decay, optimizer.maximumNorm) = (plan.decay, 5)
      return try graph.step(losses.dropFirst().reduce(losses[0], +), plan, with: optimizer)
    }
  }

  public func inputs(
    step: Int, _ phase: TrainingPhase, pool: [Example]
  ) throws -> [String: NDArray] {
    var random = SeriesGenerator(seed: plan.seed, place: UInt64(step))
    let chosen = random.places(phase.batchCount, of: pool.count).map { pool[$0] }
    let film = [phase.frameCount, plan.height, plan.width, 3]
    for example in chosen where example.bytes.count != film.reduce(1, *) {
      throw TrainingError.wrongExample(
        index: step, expected: film.reduce(1, *), found: example.bytes.count)
    }
    let levels = chosen.map { _ in Float.random(in: 0...Self.noiseLevel, using: &random) }
    var inputs = [
      "films": try NDArray(
        chosen.flatMap { $0.bytes.map { Float($0) / 127.5 - 1 } },
        shape: Shape([chosen.count] + film)),
      "level": NDArray(levels),
    ]
    let isWhole = phase.frameCount == FilmEvaluator.frameCount
    for fact in FilmFact.allCases where fact != .motions || isWhole {
      let names = plan.sizes.of(fact)
      let targets = chosen.flatMap { example in
        names.map { example.names[fact]?.contains($0) == true ? Float(1) : 0 }
      }
      inputs[fact.rawValue] = try NDArray(targets, shape: [chosen.count, names.count])
    }
    return inputs
  }
}
