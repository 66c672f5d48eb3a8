import Foundation
import GenLanguage
import GenPipeline
import GenStages
import Testing

@testable import GenSession

@Suite struct TabCompletionTests {
  private func answer(
    _ typed: String, after lines: String = ""
  ) -> (start: Int, candidates: [String]) {
    let language = Language(
      vocabulary: Catalog(NumberVerbs.stages + WordVerbs.stages),
      resolver: FileModules(libraries: []))
    return TabCompletion(language: language, scope: Scope(), linesBefore: lines)
      .answer(for: typed + " later", at: typed.utf8.count)
  }

  @Test func `a stage is offered from where its name begins`() {
    let found = answer("é = roun")
    #expect(found.candidates == ["round"] && found.start == 5)
  }

  @Test func `lines above count, but places are those of the line`() {
    let found = answer("  t", after: "x = round(1.5,")
    #expect(found.candidates.contains("to:") && found.start == 2)
  }

  @Test func `commands are offered after a colon`() {
    #expect(answer(":he").candidates == [":help"])
    #expect(answer(":he", after: "f(").candidates == [])
  }

  @Test func `files and folders are offered inside a text`() throws {
    let folder = FileManager.default.temporaryDirectory
      .appendingPathComponent("gen-tab-\(UUID().uuidString)").path
    try FileManager.default.createDirectory(
      atPath: folder + "/boats", withIntermediateDirectories: true)
    try Data().write(to: URL(fileURLWithPath: folder + "/boat.png"))
    try Data().write(to: URL(fileURLWithPath: folder + "/.hidden"))
    defer { try? FileManager.default.removeItem(atPath: folder) }
    let found = answer("load(\"\(folder)/bo")
    #expect(found.start == 6)
    #expect(found.candidates == ["\(folder)/boat.png", "\(folder)/boats/"])
    #expect(answer("load(\"\(folder)/").candidates.count == 2)
    #expect(answer("load(\"\(folder)/none/").candidates == [])
  }
}
