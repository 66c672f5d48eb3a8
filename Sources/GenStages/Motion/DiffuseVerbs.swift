import GenMedia
import GenModels
import GenPipeline

extension Studio {
  /// Arguments that every drawing verb has.
  enum Drawing {
    static var seed: Parameter<Int> {
      Parameter(
        "seed", "Another seed, another result; the same seed, the same bytes.",
        in: 0...4_294_967_295, setting: "seed")
    }
    static var steps: Parameter<Int> {
      Parameter(
        "steps", "Steps from noise to the film; more is finer.", in: 1...1000, default: 20,
        setting: "quality", meaning: ["draft": 8, "fine": 40])
    }
    static var guidance: Parameter<Double> {
      Parameter(
        "guidance", "How strictly the prompt is followed; 1 hardly, 3 well, 8 rigidly.",
        in: 0...20, default: 3)
    }
    static var sampler: Parameter<SamplerPlan?> {
      Parameter("sampler", "Such as dpmpp(12) or euler(8) + dpmpp(12); overrides steps.")
    }
    static var model: Parameter<ModelChoice?> {
      Parameter("model", "The model to draw with, such as model(\"matinee\").")
    }
    static var shift: Parameter<Double?> {
      Parameter(
        "shift",
        "Above 1 spends more steps near the noise; 3 for films and 1 for pictures unless given.",
        in: 0.1...10)
    }
    static var precision: Parameter<String> {
      Parameter(
        "precision", "How the network keeps its numbers.", oneOf: ["fast", "f32", "bf16"],
        default: "fast", setting: "precision")
    }
    /// How a film is drawn, apart from what it shows; read with ``FilmMaker/Manner/init(_:)``.
    static var manner: [ParameterInfo] {
      [
        seed.info, steps.info, guidance.info, sampler.info, model.info, shift.info, precision.info,
      ]
    }
  }

  @CatalogBuilder var drawingVerbs: [Stage] {
    Stage(
      "diffuse", "Draws a film or a picture from a sentence by diffusion.", topic: "generation",
      parameters: [
        Parameter<Prompt>("prompt", "What it shows.").info,
        Parameter<Int?>(
          "frames", "Length of the film; 1 makes a picture.",
          in: 1...Double(FilmMaker.frameLimit)
        ).info,
        Parameter<Seconds?>("seconds", "Length of the film at 24 frames a second.", in: 0.01...1)
          .info,
        Parameter<String?>("as", "What to make.", oneOf: ["image", "video"]).info,
      ] + Drawing.manner,
      result: .byArguments { try Self.diffusedType($0) },
      examples: [
        .init("diffuse(\"a red star\", frames: 8, steps: 2)", "Video 64x64, 8 frames"),
        .init("diffuse(\"a cat in the snow\", as: image, steps: 2)", "Image 64x64"),
      ],
      version: FilmMaker.version, effort: .heavy,
      cost: CostRule { [films] asked in
        let call = try DiffuseCall(asked.arguments)
        return try await films.drawingCost(
          asked, call.prompt, frameCount: call.frameCount, call.manner)
      }, check: films.check, models: FilmMaker.models
    ) { arguments in
      let call = try DiffuseCall(arguments)
      let film = try await films.draw(call.prompt, frameCount: call.frameCount, call.manner).film
      if call.isPicture, let picture = film.image(at: 0) { return .image(picture) }
      return .video(try film.video())
    }
  }

  private static func diffusedType(_ call: CallShape) throws -> ValueType {
    switch call.constants["as"].flatMap(String.init) {
    case "image": return .image
    case "video": return .video
    default: break
    }
    if call.given.contains("seconds") { return .video }
    guard call.given.contains("frames") else { throw Diagnostic.mediumUnknown(stage: "diffuse") }
    if case .int(1)? = call.constants["frames"] { return .image }
    return .video
  }
}

extension FilmMaker {
  @Sendable static func models(_ arguments: Arguments) -> [String] {
    if case .model(let choice)? = arguments["model"] { return choice.names }
    return [standardModel]
  }
}

/// The arguments of one `diffuse`.
private struct DiffuseCall {
  let prompt: Prompt
  let frameCount: Int
  let isPicture: Bool
  let manner: FilmMaker.Manner

  init(_ arguments: Arguments) throws {
    prompt = try arguments.read("prompt")
    let asked: String? = try arguments.read("as")
    let seconds: Seconds? = try arguments.read("seconds")
    let frames: Int? =
      try arguments.read("frames")
      ?? seconds.map { FrameRate.film.frameCount(inSeconds: $0.amount) }
    isPicture = asked == "image" || (asked == nil && frames == 1)
    frameCount = isPicture ? 1 : max(1, frames ?? FilmMaker.frameLimit)
    guard frameCount <= FilmMaker.frameLimit else { throw Diagnostic.tooManyFrames(frameCount) }
    manner = try FilmMaker.Manner(arguments)
  }
}
