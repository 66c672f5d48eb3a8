import GenLanguage
import Testing

@Suite struct CompletionTests {
  private func found(_ text: String, _ scope: Scope = Scope()) -> [String] {
    TestVocabulary.language.completions(for: text, at: text.utf8.count, in: scope)
      .candidates.map(\.text)
  }

  @Test func `names stages and keywords complete a word`() async throws {
    var scope = Scope()
    _ = try await values(of: "up_to = 3\ndef upward(x) = x", in: &scope)
    #expect(found("x = up", scope) == ["up_to", "upscale", "upward"])
    #expect(found("no") == ["none", "not"])
  }

  @Test func `labels complete inside a call until they are given`() {
    #expect(found("diffuse(\"a\", se") == ["seed:"])
    #expect(found("diffuse(\"a\", seed: 3, se") == [])
    #expect(found("f(x) |> blur(ra") == ["radius:"])
  }

  @Test func `choices complete after their label and settings after set`() {
    #expect(found("diffuse(\"a\", as: ") == ["image", "video"])
    #expect(found("set se") == ["seed"])
    #expect(found("set cache = o") == ["off", "on"])
  }

  @Test func `only stages follow a pipe`() {
    #expect(found("paint(3) |> in") == ["interpolate"])
  }

  @Test func `of the stages those follow a pipe that take what comes before it`() async throws {
    var scope = Scope()
    _ = try await values(of: "def half(x: Int) = x / 2", in: &scope)
    #expect(found("a = 8 |> e") == ["euler"])
    #expect(found("a = paint(3) |> e") == [])
    #expect(found("3 |> ha", scope) == ["half"])
    #expect(found("paint(3) |> ha", scope) == [])
    #expect(found("print(nothing |> eul") == ["euler"], "what cannot be told hides nothing")
  }

  @Test func `inside a text the session knows better`() {
    let answer = TestVocabulary.language.completions(for: "load(\"bo", at: 8)
    #expect(answer.isInsideText)
    #expect(answer.candidates.isEmpty)
  }

  @Test func `any place of any text has an answer`() {
    let text = "a = diffuse(\"x {b |> upscale(by: 2)}\", as: video) |> f(1, [2"
    for offset in -1...text.utf8.count + 1 {
      let answer = TestVocabulary.language.completions(for: text, at: offset)
      #expect(answer.range.upperBound <= text.utf8.count)
    }
  }
}
