import GenLanguage
import GenPipeline
import GenStages
import Testing

/// The verbs for numbers, lists and texts, as they are declared.
@Suite struct WordVerbTests {
  static let stages = NumberVerbs.stages + ListVerbs.stages + WordVerbs.stages

  @Test(
    arguments: stages.flatMap { $0.examples.map { ExampleCase(code: $0.code, result: $0.result) } })
  func `an example comes to what it says`(_ example: ExampleCase) async throws {
    #expect(
      try await values(of: example.code, language: ProgramTests.language) == [example.result])
  }

  @Test func `every verb is documented`() {
    for stage in Self.stages {
      #expect(stage.summary.hasSuffix("."), "\(stage.name)")
      #expect(!stage.examples.isEmpty, "\(stage.name)")
      #expect(!stage.topic.isEmpty, "\(stage.name)")
      for parameter in stage.parameters {
        #expect(parameter.documentation.hasSuffix("."), "\(stage.name) \(parameter.name)")
        #expect(parameter.name.allSatisfy { $0.isLowercase || $0 == "_" }, "\(stage.name)")
      }
    }
  }

  @Test func `forms of one verb differ in what flows in`() {
    for (name, forms) in Dictionary(grouping: Self.stages, by: \.name) {
      let types = forms.map { $0.parameters.first?.type }
      #expect(Set(types).count == types.count, "\(name)")
    }
  }

  struct ExampleCase: Sendable, CustomTestStringConvertible {
    let code: String
    let result: String
    var testDescription: String { code }
  }
}
