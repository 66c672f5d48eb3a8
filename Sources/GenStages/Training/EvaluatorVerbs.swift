import GenModels
import GenPipeline
import GenTensor
import GenWeights
import GenWorlds

extension Studio {
  @CatalogBuilder var evaluatorVerbs: [Stage] {
    Stage(
      "train_film_evaluator",
      "Trains the network that recognises what a world's films show, on films that it draws meanwhile.",
      topic: "training",
      Parameter("world", "The world to draw, by its name.", default: "matinee"),
      Parameter("stills", "Steps on 64 stills each, before films.", in: 0...1e6, default: 2000),
      Parameter("films", "Steps on 16 films each.", in: 0...1e6, default: 2000),
      Parameter(
        "path", "Where the weights are written.", default: "evaluator.safetensors"),
      Parameter("folder", "Where checkpoint and loss curve are kept.", default: "evaluator"),
      Parameter("rate", "The highest learning rate.", in: 1e-6...1, default: 1e-3),
      Parameter(
        "start",
        "A model whose evaluator is the start, such as \"matinee\"; random weights unless given."),
      Parameter("seed", "Another seed, other weights.", in: 0...4_294_967_295, setting: "seed"),
      examples: [],
      cost: .training("evaluator") { [self] arguments in
        try evaluatorTask(
          drawn(arguments.read("world")), stills: arguments.read("stills"),
          films: arguments.read("films"), rate: arguments.read("rate"),
          seed: arguments.read("seed"))
      }, effect: .tells
    ) {
      (
        world: String, stills: Int, films: Int, path: String, folder: String, rate: Double,
        start: String?, seed: Int
      ) in
      let drawn = try drawn(world)
      let task = evaluatorTask(drawn, stills: stills, films: films, rate: rate, seed: seed)
      let folder = try outputPath(folder)
      let weights = try start.map {
        try Weights(path: store.files(of: $0).path(of: "evaluator.safetensors"))
      }
      let trainer = try Trainer(task, folder: folder, start: weights) {
        [seed = task.plan.seed] index, frames in
        let clip = drawn.clip(index: index, seed: seed, frames: frames)
        return EvaluatorTraining.Example(bytes: clip.pixels, names: clip.labels.names)
      }
      try await finish(trainer, folder: folder, to: outputPath(path))
      return Nothing()
    }
  }

  func drawn(_ world: String) throws -> World {
    try World(directory: "\(store.stdlib)/worlds/\(world)")
  }

  private func evaluatorTask(
    _ drawn: World, stills: Int, films: Int, rate: Double, seed: Int
  ) -> EvaluatorTraining {
    var plan = TrainingPlan(
      sizes: EvaluatorTraining.Names(drawn.lexicon.names),
      phases: [
        .init(frameCount: 1, batchCount: 64, stepCount: stills),
        .init(frameCount: World.frameCount, batchCount: 16, stepCount: films),
      ])
    (plan.optimizer, plan.rate, plan.finalShare) = (.adamw, Float(rate), 0.02)
    plan.seed = UInt64(bitPattern: Int64(seed))
    plan.usesBF16 = NumericMode.fastest == .bf16
    return EvaluatorTraining(plan)
  }
}

extension Lexicon {
  /// Everything that a film of the world can show, sorted.
  var names: [FilmFact: [String]] {
    [
      .subjects: subjects.map(\.name).sorted(), .setting: Setting.all.map(\.name).sorted(),
      .colours: (Colour.allCases.map(\.rawValue) + ["natural"]).sorted(),
      .motions: Motion.allCases.map(\.rawValue).sorted(),
    ]
  }
}
