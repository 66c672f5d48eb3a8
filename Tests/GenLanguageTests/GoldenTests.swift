import GenLanguage
import GenPipeline
import Testing

#if canImport(Glibc)
  import Glibc
#else
  import Darwin
#endif

/// What people read when the programs of the pages are wrong, all in one file to be read at once.
@Suite struct GoldenTests {
  private static let path = ProgramTests.root + "/Tests/Golden/diagnostics.txt"

  @Test func `the messages of all wrong programs are as recorded`() throws {
    let text = Explanation.all.filter { !$0.wrong.isEmpty && $0.wrong.count < 400 }
      .map(section).joined(separator: "\n")
    if getenv("RECORD") != nil {
      try record(text)
      Issue.record("recorded: read it, then run without RECORD")
      return
    }
    let recorded = FileBytes.read(Self.path).map { String(decoding: $0, as: UTF8.self) }
    #expect(recorded == text)
  }

  private func section(_ page: Explanation) -> String {
    var text = "=== \(page.code) \(page.title)\n"
    let source = ExplanationTests.source(page.wrong)
    let program = ExplanationTests.language.check(source, isScript: true)
    let messages = program.diagnostics.map { $0.rendered(in: program.sources) }
    text += messages.isEmpty ? "(told while running)" : messages.joined(separator: "\n")
    return text + "\n"
  }

  private func record(_ text: String) throws {
    let file = try #require(fopen(Self.path, "w"))
    fputs(text, file)
    fclose(file)
  }
}
