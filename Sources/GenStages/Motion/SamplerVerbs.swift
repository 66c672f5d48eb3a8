import GenModels
import GenPipeline

/// Samplers, prompts and models as values.
enum SamplerVerbs {
  static var stages: [Stage] { Samplers.all.map(sampler) + prompts }

  private static func sampler(_ kind: any Sampler.Type) -> Stage {
    let name = kind.name
    return Stage(
      name, summaries[name] ?? "Steps from noise to a clean sample.", topic: "sampling",
      Parameter("steps", "How many steps it takes.", in: 1...1000, default: 20),
      examples: [.init("\(name)(8)", "\(name)(8)")], effort: .instant
    ) { (steps: Int) in SamplerPlan(legs: [.init(name: name, stepCount: steps)]) }
  }

  private static let summaries = [
    "euler": "Steps straight along the velocity: the plainest sampler.",
    "heun": "Asks the network twice a step and goes along the mean: fewer steps, twice the work.",
    "dpmpp": "Bends each step by what the last one saw (DPM-Solver++ 2M): good from 8 steps on.",
    "ddim": "Goes to the next noise level with the noise that the prediction implies.",
  ]

  @CatalogBuilder private static var prompts: [Stage] {
    Stage(
      "morph", "A prompt that turns into another along the frames.", topic: "sampling",
      Parameter("from", "What the first frame shows."),
      Parameter("to", "What the last frame shows."),
      examples: [.init("morph(\"day sky\", \"night sky\")", "morph(\"day sky\", \"night sky\")")],
      effort: .instant
    ) { (from: Prompt, to: Prompt) in
      Prompt(wanted: from.wanted, avoided: from.avoided + to.avoided, ending: to.wanted)
    }
  }
}
