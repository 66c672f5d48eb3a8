import Foundation
import GenLanguage
import GenPipeline
import Testing

@testable import GenSession

private let stdlib = URL(filePath: #filePath).deletingLastPathComponent()
  .appending(path: "../../stdlib").standardizedFileURL.path

/// A workshop that writes into a folder of its own and keeps nothing.
func workshop(output: String) -> Workshop {
  var options = Workshop.Options(stdlib: stdlib)
  options.outputFolder = output
  return Workshop(options, announce: { _ in }, events: { _ in })
}

/// Models that are not fetched on the test machine are left out by name.
private func isRunnable(_ stage: Stage, in workshop: Workshop) -> Bool {
  let arguments = Arguments(
    parameters: stage.parameters, values: stage.parameters.map { $0.initial ?? .none })
  return stage.models(arguments).allSatisfy { name in
    if case .here? = try? workshop.studio.store.availability(of: name) { true } else { false }
  }
}

@Test func `every example of the catalogue comes out as it says`() async throws {
  let folder = NSTemporaryDirectory() + "gen-examples-\(UUID().uuidString)"
  try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
  defer { try? FileManager.default.removeItem(atPath: folder) }
  let workshop = workshop(output: folder)
  var count = 0
  for stage in workshop.catalog.stages where isRunnable(stage, in: workshop) {
    for example in stage.examples {
      count += 1
      let found = try await result(of: example.code, in: workshop)
      #expect(found == example.result, "\(stage.name): \(example.code)")
    }
  }
  #expect(count > 90)
}

private func result(of code: String, in workshop: Workshop) async throws -> String {
  let program = workshop.language.check(Source(name: "example", text: code))
  guard !program.hasErrors else {
    return program.diagnostics.map { $0.rendered(in: program.sources) }.joined(separator: "\n")
  }
  var scope = Scope()
  let results = try await Evaluator(
    workshop.language, graph: workshop.graph, demanding: workshop.runner
  ).run(program, in: &scope)
  guard let last = results.last else { return "" }
  let value = try await workshop.runner.resolved(last.value)
  if case .none = value { return "None" }
  return value.shortText(limit: 200)
}

@Test func `the prelude and the examples of the standard library are without a fault`() throws {
  let workshop = workshop(output: ".")
  #expect(workshop.language.preludeDiagnostics.isEmpty)
  let examples = try FileManager.default.contentsOfDirectory(atPath: stdlib + "/examples")
  #expect(examples.contains("boat.gen"))
  for name in examples where name.hasSuffix(".gen") {
    let text = try String(contentsOfFile: "\(stdlib)/examples/\(name)", encoding: .utf8)
    let program = workshop.language.check(Source(name: name, text: text), isScript: true)
    #expect(program.diagnostics.isEmpty, "\(name): \(program.diagnostics.map(\.message))")
  }
}
