import GenLanguage
import GenPipeline
import Testing

/// Checks a program whose wrong places are marked `⟦…⟧`: each mark is one diagnostic, in order,
/// whose code is given; the whole rendered text may be given too.
///
/// From the same case the program with each of its tokens left out is checked, which must not trap.
func expectDiagnostics(
  _ marked: String, _ codes: [String], rendered: String? = nil,
  language: Language = TestVocabulary.language,
  sourceLocation: SourceLocation = #_sourceLocation
) {
  let (text, places) = unmarked(marked)
  let source = Source(name: "test.gen", text: text)
  let program = language.check(source)
  let found = program.diagnostics
  let all = found.map { $0.rendered(in: program.sources) }.joined(separator: "\n")
  #expect(found.map(\.code) == codes, Comment(rawValue: all), sourceLocation: sourceLocation)
  if !places.isEmpty {
    #expect(
      found.compactMap { $0.place?.offset } == places.map(\.lowerBound),
      Comment(rawValue: all), sourceLocation: sourceLocation)
    let lengths = places.map { source.text(in: $0).count }
    #expect(
      found.compactMap { $0.place?.length } == lengths, Comment(rawValue: all),
      sourceLocation: sourceLocation)
  }
  if let rendered { #expect(all == rendered, sourceLocation: sourceLocation) }
  expectSurvivesDeletions(source, language)
}

/// Checks that a program has nothing wrong, and the types of its expression statements.
func expectTypes(
  _ text: String, _ types: [String], language: Language = TestVocabulary.language,
  sourceLocation: SourceLocation = #_sourceLocation
) {
  let program = language.check(Source(name: "test.gen", text: text))
  let all = program.diagnostics.map { $0.rendered(in: program.sources) }.joined(separator: "\n")
  #expect(program.diagnostics.isEmpty, Comment(rawValue: all), sourceLocation: sourceLocation)
  #expect(program.expressionTypes.map(\.description) == types, sourceLocation: sourceLocation)
}

/// The text without `⟦` and `⟧`, and the byte ranges that stood between them.
func unmarked(_ marked: String) -> (String, [Range<Int>]) {
  var text: [UInt8] = []
  var places: [Range<Int>] = []
  var open: [Int] = []
  for scalar in marked.unicodeScalars {
    switch scalar {
    case "⟦": open.append(text.count)
    case "⟧": if let start = open.popLast() { places.append(start..<text.count) }
    default: text += Array(String(scalar).utf8)
    }
  }
  return (String(decoding: text, as: UTF8.self), places.sorted { $0.lowerBound < $1.lowerBound })
}

/// Leaves out each token in turn.
func expectSurvivesDeletions(_ source: Source, _ language: Language) {
  for range in Highlighting.tokens(of: source).map(\.range) {
    var bytes = source.bytes
    bytes.removeSubrange(range)
    let program = language.check(Source(name: "mutated.gen", bytes: bytes))
    _ = program.diagnostics.map { $0.rendered(in: program.sources) }
  }
}
