import Foundation
import GenPipeline
import GenWeights
import Testing

@testable import GenStages

/// The standard catalogue, working on the project's own stdlib.
func standardCatalog(output: String = ".") -> Catalog {
  let stdlib = URL(filePath: #filePath).deletingLastPathComponent()
    .appending(path: "../../stdlib").standardizedFileURL.path
  let store = ModelStore(stdlib: stdlib, home: NSTemporaryDirectory() + "gen-no-home")
  return .standard(Studio(store: store, outputFolder: output, announce: { _ in }))
}

@Test func `every verb says what it does in a sentence`() {
  for stage in standardCatalog().stages {
    #expect(stage.summary.hasSuffix("."), "\(stage.name)")
    #expect(stage.summary.first?.isUppercase == true, "\(stage.name)")
  }
}

@Test func `every parameter is explained and named once`() {
  for stage in standardCatalog().stages {
    let names = stage.parameters.map(\.name)
    #expect(Set(names).count == names.count, "\(stage.name)")
    for parameter in stage.parameters {
      #expect(parameter.documentation.hasSuffix("."), "\(stage.name), \(parameter.name)")
    }
  }
}

@Test func `every verb has an example, in one of its forms`() {
  let catalog = standardCatalog()
  let withoutExamples: Set = [
    "load", "train_film_model", "train_film_motion", "train_film_evaluator", "judge_film_model",
    "lora", "turntable", "dataset",
  ]
  for name in catalog.names where !withoutExamples.contains(name) {
    #expect(catalog.forms(of: name).contains { !$0.examples.isEmpty }, "\(name)")
  }
}

@Test func `the forms of a verb differ in what they take`() {
  let catalog = standardCatalog()
  for name in catalog.names {
    let firsts = catalog.forms(of: name).map { $0.parameters.map(\.type) }
    #expect(Set(firsts).count == firsts.count, "\(name)")
  }
}
