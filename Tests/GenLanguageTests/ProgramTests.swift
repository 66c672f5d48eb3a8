import GenLanguage
import GenPipeline
import GenStages
import Testing

/// `Programs/*.gen`: each `# expect:` line is the value of the next expression statement, and
/// `# expect error:` the code that the program ends with.
@Suite struct ProgramTests {
  static let folder = String(
    #filePath.prefix(upTo: #filePath.lastIndex(of: "/") ?? #filePath.endIndex))
  static let root = folder + "/../.."
  static let names = [
    "arithmetic", "fibonacci", "modules", "primes", "records", "shadows", "stages", "texts",
    "unlucky",
  ]

  static let language = Language(
    vocabulary: ExplanationTests.language.vocabulary,
    resolver: FileModules(libraries: [root + "/stdlib"]),
    prelude: FileBytes.read(root + "/stdlib/prelude.gen").map {
      Source(name: "prelude.gen", bytes: $0)
    })

  @Test func `the prelude checks`() throws {
    #expect(Self.language.preludeDiagnostics.map { "\($0)" } == [])
    let names = Self.language.definitions().map(\.name)
    #expect(names.contains("mean"))
    #expect(Self.language.definitions().allSatisfy { $0.documentation.hasSuffix(".") })
  }

  @Test func `the prelude is formatted`() throws {
    let bytes = try #require(FileBytes.read(Self.root + "/stdlib/prelude.gen"))
    let source = Source(name: "prelude.gen", bytes: bytes)
    #expect(ProgramFormatter.format(.parse(source)) == source.text)
  }

  @Test(arguments: names) func `a program comes to what it expects`(_ name: String) async throws {
    let path = Self.folder + "/Programs/\(name).gen"
    let source = Source(name: path, bytes: try #require(FileBytes.read(path)))
    let lines = source.text.split(separator: "\n")
    let wanted = lines.compactMap {
      $0.split(separator: "# expect: ").dropFirst().first.map(String.init)
    }
    let errors = lines.compactMap {
      $0.hasPrefix("# expect error: ") ? String($0.dropFirst(16)) : nil
    }
    let outcome = try await outcome(of: source)
    #expect(outcome.values == wanted)
    #expect(outcome.codes == errors)
  }

  private func outcome(of source: Source) async throws -> (values: [String], codes: [String]) {
    let program = Self.language.check(source)
    guard !program.hasErrors else { return ([], program.diagnostics.map(\.code)) }
    let world = Graph.World(program: "test") { name in
      Graph.ModelFacts(hash: name, licence: "CC0-1.0")
    }
    let runner = Runner(world: world)
    let evaluator = Evaluator(
      Self.language, graph: Graph(world: world, demanding: runner), demanding: runner)
    var scope = Scope()
    let values = Gathered()
    do {
      try await evaluator.run(program, in: &scope) { result in
        await values.add(try await runner.resolved(result.value).shortText(limit: 200))
      }
      return (await values.texts, [])
    } catch let diagnostic as Diagnostic {
      return (await values.texts, [diagnostic.code])
    }
  }

  private actor Gathered {
    var texts: [String] = []
    func add(_ text: String) { texts.append(text) }
  }
}
