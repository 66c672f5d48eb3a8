import GenMedia
import GenModels
import GenPipeline
import GenTensor
import GenWeights
import GenWorlds

/// A stretch of training on films of one length, from a record
/// `{frames: 24, batch: 8, stills: 16, steps: 4_000, given: true, patches: 2, times: -1.9}`.
///
/// Stills are seen beside the films; patches 0 takes all of a film; `times` is the mean of the
/// normal numbers behind the times.
struct PhaseRecord: ValueConvertible {
  let frames: Int
  let batch: Int
  let stills: Int
  let steps: Int
  let given: Bool
  let patches: Int
  let times: Double

  static var valueType: ValueType {
    .record([
      .init("frames", .int), .init("batch", .int), .init("stills", .int), .init("steps", .int),
      .init("given", .bool), .init("patches", .int), .init("times", .number),
    ])
  }

  init?(_ value: Value) {
    guard let frames = value.field("frames").flatMap({ Int($0) }),
      let batch = value.field("batch").flatMap({ Int($0) }),
      let stills = value.field("stills").flatMap({ Int($0) }),
      let steps = value.field("steps").flatMap({ Int($0) }),
      let given = value.field("given").flatMap({ Bool($0) }),
      let patches = value.field("patches").flatMap({ Int($0) }),
      let times = value.field("times").flatMap({ Double($0) })
    else { return nil }
    (self.frames, self.batch, self.stills, self.steps) = (frames, batch, stills, steps)
    (self.given, self.patches, self.times) = (given, patches, times)
  }

  var value: Value {
    .record([
      .init("frames", .int(frames)), .init("batch", .int(batch)), .init("stills", .int(stills)),
      .init("steps", .int(steps)), .init("given", .bool(given)),
      .init("patches", .int(patches)), .init("times", .number(times)),
    ])
  }
}

extension Studio {
  @CatalogBuilder var trainingVerbs: [Stage] {
    Stage(
      "train_film_model",
      "Trains a film model on a world that is drawn meanwhile, and writes its weights.",
      topic: "training",
      Parameter("world", "The world to draw, by its name.", default: "matinee"),
      Parameter("pairs", "The share of scenes with two subjects.", in: 0...1, default: 0.4),
      Parameter("phases", "Stretches of training, one after the other."),
      Parameter("path", "Where the weights are written.", default: "weights.safetensors"),
      Parameter("folder", "Where checkpoint, loss curve and samples are kept.", default: "run"),
      Parameter("width", "Numbers of a token.", in: 16...2048, default: 192),
      Parameter("heads", "Attention heads.", in: 1...64, default: 6),
      Parameter("blocks", "Transformer blocks.", in: 1...64, default: 6),
      Parameter("slots", "Words of a prompt that are seen.", in: 4...256, default: 20),
      Parameter(
        "channels", "Channels at a half, a quarter and an eighth of the size.",
        default: [32, 96, 128]),
      Parameter("rate", "The highest learning rate.", in: 1e-6...1, default: 3e-3),
      Parameter("final", "The share of it that is left at the end.", in: 0...1, default: 0.1),
      Parameter(
        "start",
        "A model whose weights are the start, such as \"matinee\"; random ones unless given."),
      Parameter(
        "motion",
        "Weights from train_film_motion; those of the model to start from unless given."),
      Parameter("prompts", "What is drawn every few minutes, to see how far it is.", default: []),
      Parameter("every", "How often that is.", in: 10...86_400, default: Seconds(300)),
      Parameter("seed", "Another seed, other weights.", in: 0...4_294_967_295, setting: "seed"),
      examples: [],
      cost: .training("film model") { [self] arguments in
        try FilmRecipe(arguments).task(store)
      }, effect: .tells
    ) {
      (
        world: String, pairs: Double, phases: [PhaseRecord], path: String, folder: String,
        width: Int, heads: Int, blocks: Int, slots: Int, channels: [Int], rate: Double,
        final: Double, start: String?, motion: String?, prompts: [String], every: Seconds, seed: Int
      ) in
      let recipe = FilmRecipe(
        world: world, pairs: pairs, phases: phases, width: width, heads: heads, blocks: blocks,
        slots: slots, channels: channels, rate: rate, final: final, start: start,
        motion: try motion.map(outputPath), seed: seed)
      try await train(
        recipe.task(store), recipe.drawn(store), from: recipe.weights(store),
        folder: outputPath(folder), to: outputPath(path), prompts: prompts, every: every.amount)
      return Nothing()
    }
  }

  private func train(
    _ task: FilmTraining, _ world: World, from start: Weights?, folder: String,
    to weights: String, prompts: [String], every: Double
  ) async throws {
    let seed = task.plan.seed
    let trainer = try Trainer(task, folder: folder, start: start) { index, frames in
      let clip = world.clip(index: index, seed: seed, frames: frames)
      return TrainingExample(bytes: clip.pixels, caption: clip.caption)
    }
    await trainer.setSamples(prompts: prompts, every: every)
    try await finish(trainer, folder: folder, to: weights)
  }
}

extension TrainingPhase {
  init(_ record: PhaseRecord) {
    self.init(
      frameCount: record.frames, batchCount: record.batch, stepCount: record.steps,
      givesParts: record.given)
    stillCount = record.stills
    patchCount = record.patches > 0 ? record.patches : nil
    timeMean = Float(record.times)
  }
}

extension Value {
  func field(_ name: String) -> Value? {
    guard case .record(let fields) = self else { return nil }
    return fields.first { $0.name == name }?.value
  }
}
