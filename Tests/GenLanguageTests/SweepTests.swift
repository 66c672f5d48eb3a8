import GenLanguage
import GenPipeline
import Testing

@Suite struct SweepTests {
  @Test func `a list where one value is wanted makes a grid that goes through later stages`() {
    expectTypes("paint([0, 9])", ["Grid<Image>"])
    expectTypes("paint(level: 0..3, width: [1, 2]) |> blur |> upscale(by: 3)", ["Grid<Image>"])
    expectTypes("diffuse([\"a cat\", \"a dog\"], frames: 2, seed: 1..2)", ["Grid<Video>"])
    expectTypes("diffuse(\"a cat\", as: [image, video], frames: 2)", ["Grid<Video>"])
    expectTypes("levels = 0..3\npaint(levels)", ["Grid<Image>"])
  }

  @Test func `the values stand in reading order with the first axis running fastest`() async throws
  {
    let grid = "paint(level: [0, 9], width: 1..3)"
    #expect(try await values(of: grid) == ["Grid<Image> 2x3 (level, width)"])
    #expect(
      try await values(of: "paint(level: 0, width: 1..3) |> upscale") == [
        "Grid<Image> 3 (width)"
      ])
  }

  @Test func `a def with a declared type is swept and one without gets the list`() async throws {
    let text = """
      def twice(n: Int) = n * 2
      def both(list) = list
      twice(1..3)
      both([1, 2])
      """
    expectTypes(text, ["Grid<Int>", "List<Int>"])
    #expect(try await values(of: text) == ["Grid<Int> 3 (n)", "[1, 2]"])
  }

  @Test func `stages composed before any value flows are swept too`() async throws {
    let text = """
      finish = blur |> upscale(by: [2, 3])
      paint(1..2) |> finish
      """
    expectTypes(text, ["Grid<Image>"])
    #expect(try await values(of: text) == ["Grid<Image> 2x2 (level, by)"])
  }

  @Test func `an axis whose name is taken is named after its stage as well`() async throws {
    let text = "def more(n: Int, level: Int) = n + level\ndef one(level: Int) = level\n"
    #expect(
      try await values(of: text + "one(1..2) |> more(level: 3..4)") == [
        "Grid<Int> 2x2 (level, more_level)"
      ])
  }

  @Test func `grids with the same axis go together element by element`() async throws {
    let text = """
      def add(a: Int, b: Int) = a + b
      def one(n: Int) = n
      add(one(1..3), one(1..3))
      """
    #expect(try await values(of: text) == ["Grid<Int> 3 (n)"])
  }

  @Test func `a sweep that is too large is refused with its number of elements`() {
    expectDiagnostics(
      "print(⟦paint(level: 0..255, width: 1..4)⟧)", ["E0241"],
      rendered: """
        test.gen:1:7  the sweep would have 1024 elements
          1 | print(paint(level: 0..255, width: 1..4))
            |       ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^ level 256 x width 4. Take fewer values: a sweep has at most 256 elements
        """)
    expectDiagnostics("print(⟦diffuse(\"a cat\", frames: 2, seed: 1..100000)⟧)", ["E0241"])
  }

  @Test func `a range that is only known while running is refused then`() async {
    let text = "def up(n) = 1..n\ndef one(n: Int) = n\none(up(300))"
    #expect(await failure(of: text)?.code == "E0241")
  }

  @Test func `values out of range are found before anything runs`() {
    expectDiagnostics("print(paint(⟦[0, 256]⟧))", ["E0205"])
    expectDiagnostics("print(paint(⟦250..260⟧))", ["E0205"])
  }

  @Test func `what cannot be swept says why`() {
    expectDiagnostics("print(paint(⟦[]⟧))", ["E0242"])
    expectDiagnostics("print(paint(⟦[[1], [2]]⟧))", ["E0201"])
    expectDiagnostics("print(paint(⟦[\"a\"]⟧))", ["E0201"])
    expectDiagnostics("save(diffuse(\"a\", frames: 1), ⟦[\"a.mp4\"]⟧)", ["E0244"])
  }

  @Test func `sweeps over other values of one name do not meet`() async {
    let text = "def two(a: Image, b: Image) = [a, b]\n"
    expectDiagnostics(text + "print(two(paint(1..2), ⟦paint(3..4)⟧))", ["E0243"])
  }

  @Test func `a loop over a grid says how to have its elements`() {
    let program = TestVocabulary.language.check(
      Source(name: "test.gen", text: "for x in paint(1..2) { x }"))
    #expect(program.diagnostics.map(\.code) == ["E0207"])
    #expect(program.diagnostics.first?.hint == "write elements(…)")
  }

  @Test func `a stage that takes a list gets it whole`() {
    let language = ExplanationTests.language
    expectTypes("length([1, 2])\nsum(1..3)", ["Int", "Int"], language: language)
  }

  @Test func `deep sweeps inside arguments are checked in good time`() {
    let call = (1...6).reduce("paint(1)") { inner, _ in "blur(\(inner), radius: 0..100)" }
    let program = TestVocabulary.language.check(Source(name: "test.gen", text: "print(\(call))"))
    #expect(program.diagnostics.map(\.code).contains("E0241"))
  }
}
