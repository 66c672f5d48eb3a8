import GenMedia
import GenModels
import GenPipeline
import GenTensor
import GenWeights
import GenWorlds
import Synchronization

/// Draws films with the model that a prompt or a `model:` argument asks for; loads each model once.
final class FilmMaker: Sendable {
  static let standardModel = "matinee"
  /// Of all verbs that draw films: another one where the same call draws something else than before.
  static let version = 7
  /// The frames that the model was trained on.
  static let frameLimit = 24
  /// Height and width of its frames, in pixels.
  static let side = 64

  let store: ModelStore
  private let loaded = Mutex<[Loaded: Matinee]>([:])

  private struct Loaded: Hashable {
    let choice: ModelChoice
    let precision: NumericMode
  }
  private let vocabularies = Mutex<[String: Vocabulary]>([:])
  private let lexicons = Mutex<[String: Lexicon]>([:])

  init(store: ModelStore) { self.store = store }

  /// How a film is to be drawn, apart from what it shows.
  struct Manner: Sendable {
    var model: ModelChoice?
    var seed: Int
    var steps: Int
    var guidance: Double
    var sampler: SamplerPlan?
    var shift: Double?
    var precision = NumericMode.fastest
    /// Whether a drawing that was stopped is gone on with; of hundreds in a row it is not worth it.
    var isResumable = true

    var choice: ModelChoice { model ?? ModelChoice(name: FilmMaker.standardModel) }

    /// From the arguments of ``Studio/Drawing/manner``.
    init(_ arguments: Arguments) throws {
      seed = try arguments.read("seed")
      steps = try arguments.read("steps")
      guidance = try arguments.read("guidance")
      sampler = try arguments.read("sampler")
      model = try arguments.read("model")
      shift = try arguments.read("shift")
      precision = NumericMode(setting: try arguments.read("precision"))
    }
  }

  func draw(
    _ prompt: Prompt, frameCount: Int, _ manner: Manner, conditioning: FilmConditioning? = nil,
    start: FilmSamples? = nil, strength: Double = 1
  ) async throws -> Matinee.Drawing {
    let choice = manner.choice
    let matinee = try model(choice, manner.precision)
    var request = Matinee.Request(
      [], frameCount: frameCount, seed: UInt64(bitPattern: Int64(manner.seed)))
    request.terms = prompt.terms { matinee.read($0).numbers }
    request.things = prompt.things(lexicon(of: choice)) { matinee.read($0).numbers }
    request.legs = try legs(manner)
    request.guidance = Float(manner.guidance)
    request.shift = manner.shift.map { Float($0) }
    request.conditioning = conditioning
    request.start = start
    request.strength = Float(strength)
    if manner.isResumable {
      request.journalPath = StageContext.current.unfinished?.path(ofPart: String(manner.seed))
    }
    TraceRecorder.current?.watch(&request, words: prompt.watchedWords(matinee.read))
    let context = StageContext.current
    return try await matinee.generate(request) { progress in
      context.report(
        StageContext.Progress(
          "step", progress.step, of: progress.stepCount,
          preview: progress.preview.image(at: progress.preview.frameCount / 2)))
    }
  }

  private func legs(_ manner: Manner) throws -> [Trajectory.Leg] {
    let plan = manner.sampler?.legs ?? [.init(name: Euler.name, stepCount: manner.steps)]
    return try plan.map { leg in
      guard let sampler = Samplers.named(leg.name) else {
        throw Diagnostic.unknownSampler(leg.name)
      }
      return Trajectory.Leg(sampler, stepCount: leg.stepCount)
    }
  }

  private func model(_ choice: ModelChoice, _ precision: NumericMode) throws -> Matinee {
    let key = Loaded(choice: choice, precision: precision)
    if let known = loaded.withLock({ $0[key] }) { return known }
    let matinee = try loaded(choice, precision)
    return loaded.withLock { models in
      models[key] = models[key] ?? matinee
      return models[key] ?? matinee
    }
  }

  /// The model, loaded anew.
  func loaded(_ choice: ModelChoice, _ precision: NumericMode) throws -> Matinee {
    try Matinee(weights(of: choice), vocabulary: vocabulary(of: choice), mode: precision)
  }

  /// The words that a model knows; a file of weights says them itself, or knows those of the
  /// standard model.
  func vocabulary(of choice: ModelChoice) throws -> Vocabulary {
    guard let name = choice.parts.first?.name else { throw Diagnostic.additionAlone }
    guard Self.isFile(name) else { return try vocabulary(of: name) }
    if let words = try Weights(path: name).metadata["words"] { return Vocabulary(words) }
    return try vocabulary()
  }

  /// What a model's words say, where its world is known; a file's as the standard model's.
  func lexicon(of choice: ModelChoice) -> Lexicon? {
    let name = choice.parts.first.map(\.name) ?? Self.standardModel
    let world = Self.isFile(name) ? Self.standardModel : name
    if let known = lexicons.withLock({ $0[world] }) { return known }
    let lexicon = try? Lexicon(directory: "\(store.stdlib)/worlds/\(world)")
    lexicons.withLock { $0[world] = lexicon }
    return lexicon
  }

  /// The words that a model knows, without loading its weights.
  func vocabulary(of model: String = standardModel) throws -> Vocabulary {
    if let known = vocabularies.withLock({ $0[model] }) { return known }
    let path = try store.files(of: model).path(of: "vocabulary.txt")
    let vocabulary = try Vocabulary(path: path)
    vocabularies.withLock { $0[model] = vocabulary }
    return vocabulary
  }
}

extension FilmSamples {
  /// Pictures of the model's size; others are cut to its shape and resampled.
  init(_ frames: [Image]) throws {
    let side = FilmMaker.side
    let bytes = try frames.flatMap { frame in
      try frame.converted(toChannelCount: 3).fitted(width: side, height: side, .fill).pixels
    }
    try self.init(frameCount: frames.count, height: side, width: side, bytes: bytes)
  }

  func image(at index: Int) -> Image? {
    let start = index * samplesPerFrame
    guard index >= 0, start + samplesPerFrame <= samples.count else { return nil }
    let pixels = samples[start..<start + samplesPerFrame].map {
      UInt8(min(max(($0 + 1) * 127.5, 0), 255).rounded())
    }
    return Image(width: width, height: height, pixels: pixels)
  }

  var images: [Image] { (0..<frameCount).compactMap(image(at:)) }

  func video(rate: FrameRate = .film) throws -> Video { try Video(frames: images, rate: rate) }
}
