import GenLanguage
import Testing

@Suite struct SyntaxTests {
  @Test func `what cannot be read is told with its place`() {
    expectDiagnostics("print(⟦“⟧boat⟦”⟧)\nx = ⟦@⟧ 1\n", ["E0002", "E0002", "E0002"])
  }

  @Test func `an open bracket is reported where it was opened`() {
    expectDiagnostics(
      "a = paint⟦(⟧1\nb = 2\n", ["E0008"],
      rendered: """
        test.gen:1:10  '(' is never closed
          1 | a = paint(1
            |          ^ opened here. Add ')'
        """)
  }

  @Test func `carets stand under wide characters`() {
    expectDiagnostics(
      "x = [\"日本 🚀\", nope]", ["E0101"],
      rendered: """
        test.gen:1:14  unknown name 'nope'
          1 | x = ["日本 🚀", nope]
            |                 ^^^^ nothing here is called 'nope'
        """)
  }

  @Test func `bytes that are not text are told and passed over`() {
    let program = TestVocabulary.language.check(
      Source(name: "a.gen", bytes: [0xFF, 0xFE, 10] + Array("x = nope".utf8)))
    #expect(program.diagnostics.map(\.code) == ["E0001", "E0101"])
    #expect(program.diagnostics.last?.place?.line == 2)
  }

  @Test(arguments: [
    ("x = [1,", true), ("f(1", true), ("x = ", true), ("x |>", true), ("{ a = 1", true),
    ("\"\"\"\ntext", true), ("x = 1", false), ("f(1))", false), ("\"open", false), ("", false),
    ("x => ", true),
  ]) func `a session knows when the input goes on`(_ text: String, _ goesOn: Bool) {
    #expect(isIncomplete(text) == goesOn)
  }

  @Test func `lines go on after signs and before pipes dots and else`() {
    expectTypes(
      """
      paint(1)
        |> upscale
        |> blur(
          radius: 2)
      1 +
        2
      if 1 < 2
        then 3
        else 4
      {a: 1}
        .a
      """, ["Image", "Int", "Int", "Int"])
  }

  @Test func `cells and documentation are kept`() {
    let module = Module.parse(
      Source(
        name: "a.gen",
        text:
          "## What it is.\n\n# %% One\nx = 1\n# %%\n## Doubles.\n## A number.\ndef f(n) = n * 2\n"))
    #expect(module.documentation == "What it is.")
    #expect(module.cells.map(\.title) == ["One", ""])
    #expect(module.cells.map(\.line) == [3, 5])
    let program = TestVocabulary.language.check(module)
    var scope = Scope()
    scope = program.scope(after: scope)
    let info = TestVocabulary.language.definitions(in: scope)
    #expect(info.map(\.documentation) == ["Doubles.\nA number."])
    #expect(info.first?.parameters.map(\.name) == ["n"])
  }

  @Test func `words and signs have roles for colouring`() {
    let source = Source(name: "", text: "x = f(by: 2) # note")
    let roles = Highlighting.tokens(of: source).map(\.role)
    #expect(
      roles == [.name, .sign, .call, .sign, .label, .sign, .number, .sign, .comment])
  }
}
