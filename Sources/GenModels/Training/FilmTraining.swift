import GenTensor

public typealias FilmPlan = TrainingPlan<GridTransformerSizes>

/// The training of the film network: from noise, words and given parts to clean films.
public struct FilmTraining: TrainingTask {
  public let plan: FilmPlan
  let vocabulary: Vocabulary
  /// What shows the network where things went; it learned that before.
  private let staging: StagedFrames
  public let fixedWeights: [String: NDArray]

  /// - Parameter motion: The weights of ``MotionLayers``.
  /// - Throws: ``TensorError/missingWeight(_:)``.
  public init(_ plan: FilmPlan, vocabulary: Vocabulary, motion: [String: NDArray]) throws {
    (self.plan, self.vocabulary) = (plan, vocabulary)
    fixedWeights = motion.reduce(into: [:]) { $0[StagedFrames.prefix + $1.key] = $1.value }
    staging = try StagedFrames(ofModel: fixedWeights)
  }

  public var metadata: [String: String] {
    plan.sizes.metadata.merging([
      "network": "GridTransformer", "words": vocabulary.words.joined(separator: "\n"),
    ]) { $1 }
  }

  public func inputs(
    step: Int, _ phase: TrainingPhase, pool: [TrainingExample]
  ) async throws -> [String: NDArray] {
    var batch = try TrainingBatch(step: step, plan, phase, pool: pool, vocabulary: vocabulary)
    try await batch.stage(with: staging)
    return batch.inputs
  }

  public func program(_ phase: TrainingPhase, weights: [String: NDArray]) throws -> Program {
    try Self.program(plan, phase, weights: weights)
  }

  /// Noise, loss, gradients, optimiser and averages.
  ///
  /// - Inputs: `clean` and `given` `[batch, frames, height, width, 3]` in -1…1, `mask [batch,
  ///   frames, height, width, 1]`, `staged [batch, frames, height, width, 5]`, `time [batch]`, `words
  ///   [batch, slots]` i32, `seed` and `number` (from 1) i64, `rate` f32; `moments [patches]` i32
  ///   where only some patches of a film are seen; `still.clean` and so on where there are stills
  ///   beside the films.
  /// - Outputs: `loss` and `norm`, the norm of all gradients.
  /// - Source: Li & He 2025, arXiv:2511.13720, equation 7: the error of the velocity that the
  ///   predicted clean film implies, its divisor kept from falling below 0.05.
  static func program(
    _ plan: FilmPlan, _ phase: TrainingPhase, weights: [String: NDArray]
  ) throws -> Program {
    let source = WeightSource(weights, isTrainable: true, initialSeed: plan.seed)
    return try Program(source, mode: plan.mode) { graph in
      let network = try GridTransformer(WeightScope(graph), plan.sizes)
      let moments = plan.thinning(phase).map { count, kept in
        GridTransformer.Moments.some(places: graph.input("moments", [kept], .i32), count: count)
      }
      let seed = graph.input("seed", [], .i64)
      var loss = network.error(
        of: plan.film(count: phase.batchCount, phase), moments, seed: seed, in: graph)
      if phase.stillCount > 0 {
        let stills = plan.film(count: phase.stillCount)
        loss = loss + network.error(of: stills, prefix: "still.", seed: seed, in: graph)
      }
      var optimizer = AdamW()
      (optimizer.beta2, optimizer.maximumNorm) = (0.98, 5)
      optimizer.decay = plan.optimizer == .adamw ? plan.decay : 0
      optimizer.pace = plan.optimizer == .adamw ? 1 : plan.pace
      optimizer.haste = [
        "tone": plan.wordHaste, "word": plan.wordHaste, "place": plan.wordHaste,
        "picture": plan.pictureHaste,
      ]
      return try graph.step(loss, plan, with: optimizer, muon: plan.muon)
    }
  }

  public func samples(
    _ prompts: [String], _ phase: TrainingPhase, weights: [String: NDArray]
  ) async throws -> [FilmSamples] {
    let matinee = try Matinee(
      weights: weights.merging(fixedWeights) { $1 }, sizes: plan.sizes, vocabulary: vocabulary,
      mode: plan.mode)
    var films: [FilmSamples] = []
    for prompt in prompts {
      var request = Matinee.Request(
        matinee.read(prompt).numbers, frameCount: phase.frameCount, seed: plan.seed)
      (request.height, request.width) = (plan.height, plan.width)
      films.append(try await matinee.generate(request).film)
    }
    return films
  }
}

extension GridTransformer {
  /// How far the velocity that the network sees in noisy films is from the true one, and how far its
  /// sketches are from the stills: means of squared errors.
  fileprivate func error(
    of film: [Int], prefix: String = "", _ moments: Moments? = nil, seed: Tensor, in graph: Graph
  ) -> Tensor {
    let clean = graph.input("\(prefix)clean", Shape(film + [3]))
    let time = graph.input("\(prefix)time", [film[0]])
    let words = graph.input("\(prefix)words", [film[0], sizes.slotCount], .i32)
    let spread = time.reshaped(to: [-1, 1, 1, 1, 1])
    let given = graph.input("\(prefix)given", Shape(film + [3]))
    let mask = graph.input("\(prefix)mask", Shape(film + [1]))
    let found = self(
      spread * clean + (1 - spread) * graph.randomNormal(clean.shape, seed: seed),
      given: given, mask: mask, staged: graph.input("\(prefix)staged", Shape(film + [5])),
      time: time, words: words,
      moments: moments ?? .following(first: 0))
    let error = (found - clean) / (1 - spread).maximum(0.05)
    let loss = error.squared().mean()
    return film[1] > 1 ? loss : loss + sketchError(of: clean, words)
  }

  /// How far the words' sketches are from the stills that they describe, at half the size.
  private func sketchError(of stills: Tensor, _ words: Tensor) -> Tensor {
    let (height, width) = (stills.length(ofAxis: 2), stills.length(ofAxis: 3))
    let halved = stills.reshaped(to: [-1, height, width, 3]).spaceToDepth(by: 2)
      .reshaped(to: [-1, height / 2, width / 2, 4, 3]).mean(alongAxes: [3])
    return sketch(words).meanSquaredError(to: halved.reshaped(to: [-1, height / 2, width / 2, 3]))
  }
}

extension FilmPlan {
  /// Patches of a whole film of a phase and how many of them a step sees; `nil` when all.
  func thinning(_ phase: TrainingPhase) -> (count: Int, kept: Int)? {
    let count = phase.frameCount / max(sizes.patchDepth, 1)
    guard let kept = phase.patchCount, 1..<max(count, 1) ~= kept else { return nil }
    return (count, kept)
  }

  /// Frames that a step of a phase sees.
  func seenFrameCount(_ phase: TrainingPhase) -> Int {
    thinning(phase).map { $0.kept * sizes.patchDepth } ?? phase.frameCount
  }

  /// `[count, frames, height, width]` as a step of a phase sees films; stills without a phase.
  fileprivate func film(count: Int, _ phase: TrainingPhase? = nil) -> [Int] {
    [count, phase.map(seenFrameCount) ?? 1, height, width]
  }

  /// Muon for all matrices but those of the network's first and last layers.
  var muon: Muon? {
    guard optimizer == .muon else { return nil }
    let ends: Set<Substring> = ["enter", "leave"]
    var muon = Muon { name, _ in
      name.hasSuffix("weight") && !(name.split(separator: ".").first.map(ends.contains) ?? true)
    }
    muon.decay = decay
    return muon
  }
}
