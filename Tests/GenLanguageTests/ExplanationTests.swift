import GenLanguage
import GenPipeline
import GenStages
import Testing

@Suite struct ExplanationTests {
  /// The test vocabulary with the verbs for numbers, lists and texts.
  static let language = Language(
    vocabulary: Catalog(
      TestVocabulary.stages + NumberVerbs.stages + ListVerbs.stages + WordVerbs.stages),
    resolver: ExampleModules())

  struct ExampleModules: ModuleResolver {
    func source(for path: String, isFile: Bool, from user: String) -> Source? {
      switch path {
      case "circle.gen": Source(name: path, text: "use \"circle.gen\"\nx = 1")
      case "talkative.gen": Source(name: path, text: "x = 1\nprint(x)")
      default: nil
      }
    }
  }

  @Test(arguments: Explanation.all.filter { !$0.wrong.isEmpty }.map(\.code))
  func `the wrong example of a page gets its message and the right one none`(
    _ code: String
  ) async throws {
    let page = try #require(Explanation.page(code))
    #expect(try await found(page.wrong).contains(code))
    #expect(try await found(page.right) == [])
    #expect(page.rendered.contains(page.title))
    #expect(!page.text.isEmpty && page.text.hasSuffix("."))
  }

  @Test func `every code has one page`() {
    let codes = Explanation.all.map(\.code)
    #expect(Set(codes).count == codes.count)
    #expect(Explanation.page("e0104") != nil)
    #expect(Explanation.page("E9999") == nil)
  }

  /// The page on bytes that are no text shows U+FFFD for them.
  static func source(_ text: String) -> Source {
    var bytes = Array(text.utf8)
    if let range = bytes.firstRange(of: Array("\u{FFFD}".utf8)) {
      bytes.replaceSubrange(range, with: [0xE9])
    }
    return Source(name: "page.gen", bytes: bytes)
  }

  /// The codes that checking a program, and then running it, give.
  private func found(_ text: String) async throws -> [String] {
    let program = Self.language.check(Self.source(text), isScript: true)
    guard program.diagnostics.isEmpty else { return program.diagnostics.map(\.code) }
    do {
      _ = try await values(of: text, language: Self.language)
      return []
    } catch let diagnostic as Diagnostic {
      return [diagnostic.code]
    }
  }
}
