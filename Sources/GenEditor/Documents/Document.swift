import GenLanguage
import GenPipeline

/// What has been found out about one version of a text.
struct Analysis: Sendable {
  let source: Source
  let program: CheckedProgram

  init(_ source: Source, _ language: Language) {
    let module = Module.parse(source)
    // A text without a sentence to run is a module for others to use.
    let isScript = module.statements.contains { statement in
      if case .expression = statement.kind { true } else { false }
    }
    self.source = source
    program = language.check(module, isScript: isScript, indexed: true)
  }

  func occurrence(at offset: Int) -> Occurrence? {
    program.occurrences.last { $0.range.lowerBound <= offset && offset <= $0.range.upperBound }
  }
}

/// A text that is open in the editor.
///
/// While somebody types, the analysis is that of a version just before: places outside what has
/// changed since are found in it all the same, so that no answer waits for a check.
final class Document {
  let uri: String
  let path: String
  private(set) var version: Int
  private(set) var source: Source
  private(set) var analysis: Analysis
  private let language: Language
  /// Whether a check of it is on its way.
  var isBeingChecked = false
  /// What was wrong when a cell of this very text was run.
  var runProblems: [Diagnostic] = []

  init(uri: String, version: Int, text: String, _ language: Language) {
    self.uri = uri
    self.version = version
    self.language = language
    path = DocumentAddress.path(of: uri)
    source = Source(name: path, text: text)
    analysis = Analysis(source, language)
  }

  var isUpToDate: Bool { analysis.source === source }

  func adopt(_ analysis: Analysis) { self.analysis = analysis }

  /// Checks the text as it is, unless that has been done.
  func bringUpToDate() {
    if !isUpToDate { analysis = Analysis(source, language) }
  }

  /// Takes over changes in their order; each speaks of the text that the one before it left.
  func apply(_ changes: [TextChange], version: Int, _ encoding: PositionEncoding) {
    self.version = version
    runProblems = []
    for change in changes {
      var bytes = source.bytes
      if let range = change.range {
        let start = source.offset(of: range.start, encoding)
        let end = max(start, source.offset(of: range.end, encoding))
        bytes.replaceSubrange(start..<end, with: change.text.utf8)
      } else {
        bytes = Array(change.text.utf8)
      }
      source = Source(name: path, bytes: bytes)
    }
  }
}

/// A part of a text that the editor has replaced; without a range the whole.
struct TextChange: Decodable {
  let range: PositionRange?
  let text: String
}

extension Document {
  /// What two versions of the text have in common at their beginning and at their end.
  private struct Kinship {
    let head: Int
    let tail: Int
    let growth: Int

    init(_ old: Source, _ new: Source) {
      growth = new.bytes.count - old.bytes.count
      let most = min(old.bytes.count, new.bytes.count)
      guard old !== new else {
        (head, tail) = (most, most)
        return
      }
      let head = old.bytes.withUnsafeBufferPointer { old in
        new.bytes.withUnsafeBufferPointer { new in
          (0..<most).first { old[$0] != new[$0] } ?? most
        }
      }
      let tail = old.bytes.withUnsafeBufferPointer { old in
        new.bytes.withUnsafeBufferPointer { new in
          (0..<most - head).first { old[old.count - 1 - $0] != new[new.count - 1 - $0] }
            ?? most - head
        }
      }
      (self.head, self.tail) = (head, tail)
    }
  }

  private var kinship: Kinship { Kinship(analysis.source, source) }

  /// Where a byte of the text stands in that of the analysis; the text is checked where that cannot
  /// be told.
  func analyzedOffset(_ offset: Int) -> Int {
    let kinship = kinship
    if offset <= kinship.head { return offset }
    if offset >= source.bytes.count - kinship.tail { return offset - kinship.growth }
    bringUpToDate()
    return offset
  }

  /// Where a stretch of the analysis stands in the text; nil where that has been changed.
  private func range(ofAnalyzed range: Range<Int>) -> Range<Int>? {
    let kinship = kinship
    if range.upperBound <= kinship.head { return range }
    guard range.lowerBound >= analysis.source.bytes.count - kinship.tail else { return nil }
    return range.lowerBound + kinship.growth..<range.upperBound + kinship.growth
  }

  /// The name at a byte, with where it stands in the text.
  func occurrence(at offset: Int) -> Occurrence? {
    let place = analyzedOffset(offset)
    guard let found = analysis.occurrence(at: place) else { return nil }
    let symbol = found.symbol
    let own = symbol.file == path
    guard let range = range(ofAnalyzed: found.range),
      let target = own ? self.range(ofAnalyzed: symbol.range) : symbol.range
    else {
      bringUpToDate()
      return analysis.occurrence(at: offset)
    }
    return Occurrence(
      range: range, symbol: Symbol(file: symbol.file, range: target), type: found.type)
  }

  /// The statement that a byte stands in, up to that byte, and the names that it sees.
  func statement(before offset: Int) -> (text: String, start: Int, scope: Scope) {
    let start = source.statementStart(before: offset)
    let place = analyzedOffset(start)
    return (source.text(in: start..<offset), start, analysis.program.scope(before: place))
  }
}
