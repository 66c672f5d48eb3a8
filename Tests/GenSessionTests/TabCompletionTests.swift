import Foundation
import GenLanguage
import GenPipeline
import GenStages
import Testing

@testable import GenSession

@Suite struct TabCompletionTests {
  private func answer(
    _ typed: String, after lines: String = "", in scope: Scope = Scope()
  ) -> (start: Int, candidates: [String]) {
    let workshop = workshop(output: NSTemporaryDirectory())
    return TabCompletion(
      language: workshop.language, scope: scope, linesBefore: lines,
      models: { ["matinee", "other"] }
    ).answer(for: typed + " later", at: typed.utf8.count)
  }

  private func scope(after text: String) async throws -> Scope {
    let workshop = workshop(output: NSTemporaryDirectory())
    var scope = Scope()
    let program = workshop.language.check(Source(name: "[1]", text: text), in: scope)
    try #require(!program.hasErrors, "\(program.diagnostics)")
    try await Evaluator(workshop.language, graph: workshop.graph, demanding: workshop.runner)
      .run(program, in: &scope)
    return scope
  }

  @Test func `a stage is offered from where its name begins`() {
    let found = answer("é = roun")
    #expect(found.candidates == ["round"] && found.start == 5)
  }

  @Test func `lines above count, but places are those of the line`() {
    let found = answer("  t", after: "x = round(1.5,")
    #expect(found.candidates.contains("to:") && found.start == 2)
  }

  @Test func `commands are offered after a colon, and what stands behind them`() {
    #expect(answer(":he").candidates == [":help"])
    #expect(answer(":hel", after: "f(").candidates == [])
    #expect(answer(":help ex").candidates == ["export"])
    #expect(answer(":doc gray").candidates == ["grayscale"])
    #expect(answer(":doc mat").candidates == ["matinee"])
    #expect(answer(":models verify o").candidates == ["other"])
    #expect(answer(":set se").candidates == ["seed = "])
    let code = answer(":type roun")
    #expect(code.candidates == ["round"] && code.start == 6)
    #expect(answer(":nonsense x").candidates == [])
  }

  @Test func `a text that names a model or a file to be written says which there are`() {
    #expect(answer("model(\"ma").candidates == ["matinee"])
    #expect(answer("film |> save(\"a.m").candidates == ["a.model", "a.mp4"])
    #expect(answer("save(film, path: \"a.we").candidates == ["a.webm", "a.webp"])
    #expect(answer("print(\"ma").candidates == [])
  }

  @Test func `values of an argument are those that it takes`() async throws {
    #expect(answer("diffuse(\"a\", sampler: ").candidates == ["ddim", "dpmpp", "euler", "heun"])
    let bound = try await scope(after: "mine = euler(4) + heun(2)\nother = 3")
    #expect(answer("diffuse(\"a\", sampler: m", in: bound).candidates == ["mine"])
    #expect(answer("diffuse(\"a\", model: mo").candidates == ["model"])
    #expect(answer("judge_film_model(clean: ").candidates == ["false", "true"])
  }

  @Test func `labels are offered until they are given, with a label or by their place`() {
    #expect(answer("plain(8, 6, co").candidates.contains("color:"))
    #expect(!answer("plain(8, wi").candidates.contains("width:"))
    #expect(!answer("plain(8, 6) |> resize(8, wi").candidates.contains("width:"))
  }

  @Test func `the axes of a grid are labels of pick, and their values those of the labels`()
    async throws
  {
    let bound = try await scope(after: "grid = plain(8, 6) |> blur(1..3)")
    #expect(answer("pick(grid, ra", in: bound).candidates == ["radius:"])
    #expect(answer("print(grid |> pick(ra", in: bound).candidates == ["radius:"])
    #expect(answer("pick(grid, radius: ", in: bound).candidates == ["1", "2", "3"])
    #expect(
      answer("x = 1\npick(plain(8, 6) |> blur(2..4), radius: ").candidates == ["2", "3", "4"])
  }

  @Test func `stages that take what is on the left follow a pipe, inside brackets too`()
    async throws
  {
    let bound = try await scope(after: "still = plain(8, 6)")
    #expect(answer("print(still |> grays", in: bound).candidates == ["grayscale"])
    #expect(answer("print(3 |> grays", in: bound).candidates == [])
    #expect(answer("a = 3\nb = a\n|> grays").candidates == [])
  }

  @Test func `any place of any text has an answer`() {
    let text =
      "a = pick(g, [1, {a: 2}], x: \"t{b |> f(}\", as: video) |> f(1, [2\nset seed = g |> h("
    for offset in 0...text.utf8.count {
      let found = answer(String(decoding: Array(text.utf8).prefix(offset), as: UTF8.self))
      #expect(found.start >= 0 && found.start <= offset)
    }
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
    #expect(answer(":load \(folder)/boats").candidates == ["\(folder)/boats/"])
  }
}
