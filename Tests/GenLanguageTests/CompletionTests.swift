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
    #expect(TestVocabulary.language.completions(for: "r\"bo", at: 4).isInsideText)
    #expect(found("print(\"a {upsc") == ["upscale"], "an expression inside a text is none")
  }

  @Test func `names of the statement itself complete, whether parameters, loops or bindings`() {
    #expect(found("def f(width, high = 2) = wi") == ["width"])
    #expect(found("def f(p: Int) {\n  inner = p\n  inn") == ["inner"])
    #expect(found("for index in 1..3 { ind") == ["index"])
    #expect(found("map([1], (left, right) => le") == ["left"])
    #expect(found("begun = beg") == [], "what a line binds is not seen in itself")
  }

  @Test func `after a dot the fields of a record complete, and nothing in a comment`() async throws
  {
    var scope = Scope()
    _ = try await values(of: "r = {wide: 1, high: 2}", in: &scope)
    #expect(found("r.", scope) == ["high", "wide"])
    #expect(found("r.wi", scope) == ["wide"])
    #expect(found("nothing.wi", scope) == [])
    #expect(found("# up") == [])
  }

  @Test func `the open call knows its argument`() throws {
    func call(_ text: String) -> OpenCall? { OpenCall(in: text, at: text.utf8.count) }
    let second = try #require(call("x = f(1, g(2, 3), "))
    #expect(second.name == "f" && second.index == 2 && second.label == nil)
    let piped = try #require(call("a |> shots.wide("))
    #expect(piped.name == "wide" && piped.index == 1)
    let labelled = try #require(call("f(a: 1, by: 3 + "))
    #expect(labelled.label == "by")
    #expect(call("f(1)") == nil && call("x = [1, ") == nil)
  }

  @Test func `the statement around a place begins where its line does`() {
    let text = "a = 1\ndef f(x) {\n  y = x\n  y\n}\nb = a\n  |> f\n"
    let source = Source(name: "a.gen", text: text)
    func start(_ offset: Int) -> String {
      String(source.text(in: source.statementStart(before: offset)..<text.utf8.count).prefix(3))
    }
    #expect(start(3) == "a =" && start(22) == "def" && start(text.utf8.count) == "b =")
  }

  @Test func `any place of any text has an answer`() {
    let text = "a = diffuse(\"x {b |> upscale(by: 2)}\", as: video) |> f(1, [2"
    for offset in -1...text.utf8.count + 1 {
      let answer = TestVocabulary.language.completions(for: text, at: offset)
      #expect(answer.range.upperBound <= text.utf8.count)
      _ = OpenCall(in: text, at: offset)
      let start = Source(name: "a.gen", text: text).statementStart(before: offset)
      #expect((0...text.utf8.count).contains(start))
    }
  }
}
