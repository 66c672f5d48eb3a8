import GenLanguage
import GenPipeline
import Testing

@Suite struct OccurrenceTests {
  /// For every name marked `⟦…⟧` the number, from 0, of the marked name that it was given at.
  private func origins(_ marked: String) -> [Int?] {
    let (text, places) = unmarked(marked)
    let source = Source(name: "a.gen", text: text)
    let program = TestVocabulary.language.check(source, indexed: true)
    return places.map { place in
      let found = program.occurrences.first { $0.range == place }
      return found.flatMap { found in places.firstIndex { $0 == found.symbol.range } }
    }
  }

  @Test func `a name stands for what it was given at, a name given again for the first`() {
    #expect(origins("⟦a⟧ = 1\nb = ⟦a⟧ + 1\n⟦a⟧ = 2\nprint(⟦a⟧)") == [0, 0, 0, 0])
  }

  @Test func `parameters loops and lambdas have names of their own`() {
    #expect(
      origins("x = 1\ndef f(⟦x⟧) = { ⟦y⟧ = ⟦x⟧\n ⟦y⟧ }\n[1] |> map(⟦x⟧ => ⟦x⟧)") == [
        0, 1, 0, 1, 4, 4,
      ])
    #expect(origins("for ⟦i⟧ in 1..3 { ⟦i⟧ }") == [0, 0])
  }

  @Test func `the label of an argument is the parameter of a def`() {
    #expect(origins("def f(x, ⟦by⟧ = 2) = x * ⟦by⟧\nf(1, ⟦by⟧: 3)") == [0, 0, 0])
  }

  @Test func `a word of a choice and a verb are no names that a program gave`() {
    #expect(
      origins("⟦video⟧ = 1\ndiffuse(\"a\", as: ⟦video⟧)\n⟦print⟧(⟦video⟧)") == [0, nil, nil, 0])
  }

  @Test func `names are found where another statement cannot be read or is wrong`() {
    #expect(origins("⟦a⟧ = 1\nb = (\nc\nd = ⟦a⟧ + \"x\"\nnothing(⟦a⟧)") == [0, 0, 0])
  }

  @Test func `a statement sees what stands above it`() {
    let text = "a = 1\nb = \"t\"\nc = 2\n"
    let program = TestVocabulary.language.check(Source(name: "a.gen", text: text))
    let scope = program.scope(before: 6)
    #expect(scope.type(of: "a") == .int && scope.type(of: "b") == nil)
    #expect(program.scope(before: 999).type(of: "c") == .int)
  }
}
