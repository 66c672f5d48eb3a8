import GenTensor

extension Program {
  /// One training step of the film network: noise, loss, gradients, AdamW and averages.
  ///
  /// - Inputs: `clean [batch, frames, height, width, 3]` in -1…1, `mask [batch, frames, height,
  ///   width, 1]`, `time [batch]`, `words [batch, slots]` i32, `seed` and `number` (from 1) i64,
  ///   `rate` f32; `moments [patches]` i32 where only some patches of a film are seen.
  /// - Outputs: `loss` and `norm`, the norm of all gradients.
  /// - Source: Li & He 2025, arXiv:2511.13720, equation 7: the error of the velocity that the
  ///   predicted clean film implies, its divisor kept from falling below 0.05.
  static func trainingStep(
    _ plan: TrainingPlan, _ phase: TrainingPlan.Phase, weights: [String: NDArray]
  ) throws -> Program {
    let source = WeightSource(weights, isTrainable: true, initialSeed: plan.seed)
    return try Program(source, mode: plan.mode) { graph in
      let film = [phase.batchCount, plan.seenFrameCount(phase), plan.height, plan.width]
      let clean = graph.input("clean", Shape(film + [3]))
      let mask = graph.input("mask", Shape(film + [1]))
      let time = graph.input("time", [phase.batchCount])
      let words = graph.input("words", [phase.batchCount, plan.sizes.slotCount], .i32)
      let noise = graph.randomNormal(clean.shape, seed: graph.input("seed", [], .i64))
      let moments = plan.thinning(phase).map { count, kept in
        GridTransformer.Moments(places: graph.input("moments", [kept], .i32), count: count)
      }
      let spread = time.reshaped(to: [-1, 1, 1, 1, 1])
      let network = try GridTransformer(WeightScope(graph), plan.sizes)
      let found = network(
        spread * clean + (1 - spread) * noise, given: clean * mask, mask: mask, time: time,
        words: words, moments: moments)
      let error = (found - clean) / (1 - spread).maximum(divisorFloor)
      let loss = error.squared().mean()
      var optimizer = AdamW()
      (optimizer.beta2, optimizer.maximumNorm) = (0.98, 5)
      optimizer.decay = plan.optimizer == .adamw ? plan.decay : 0
      optimizer.haste = ["tone": plan.wordHaste, "word": plan.wordHaste, "place": plan.wordHaste]
      optimizer.averageDecay = plan.averageDecay
      let norm = try graph.minimize(
        loss.reshaped(to: []), rate: graph.input("rate", []),
        step: graph.input("number", [], .i64), with: optimizer, muon: plan.muon)
      return ["loss": loss.reshaped(to: [1]), "norm": norm.reshaped(to: [1])]
    }
  }

  private static var divisorFloor: Float { 0.05 }
}

extension TrainingPlan {
  /// Muon for the matrices between the network's first and last layers.
  var muon: Muon? {
    guard optimizer == .muon else { return nil }
    let parts: Set<Substring> = [
      "blocks", "look", "draw", "polish", "merge", "expand", "grow", "enlarge", "shrink",
      "condense",
    ]
    var muon = Muon { name, _ in
      name.hasSuffix("weight") && name.split(separator: ".").first.map(parts.contains) ?? false
    }
    muon.decay = decay
    return muon
  }
}
