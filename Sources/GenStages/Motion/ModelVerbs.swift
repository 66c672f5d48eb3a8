import GenModels
import GenPipeline
import GenWeights

extension Studio {
  /// Models as values: by name, mixed, and with something added.
  @CatalogBuilder var modelVerbs: [Stage] {
    Stage(
      "model", "A film model by its name, or from a file of weights that train_film_model wrote.",
      topic: "sampling",
      Parameter("name", "Such as \"matinee\" or \"run/weights.safetensors\".", naming: .model),
      examples: [.init("model(\"matinee\")", "model(\"matinee\")")], effort: .instant,
      check: { [films] call in films.checkModel(call, "name") }
    ) { (name: String) in ModelChoice(name: name) }
    Stage(
      "mix", "A model between two others of the same sizes.", topic: "sampling",
      Parameter("first", "One model."), Parameter("second", "The other."),
      Parameter("share", "How much of the second it is.", in: 0...1, default: 0.5),
      examples: [
        .init(
          "mix(model(\"matinee\"), model(\"matinee\"), 30%)", "model(\"matinee\")")
      ], effort: .instant
    ) { (first: ModelChoice, second: ModelChoice, share: Double) in
      guard !first.parts.isEmpty, !second.parts.isEmpty else { throw Diagnostic.additionAlone }
      return first.scaled(by: 1 - share).joined(with: second.scaled(by: share))
    }
    Stage(
      "lora", "A small change of a model from a file, to be added: model(…) + lora(…) * 0.8.",
      topic: "sampling",
      Parameter("path", "A .safetensors file with NAME.lora_A.weight and NAME.lora_B.weight."),
      examples: [], effort: .instant, check: { [films] call in films.checkModel(call, "path") }
    ) { (path: String) in ModelChoice(parts: [], additions: [.init(path)]) }
  }
}

extension FilmMaker {
  /// Whether a name stands for a file of weights rather than for a known model.
  static func isFile(_ name: String) -> Bool { name.hasSuffix(".safetensors") }

  /// A model that does not exist, found before anything runs.
  func checkModel(_ call: CallShape, _ parameter: String) -> [Diagnostic] {
    guard case .text(let name)? = call.constants[parameter] else { return [] }
    do {
      if Self.isFile(name) || call.stage == "lora" {
        _ = try Weights(path: name)
      } else {
        _ = try store.manifest(of: name)
      }
      return []
    } catch {
      return [Studio.describe(error).placed(at: call.places[parameter])]
    }
  }

  /// The weights of a choice, put together.
  func weights(of choice: ModelChoice) throws -> MixedWeights {
    guard !choice.parts.isEmpty else { throw Diagnostic.additionAlone }
    func opened(_ part: ModelChoice.Part) throws -> (weights: Weights, share: Float) {
      let path =
        Self.isFile(part.name)
        ? part.name : try store.files(of: part.name).path(of: "weights.safetensors")
      return (try Weights(path: path), Float(part.share))
    }
    return try MixedWeights(
      models: choice.parts.map(opened), additions: choice.additions.map(opened))
  }
}

extension Diagnostic {
  static var additionAlone: Diagnostic {
    Diagnostic(
      "E0735", message: "there is no model that this could be added to",
      label: "only a lora", hint: "write model(\"matinee\") + lora(…)")
  }
}
