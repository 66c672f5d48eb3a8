import GenLanguage
import GenPipeline
import Testing

@Suite struct EvaluatorTests {
  @Test func `arithmetic keeps whole numbers whole and units with their numbers`() async throws {
    #expect(
      try await values(
        of: """
          1 + 2 * 3
          7 / 2
          -7 % 3
          2 ^ 10
          2s + 500ms
          2s * 24fps
          25% * 8
          0xFF
          -2 ^ 2
          """) == ["7", "3.5", "2", "1024", "2.5s", "48", "2", "255", "-4"])
  }

  @Test func `texts are put together by interpolation`() async throws {
    #expect(
      try await values(
        of: #"""
          n = 3
          "{n} boats, {n * 2.5} \{x} {"in{n}ner"}"
          """
            two
              lines {n}
            """
          r"C:\new"
          "\u{1F680}\t|"
          """#) == [
          #""3 boats, 7.5 \{x} in3ner""#, #""two\n  lines 3""#, #""C:\\new""#, "\"🚀\\t|\"",
        ])
  }

  @Test func `lists records ranges and loops have values`() async throws {
    #expect(
      try await values(
        of: """
          for i in 1..3 { i * i }
          1..<4
          0..1 by 0.25
          8..2 by -3
          0s..1s by 500ms
          {a: 1, b: "x"}.b
          [1, 2, 3][-1]
          (a, b) = [1, 2]
          a + b
          (x, y) = {y: 1, x: 5}
          x - y
          if a < b and not false then "less" else "more"
          {
            c = a + 1
            c * 10
          }
          """) == [
          "[1, 4, 9]", "[1, 2, 3]", "[0, 0.25, 0.5, 0.75, 1]", "[8, 5, 2]", "[0s, 0.5s, 1s]",
          "\"x\"", "3", "3", "4", "\"less\"", "20",
        ])
  }

  @Test func `defs and lambdas see the names above them`() async throws {
    #expect(
      try await values(
        of: """
          k = 10
          def scaled(x, by = k) = x * by
          k = 20
          scaled(2)
          scaled(2, by: 3)
          2 |> scaled
          add = (a, b) => a + b + k
          add(1, 2)
          def adder(n) = x => x + n
          plus2 = adder(2)
          plus2(5)
          """) == ["20", "6", "20", "23", "7"])
  }

  @Test func `prompts are joined weighted and avoided`() async throws {
    let parts = try await values(of: "\"a\" + 0.5 * \"mist\" - \"people\"")
    #expect(parts == ["\"a\" + 0.5 * \"mist\" - \"people\""])
    #expect(try await values(of: "euler(8) + euler(12)") == ["euler(8) + euler(12)"])
  }

  @Test func `stages run when somebody needs them and compose before`() async throws {
    #expect(
      try await values(
        of: """
          paint(3, width: 4) |> upscale(by: 3)
          big = upscale(by: 2) |> upscale(by: 3)
          paint(3) |> big
          diffuse("a" + "b", as: image)
          pictures = for level in [1, 2] { paint(level, width: level) |> blur(radius: 1) }
          pictures
          """) == [
          "Image 12x3", "Image 12x6", "Image 2x1", "[Image 1x1, Image 2x1]",
        ])
  }

  @Test func `settings reach the stages that ask for them`() async throws {
    var scope = Scope()
    let program = TestVocabulary.language.check(
      Source(name: "a", text: "set seed = 7\nset cache = off"))
    #expect(program.diagnostics.isEmpty)
    #expect(program.settings["seed"].flatMap(Int.init) == 7)
    #expect(program.settings["cache"].flatMap(String.init) == "off")
    _ = try await values(of: "set seed = 7\nset cache = off", in: &scope)
    #expect(scope.settings["seed"].flatMap(Int.init) == 7)
    var pinned = Scope(settings: ["seed": .int(3)])
    _ = try await values(of: "set seed = 7", in: &pinned)
    #expect(pinned.settings["seed"].flatMap(Int.init) == 3)
  }

  @Test func `a budget that makes no sense is found before anything runs`() {
    for (text, codes) in [("\"2min, 4GB\"", []), ("\"soon\"", ["E0224"]), ("3", ["E0214"])] {
      let program = TestVocabulary.language.check(
        Source(name: "a", text: "set budget = \(text)"))
      #expect(program.diagnostics.map(\.code) == codes, "\(text)")
    }
  }

  @Test func `a session carries names from cell to cell and may give them new types`() async throws
  {
    var scope = Scope()
    _ = try await values(of: "a = 1\ndef f(x) = x + a", in: &scope)
    #expect(try await values(of: "f(2)", in: &scope) == ["3"])
    #expect(try await values(of: "a = \"text\"\na", in: &scope) == ["\"text\""])
    #expect(try await values(of: "f(2)", in: &scope) == ["3"])
    #expect(scope.types["a"] == .text)
  }

  @Test func `a cell that does not check leaves the session as it was`() async throws {
    var scope = Scope()
    _ = try await values(of: "a = 1", in: &scope)
    let broken = TestVocabulary.language.check(
      Source(name: "cell", text: "a = \"x\"\nb = nope"), in: scope)
    #expect(broken.hasErrors)
    #expect(try await values(of: "a + 1", in: &scope) == ["2"])
  }

  @Test(arguments: [
    ("1 / (2 - 2)", "E0401"), ("9223372036854775807 + 1", "E0402"), ("x = 3\n[1, 2][x]", "E0403"),
    ("for i in 1..100000000 { i }", "E0404"), ("n = 0\n1..3 by n", "E0405"),
    ("def pair(x) = for i in 1..x { i }\n(a, b) = pair(3)", "E0406"),
    ("def f(x) = paint(x)\nf(300)", "E0802"),
  ]) func `what only values show is told with its place`(_ text: String, _ code: String) async {
    let program = TestVocabulary.language.check(Source(name: "test.gen", text: text))
    if let early = program.diagnostics.first {
      #expect(early.code == code)
      return
    }
    let found = await failure(of: text + "\n1")
    #expect(found?.code == code)
    #expect(found?.place != nil)
  }

  @Test func `a label may be any text in quotes`() async throws {
    let found = try await values(
      of: """
        r = {"a b": 1, c: 2, "d": 3}
        r["a b"] + r.c + r.d
        r
        { "a b" }
        def twice(x, by = 2) = x * by
        twice(4, "by": 3)
        """)
    #expect(found == ["6", "{\"a b\": 1, c: 2, d: 3}", "\"a b\"", "12"])
  }

  @Test func `numbers with a point are read as the nearest that there are`() async throws {
    var numbers = SeededNumbers(seed: 11)
    for _ in 0..<200 {
      let (whole, part) = (
        Int.random(in: 0..<1_000_000, using: &numbers),
        Int.random(in: 0..<100_000_000_000, using: &numbers)
      )
      let text = "\(whole % Int.random(in: 1...1_000_000, using: &numbers)).\(part)"
      #expect(try await values(of: "\(text) == \(text)0000000000") == ["true"], "\(text)")
    }
  }

  @Test func `the ends of the numbers are reached and not passed`() async throws {
    #expect(
      try await values(
        of: """
          9223372036854775806..9223372036854775807
          -9223372036854775807..<-9223372036854775806
          9223372036854775807 % -1
          (-9223372036854775807 - 1) % -1
          0..1 by 0.1
          5..1
          """) == [
          "[9223372036854775806, 9223372036854775807]", "[-9223372036854775807]", "0", "0",
          "[0, 0.1, 0.2, 0.30000000000000004, 0.4, 0.5, 0.6000000000000001, "
            + "0.7000000000000001, … 11 in all]", "[]",
        ])
    #expect(await failure(of: "x = -9223372036854775807 - 1\n[-x]")?.code == "E0402")
    #expect(await failure(of: "def f(x) = 2 ^ x\n[f(64)]")?.code == "E0402")
  }

  @Test func `work is stopped when it is cancelled`() async throws {
    let task = Task { try await values(of: "for i in 1..1000 { for j in 1..1000 { i * j } }") }
    task.cancel()
    await #expect(throws: CancellationError.self) { try await task.value }
  }
}
