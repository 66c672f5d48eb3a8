import GenMedia
import GenModels
import GenPipeline
import GenWeights
import GenWorlds

/// How often something was recognised, fact by fact, from 0 to 1; none where nobody looked.
private struct Recognition {
  private var counts: [FilmFact: (right: Int, all: Int)] = [:]

  static var valueType: ValueType {
    .record(FilmFact.allCases.map { .init($0.rawValue, .optional(.number)) })
  }

  mutating func add(_ found: [FilmFact: Bool]) {
    for (fact, isRight) in found {
      let known = counts[fact] ?? (0, 0)
      counts[fact] = (known.right + (isRight ? 1 : 0), known.all + 1)
    }
  }

  var value: Value {
    .record(
      FilmFact.allCases.map { fact in
        .init(
          fact.rawValue, counts[fact].map { .number(Double($0.right) / Double($0.all)) } ?? .none)
      })
  }
}

extension Studio {
  @CatalogBuilder var judgingVerbs: [Stage] {
    Stage(
      "judge_film_model",
      "Tells how often a model's films show what was asked, for prompts kept out of its training.",
      topic: "training",
      parameters: [
        Parameter("count", "Prompts.", in: 1...500, default: 500).info,
        Parameter(
          "as", "Whether films are drawn, or the pictures that they start from.",
          oneOf: ["image", "video"], default: "video"
        ).info,
        Parameter("pairs", "Ask for two things that do something else each.", default: false).info,
        Parameter("clean", "Judge films that the world itself drew instead.", default: false).info,
      ] + Drawing.manner, result: .fixed(Recognition.valueType), examples: [],
      version: FilmMaker.version, effort: .heavy,
      models: FilmMaker.models
    ) { arguments in
      let (count, isClean): (Int, Bool) = (
        try arguments.read("count"), try arguments.read("clean")
      )
      let medium: String = try arguments.read("as")
      var manner = try FilmMaker.Manner(arguments)
      manner.isResumable = false
      // A model from a file is judged by what recognises the standard one's world.
      let name = manner.model?.parts.first?.name ?? FilmMaker.standardModel
      let files = try store.files(of: FilmMaker.isFile(name) ? FilmMaker.standardModel : name)
      let judge = try FilmJudge(weightsPath: files.path(of: "evaluator.safetensors"))
      let world = try World(directory: "\(store.stdlib)/worlds/\(files.manifest.name)")
      let prompts = world.lexicon.evaluationPrompts(
        count: count, pairs: try arguments.read("pairs"))
      let frameCount = medium == "video" ? World.frameCount : 1
      var result = Recognition()
      let firstSeed = manner.seed
      for (index, prompt) in prompts.enumerated() {
        manner.seed = firstSeed + index
        let film =
          isClean
          ? try FilmSamples(world.clip(for: prompt, frames: frameCount).frames)
          : try await films.draw(
            Prompt(prompt.caption), frameCount: frameCount, manner
          ).film
        let found = try await judge.recognises(prompt.labels.names, in: film)
        result.add(found)
        StageContext.current.report(.init("film", index + 1, of: prompts.count))
      }
      return result.value
    }
  }
}

extension Labels {
  /// The names that an evaluator should recognise.
  var names: [FilmFact: Set<String>] {
    [
      .subjects: Set(subjects), .setting: [setting.name], .motions: Set(motions.map(\.rawValue)),
      .colours: Set(colours.map { $0?.rawValue ?? "natural" }),
    ]
  }
}
