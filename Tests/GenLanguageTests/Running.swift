import GenLanguage
import GenPipeline
import Testing

/// What running a program came to: the values of its expression statements as text.
func values(
  of text: String, language: Language = TestVocabulary.language
) async throws -> [String] {
  var scope = Scope()
  return try await values(of: text, in: &scope, language: language)
}

func values(
  of text: String, in scope: inout Scope, language: Language = TestVocabulary.language
) async throws -> [String] {
  let program = language.check(Source(name: "test.gen", text: text), in: scope)
  let all = program.diagnostics.map { $0.rendered(in: program.sources) }.joined(separator: "\n")
  if let error = program.diagnostics.first(where: { $0.severity == .error }) {
    Issue.record(Comment(rawValue: all))
    throw error
  }
  let world = Graph.World(program: "test") { name in
    Graph.ModelFacts(hash: name, licence: "CC0-1.0")
  }
  let runner = Runner(world: world)
  let graph = Graph(world: world, demanding: runner)
  let evaluator = Evaluator(language, graph: graph, demanding: runner)
  let results = try await evaluator.run(program, in: &scope)
  var texts: [String] = []
  for result in results {
    texts.append(try await runner.resolved(result.value).shortText(limit: 200))
  }
  return texts
}

/// The diagnostic that running a program ends with.
func failure(of text: String) async -> Diagnostic? {
  do {
    _ = try await values(of: text)
    return nil
  } catch {
    return error as? Diagnostic
  }
}
