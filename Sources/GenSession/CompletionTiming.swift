import GenLanguage
import GenPipeline

extension Workshop {
  /// Seconds from Tab to its answer among so many names: the slowest of some usual lines, each the
  /// fastest of `count` times.
  ///
  /// - Throws: ``Diagnostic``; `CancellationError`.
  public func measureCompletion(nameCount: Int, count: Int) async throws -> Double {
    let lines = (0..<nameCount).map { "name\($0) = \($0)" }.joined(separator: "\n")
    var scope = Scope()
    let program = language.check(Source(name: "names", text: lines), in: scope)
    try await Evaluator(language, graph: graph, demanding: runner).run(program, in: &scope)
    let tab = TabCompletion(
      language: language, scope: scope, linesBefore: "",
      models: { [studio] in studio.store.list().map(\.name) })
    let clock = ContinuousClock()
    return
      ["", "name99", "x = name1 |> ro", "diffuse(\"a boat\", ", "model(\"ma", "print(na", ":he"]
      .map { line in
        (0..<max(1, count)).map { _ in
          clock.measure { _ = tab.answer(for: line, at: line.utf8.count) }.seconds
        }.min() ?? 0
      }.max() ?? 0
  }
}
