import GenModels
import GenPipeline
import GenTensor
import GenWeights
import GenWorlds

/// What `train_film_model` is told of the network and its training.
struct FilmRecipe {
  let world: String
  let pairs: Double
  let phases: [PhaseRecord]
  let width: Int
  let heads: Int
  let blocks: Int
  let slots: Int
  let channels: [Int]
  let rate: Double
  let final: Double
  let start: String?
  /// A file of weights.
  let motion: String?
  let seed: Int

  func drawn(_ store: ModelStore) throws -> World {
    try World(directory: "\(store.stdlib)/worlds/\(world)").with(pairShare: Float(pairs))
  }

  /// Those to start from.
  func weights(_ store: ModelStore) throws -> Weights? {
    try start.map { try Weights(path: store.files(of: $0).path(of: "weights.safetensors")) }
  }

  /// - Throws: ``Diagnostic`` for sizes that make no network; ``WeightsError``; ``WorldError``.
  func task(_ store: ModelStore) throws -> FilmTraining {
    let words = try drawn(store).lexicon.vocabulary
    let vocabulary = Vocabulary(words.joined(separator: "\n"))
    guard channels.count == 3, width % (2 * heads) == 0, channels.allSatisfy({ $0 > 0 }) else {
      throw Diagnostic.unusableNetwork
    }
    var sizes = GridTransformerSizes(vocabularyCount: vocabulary.count)
    (sizes.width, sizes.headCount, sizes.blockCount) = (width, heads, blocks)
    (sizes.fine, sizes.middle, sizes.coarse) = (channels[0], channels[1], channels[2])
    sizes.slotCount = slots
    var plan = FilmPlan(sizes: sizes, phases: phases.map(TrainingPhase.init))
    (plan.rate, plan.finalShare) = (Float(rate), Float(final))
    plan.seed = UInt64(bitPattern: Int64(seed))
    plan.usesBF16 = NumericMode.fastest == .bf16
    return try FilmTraining(plan, vocabulary: vocabulary, motion: layers(store))
  }

  /// What shows where things go: of the file, else of the model to start from or of the standard one.
  private func layers(_ store: ModelStore) throws -> [String: NDArray] {
    if let motion { return try Weights(path: motion).arrays() }
    let standard = try store.files(of: FilmMaker.standardModel)
    return try Matinee.motionWeights(
      of: weights(store) ?? Weights(path: standard.path(of: "weights.safetensors")))
  }
}

extension FilmRecipe {
  init(_ arguments: Arguments) throws {
    self.init(
      world: try arguments.read("world"), pairs: try arguments.read("pairs"),
      phases: try arguments.read("phases"),
      width: try arguments.read("width"), heads: try arguments.read("heads"),
      blocks: try arguments.read("blocks"), slots: try arguments.read("slots"),
      channels: try arguments.read("channels"), rate: try arguments.read("rate"),
      final: try arguments.read("final"), start: try arguments.read("start"),
      // Where they come from changes nothing of what a step takes.
      motion: nil, seed: try arguments.read("seed"))
  }
}
