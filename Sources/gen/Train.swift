import ArgumentParser
import GenSession

struct Train: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "train",
    abstract: "Runs a recipe that trains a model; goes on where it was stopped.",
    discussion: """
      The recipe is a script. Checkpoints, the loss curve, sheets of samples and the weights are \
      written below the output folder, by default runs/ and the name of the recipe's folder.
      """)

  @Argument(
    help: "The recipe, such as stdlib/models/matinee/recipe.gen.", completion: .scripts)
  var file: String
  @OptionGroup var options: WorkOptions

  func run() async throws {
    var options = options
    if options.out == "." {
      let folder = file.split(separator: "/").dropLast().last.map(String.init) ?? "model"
      options.out = "runs/\(folder)"
    }
    try await Job(options, try readScript(file)).run(showing: false)
  }
}
