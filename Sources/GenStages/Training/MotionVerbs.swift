import GenModels
import GenPipeline
import GenTensor
import GenWorlds

extension Studio {
  @CatalogBuilder var motionVerbs: [Stage] {
    Stage(
      "train_film_motion",
      "Trains what tells a film model which part of a picture moves, and where to.",
      topic: "training",
      Parameter("world", "The world to draw, by its name.", default: "matinee"),
      Parameter("steps", "Steps on 32 films each.", in: 1...1e6, default: 8000),
      Parameter("path", "Where the weights are written.", default: "motion.safetensors"),
      Parameter("folder", "Where checkpoint and loss curve are kept.", default: "motion"),
      Parameter("slots", "Words of a caption that are seen.", in: 4...256, default: 20),
      Parameter("rate", "The highest learning rate.", in: 1e-6...1, default: 2e-3),
      Parameter("seed", "Another seed, other weights.", in: 0...4_294_967_295, setting: "seed"),
      examples: [],
      cost: .training("film motion") { [self] arguments in
        try motionTask(
          drawn(arguments.read("world")), steps: arguments.read("steps"),
          slots: arguments.read("slots"), rate: arguments.read("rate"),
          seed: arguments.read("seed"))
      }, effect: .tells
    ) {
      (
        world: String, steps: Int, path: String, folder: String, slots: Int, rate: Double,
        seed: Int
      ) in
      let drawn = try drawn(world)
      let task = motionTask(drawn, steps: steps, slots: slots, rate: rate, seed: seed)
      let folder = try outputPath(folder)
      let trainer = try Trainer(task, folder: folder) {
        [seed = task.plan.seed] index, frames in
        MotionTraining.Example(drawn.clip(index: index, seed: seed, frames: frames))
      }
      try await finish(trainer, folder: folder, to: outputPath(path), as: .f32)
      return Nothing()
    }
  }

  private func motionTask(
    _ drawn: World, steps: Int, slots: Int, rate: Double, seed: Int
  ) -> MotionTraining {
    let vocabulary = Vocabulary(drawn.lexicon.vocabulary.joined(separator: "\n"))
    var plan = MotionTraining.plan(
      vocabulary, slotCount: slots,
      phases: [.init(frameCount: World.frameCount, batchCount: 32, stepCount: steps)])
    (plan.rate, plan.finalShare) = (Float(rate), 0.02)
    plan.seed = UInt64(bitPattern: Int64(seed))
    return MotionTraining(plan, vocabulary: vocabulary)
  }
}

extension MotionTraining.Example {
  init(_ clip: Clip) {
    let side = Float(World.side)
    self.init(
      bytes: clip.pixels, caption: clip.caption,
      things: clip.things.map { thing in
        MotionTraining.Thing(
          stations: thing.stations.map {
            .init(x: $0.x / side, y: $0.y / side, size: $0.size, angle: $0.angle)
          }, matte: thing.matte)
      },
      ground: clip.views.map { .init(zoom: $0.zoom, pan: $0.panX / side) })
  }
}
