import GenLanguage
import GenMedia
import GenPipeline

/// A small vocabulary with the shapes of the real one: forms, choices, ranges, units, files.
enum TestVocabulary {
  static let catalog = Catalog(stages)
  static let language = Language(vocabulary: catalog)

  @CatalogBuilder static var stages: [Stage] {
    Stage(
      "paint", "Paints a picture of one grey.",
      Parameter<Int>("level", "How light it is.", in: 0...255),
      Parameter<Int>("width", "Pixels.", in: 1...64, default: 2),
      examples: []
    ) { (level: Int, width: Int) in
      Image(width: width, height: 1, filledWith: [UInt8](repeating: UInt8(level), count: 3))
    }
    Stage(
      "paper", "A picture of one colour.", Parameter<Color>("color", "The colour."), examples: []
    ) { (color: Color) in
      Image(width: 1, height: 1, filledWith: [color.red, color.green, color.blue])
    }
    Stage(
      "blur", "Softens a picture.",
      Parameter<Image>("picture", "The picture."),
      Parameter<Double>("radius", "Pixels.", in: 0...100, default: 1),
      examples: []
    ) { (picture: Image, _: Double) in picture }
    Stage(
      "upscale", "Enlarges a picture.",
      Parameter<Image>("picture", "The picture."),
      Parameter<Int>("by", "How many times.", in: 2...4, default: 2),
      examples: []
    ) { (picture: Image, factor: Int) in
      Image(width: picture.width * factor, height: picture.height * factor)
    }
    Stage(
      "upscale", "Enlarges a film.",
      Parameter<Video>("video", "The film."),
      Parameter<Int>("by", "How many times.", in: 2...4, default: 2),
      examples: []
    ) { (video: Video, _: Int) in video }
    Stage(
      "diffuse", "Makes something from words.",
      Parameter<Prompt>("prompt", "What it shows."),
      Parameter<Int?>("frames", "How many pictures.", in: 1...96),
      Parameter<Int>("seed", "Where randomness starts.", setting: "seed"),
      Parameter<SamplerPlan>(
        "sampler", "The steps.", default: SamplerPlan(legs: [.init(name: "euler", stepCount: 20)])),
      Parameter<Double>("guidance", "How closely it follows the words.", in: 0...30, default: 4),
      Parameter<String?>("as", "What it makes.", oneOf: ["image", "video"]),
      examples: [], effort: .heavy, result: .byArguments(diffuseResult)
    ) {
      (
        prompt: Prompt, frames: Int?, _: Int, _: SamplerPlan, _: Double, _: String?
      ) async throws -> Image in
      Image(width: prompt.wanted.count, height: frames ?? 1)
    }
    Stage(
      "euler", "The sampler of Euler.", Parameter<Int>("steps", "How many.", in: 1...1000),
      examples: [], effort: .instant
    ) { (steps: Int) in SamplerPlan(legs: [.init(name: "euler", stepCount: steps)]) }
    Stage(
      "model", "A model.", Parameter<String>("name", "Its name."), examples: [], effort: .instant
    ) { (name: String) in ModelChoice(name: name) }
    Stage(
      "mix", "A model between two.", Parameter<ModelChoice>("first", "One."),
      Parameter<ModelChoice>("second", "The other."),
      Parameter<Double>("share", "How much of the second it is.", in: 0...1), examples: [],
      effort: .instant
    ) { (first: ModelChoice, second: ModelChoice, share: Double) in
      first.scaled(by: 1 - share).joined(with: second.scaled(by: share))
    }
    Stage(
      "interpolate", "Puts frames between the frames.",
      Parameter<Video>("video", "The film."),
      Parameter<Quantity>("to", "Frames a second."), examples: [], result: .fixed(.video)
    ) { (video: Video, _: Quantity) in video }
    Stage(
      "save", "Writes a file.", Parameter<Video>("video", "What is written."),
      Parameter<String>("path", "The file."), examples: [], effect: .tells
    ) { (_: Video, _: String) in Nothing() }
    Stage(
      "print", "Prints a value.", topic: "",
      parameters: [
        ParameterInfo(name: "value", documentation: "The value.", type: .variable("A"))
      ], result: .fixed(.none), examples: [], effect: .tells
    ) { _ in .none }
  }

  private static let diffuseResult: @Sendable (CallShape) throws -> ValueType = { shape in
    if case .symbol(let word)? = shape.constants["as"] { return word == "image" ? .image : .video }
    if shape.given.contains("frames") { return .video }
    throw Diagnostic(
      "E0701", message: "what diffuse makes cannot be told", label: "no 'as' and no 'frames'",
      hint: "add as: video")
  }
}

/// What a stage without a result gives.
struct Nothing: ValueConvertible {
  static var valueType: ValueType { .none }
  init() {}
  init?(_ value: Value) { guard case .none = value else { return nil } }
  var value: Value { .none }
}

extension Quantity: ValueConvertible {
  public static var valueType: ValueType { .quantity(.rate) }
  public init?(_ value: Value) {
    guard case .quantity(let quantity) = value else { return nil }
    self = quantity
  }
  public var value: Value { .quantity(self) }
}
