import ArgumentParser
import GenSession
import GenStages
import GenWeights

struct Models: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    abstract: "Lists, fetches and verifies models.",
    subcommands: [List.self, Get.self, Info.self, Verify.self], defaultSubcommand: List.self)

  static func store() throws -> ModelStore {
    guard let stdlib = Stdlib.folder() else {
      throw ValidationError("The standard library is not found; set GEN_STDLIB to its folder.")
    }
    return ModelStore(stdlib: stdlib, home: ModelStore.home(environmentVariables()))
  }

  struct List: ParsableCommand {
    static let configuration = CommandConfiguration(abstract: "Lists the models by name.")
    func run() throws {
      let store = try Models.store()
      for model in store.list() {
        let state =
          if case .here? = try? store.availability(of: model.name) { "here" } else { "not fetched" }
        put("\(model.name)  \(model.kind)  \(byteText(model.byteCount))  ")
        put("\(model.licence)  \(state)\n    \(model.summary)\n")
      }
    }
  }

  struct Get: AsyncParsableCommand {
    static let configuration = CommandConfiguration(abstract: "Fetches a model.")
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
    static let configuration = CommandConfiguration(abstract: "Says what a model is.")
    @Argument(help: "Its name.", completion: .models) var name: String
    func run() throws {
      do {
        let model = try Models.store().manifest(of: name)
        put("\(model.name): \(model.summary)\nkind     \(model.kind)\n")
        put("licence  \(model.licence)\n")
        if let source = model.source { put("from     \(source.package) \(source.version)\n") }
        for member in model.members {
          put("file     \(member.name), \(byteText(member.byteCount)), ")
          put("sha256 \(member.sha256.hex)\n")
        }
      } catch { throw fault(error) }
    }
  }

  struct Verify: ParsableCommand {
    static let configuration = CommandConfiguration(abstract: "Sums the files of a model.")
    @Argument(help: "Its name.", completion: .models) var name: String
    func run() throws {
      do {
        let files = try Models.store().verify(name)
        put("\(name): \(files.manifest.members.count) files, all as they should be\n")
      } catch { throw fault(error) }
    }
  }
}
