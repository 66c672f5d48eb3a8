import GenModels
import GenPipeline

extension FilmMaker {
  /// What is wrong with a prompt before anything is computed: words that the model does not know
  /// are warnings, a prompt of which it knows nothing is an error.
  func check(_ call: CallShape) -> [Diagnostic] {
    guard let value = call.constants["prompt"], let prompt = Prompt(value) else { return [] }
    let choice =
      call.constants["model"].flatMap(ModelChoice.init) ?? ModelChoice(name: Self.standardModel)
    let name = choice.parts.first?.name ?? Self.standardModel
    let place = call.places["prompt"]
    let vocabulary: Vocabulary
    do {
      vocabulary = try self.vocabulary(of: choice)
    } catch {
      return [Studio.describe(error).placed(at: place)]
    }
    let parts = prompt.wanted + prompt.avoided + prompt.ending
    let reading = vocabulary.read(parts.map(\.text).joined(separator: " "), slotCount: 1000)
    if !reading.hasContent, !parts.allSatisfy({ $0.text.isEmpty }) {
      return [Diagnostic.nothingKnown(model: name, vocabulary).placed(at: place)]
    }
    return reading.unknown.map {
      Diagnostic.unknownWord($0.word, nearest: $0.nearest, model: name).placed(at: place)
    }
  }
}

extension Diagnostic {
  static func unknownWord(_ word: String, nearest: [String], model: String) -> Diagnostic {
    let shortened = word.count > 40 ? word.prefix(39) + "…" : word[...]
    let hint =
      nearest.isEmpty
      ? "use a word of the list in: gen doc \(model)"
      : "did you mean \(nearest.map { "\"\($0)\"" }.joined(separator: " or "))?"
    return Diagnostic(
      "W0701", severity: .warning, message: "\(model) does not know the word \"\(shortened)\"",
      label: "it is drawn without it", hint: hint)
  }

  static func nothingKnown(model: String, _ vocabulary: Vocabulary) -> Diagnostic {
    Diagnostic(
      "E0730", message: "\(model) knows none of this prompt",
      label: "nothing here that it can draw",
      hint: "it draws things such as a sailboat, a red star or a cat, in places such as the sea, "
        + "the city or space; all \(vocabulary.words.count) words: gen doc \(model)")
  }

  static func unknownSampler(_ name: String) -> Diagnostic {
    Diagnostic(
      "E0731", message: "there is no sampler \"\(name)\"",
      hint: "use one of \(Samplers.names.joined(separator: ", "))")
  }

  static func tooManyFrames(_ count: Int) -> Diagnostic {
    Diagnostic(
      "E0732", message: "a film of \(count) frames is more than one run of the model draws",
      label: "at most \(FilmMaker.frameLimit)",
      hint: "draw \(FilmMaker.frameLimit) frames and go on with extend(video, seconds: …)")
  }
}
