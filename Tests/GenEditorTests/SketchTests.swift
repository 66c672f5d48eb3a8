import GenLanguage
import GenPipeline
import Testing

@testable import GenEditor

@Suite struct SketchTests {
  private static let before = """
    # %% First
    a = 1
    def twice(x) = x * 2
    # %% Second
    (b, c) = [a, twice(a)]
    print(b)
    """

  private func sketch(_ text: String) -> Sketch {
    Sketch(.parse(Source(name: "a.gen", text: text)))
  }

  /// The sketch of a text, put together of the one of ``before`` and of what was changed.
  private func patched(_ text: String) -> Sketch {
    let (old, new) = (Array(Self.before.utf8), Array(text.utf8))
    let kinship = Kinship(old, new)
    let known = sketch(Self.before)
    let stretch = known.stretch(around: kinship.head..<old.count - kinship.tail, in: old.count)
    let part = new[stretch.lowerBound..<stretch.upperBound + kinship.growth]
    return known.replacing(
      stretch, with: sketch(String(decoding: part, as: UTF8.self)), growth: kinship.growth)
  }

  @Test(arguments: [
    ("a = 1\n", "a = 1\nbetween = 2\n"), ("def twice(x) = x * 2\n", ""), ("# %% Second\n", ""),
    ("# %% First", "x = 0\n# %% First"), ("print(b)", "print(b)\n# %% Third\nd = [\n  1,\n]"),
    ("a = 1", "a = [\n  1,\n  2]"), ("(b, c)", "(b, cherry)"), ("# %% Second", "z = 1\n# %% Two\n"),
  ])
  func `a sketch of what has changed and what was known is that of the whole`(
    part: String, replacement: String
  ) {
    let text = Self.before.replacing(part, with: replacement)
    #expect(patched(text) == sketch(text))
  }

  @Test func `any byte may be taken away without a name elsewhere getting lost`() {
    let bytes = Array(Self.before.utf8)
    for offset in bytes.indices {
      let text = String(decoding: bytes[..<offset] + bytes[(offset + 1)...], as: UTF8.self)
      let found = patched(text).items
      #expect(found.count { !$0.isMark } >= 2, "\(text): \(found)")
    }
  }

  @Test func `cells begin at their marks where they have a statement`() {
    let cells = sketch("x = 1\n# %% empty\n# %% full\n\ny = 2\nz = 3\n").cells
    #expect(cells.map(\.start) == [0, 17])
    #expect(cells.map(\.first) == [0, 28])
  }
}
