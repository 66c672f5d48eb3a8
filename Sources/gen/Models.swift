import ArgumentParser
import GenSession
import GenStages
import GenWeights

struct Models: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "models", abstract: "Lists, fetches and verifies models.",
    subcommands: [List.self, Get.self, Info.self, Verify.self], defaultSubcommand: List.self)

  static func store() throws -> ModelStore {
    guard let stdlib = Stdlib.folder() else {
      throw ValidationError("The standard library is not found; set GEN_STDLIB to its folder.")
    }
    return ModelStore(stdlib: stdlib, home: ModelStore.home(environmentVariables()))
  }

  struct List: ParsableCommand {
    static let configuration = CommandConfiguration(
      commandName: "list", abstract: "Lists the models by name.")
    func run() throws {
      put(try Models.store().listing())
    }
  }

  struct Get: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
      commandName: "get", abstract: "Fetches a model.")
    @Argument(help: "Its name.", completion: .models) var name: String
    func run() async throws {
      do {
        _ = try await Models.store().get(name) { event in
          if let text = event.sentence { put(text + "\n") }
        }
        put("\(name) is here\n")
      } catch { throw fault(error) }
    }
  }

  struct Info: ParsableCommand {
    static let configuration = CommandConfiguration(
      commandName: "info", abstract: "Says what a model is.")
    @Argument(help: "Its name.", completion: .models) var name: String
    func run() throws {
      do {
        put(try Models.store().manifest(of: name).page)
      } catch { throw fault(error) }
    }
  }

  struct Verify: ParsableCommand {
    static let configuration = CommandConfiguration(
      commandName: "verify", abstract: "Sums the files of a model.")
    @Argument(help: "Its name.", completion: .models) var name: String
    func run() throws {
      do {
        put(try Models.store().verify(name).sentence + "\n")
      } catch { throw fault(error) }
    }
  }
}
