import GenLanguage
import GenPipeline

/// What has been found out about one version of a text.
struct Analysis: Sendable {
  let source: Source
  let program: CheckedProgram
  let sketch: Sketch

  init(_ source: Source, _ language: Language) {
    let module = Module.parse(source)
    // A text without a sentence to run is a module for others to use.
    let isScript = module.statements.contains { statement in
      if case .expression = statement.kind { true } else { false }
    }
    self.source = source
    program = language.check(module, isScript: isScript, indexed: true)
    sketch = Sketch(module)
  }

  func occurrence(at offset: Int) -> Occurrence? {
    let occurrences = program.occurrences
    var (low, high) = (0, occurrences.count)
    while low < high {
      let middle = (low + high) / 2
      if occurrences[middle].range.lowerBound <= offset { low = middle + 1 } else { high = middle }
    }
    guard low > 0, occurrences[low - 1].range.upperBound >= offset else { return nil }
    return occurrences[low - 1]
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
  /// Of the analysed text with the one that there is.
  private var kinship: Kinship
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
    kinship = Kinship([], [])
  }

  var isUpToDate: Bool { analysis.source === source }

  func adopt(_ analysis: Analysis) {
    self.analysis = analysis
    kinship = Kinship(analysis.source.bytes, source.bytes)
  }

  /// Checks the text as it is, unless that has been done.
  func bringUpToDate() {
    if !isUpToDate { adopt(Analysis(source, language)) }
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
    kinship = Kinship(analysis.source.bytes, source.bytes)
  }
}

/// A part of a text that the editor has replaced; without a range the whole.
struct TextChange: Decodable {
  let range: PositionRange?
  let text: String
}

/// What two versions of a text have in common at their beginning and at their end, in bytes.
struct Kinship {
  let head: Int
  let tail: Int
  let growth: Int

  init(_ old: [UInt8], _ new: [UInt8]) {
    let most = min(old.count, new.count)
    var head = 0
    while head < most, old[head] == new[head] { head += 1 }
    var tail = 0
    while tail < most - head, old[old.count - 1 - tail] == new[new.count - 1 - tail] { tail += 1 }
    (self.head, self.tail, growth) = (head, tail, new.count - old.count)
  }
}

extension Document {
  /// Where a byte of the text stands in that of the analysis; the text is checked where that cannot
  /// be told.
  func analyzedOffset(_ offset: Int) -> Int {
    guard !isUpToDate else { return offset }
    if offset <= kinship.head { return offset }
    if offset >= source.bytes.count - kinship.tail { return offset - kinship.growth }
    bringUpToDate()
    return offset
  }

  /// Where a stretch of the analysis stands in the text; nil where that has been changed.
  private func range(ofAnalyzed range: Range<Int>) -> Range<Int>? {
    if isUpToDate || range.upperBound <= kinship.head { return range }
    guard range.lowerBound >= analysis.source.bytes.count - kinship.tail else { return nil }
    return range.lowerBound + kinship.growth..<range.upperBound + kinship.growth
  }

  /// The name at a byte, with where it stands in the text.
  func occurrence(at offset: Int) -> Occurrence? {
    let place = analyzedOffset(offset)
    guard let found = analysis.occurrence(at: place) else { return nil }
    let symbol = found.symbol
    let target = symbol.file == path ? range(ofAnalyzed: symbol.range) : symbol.range
    guard let range = range(ofAnalyzed: found.range), let target else {
      bringUpToDate()
      return analysis.occurrence(at: offset)
    }
    return Occurrence(
      range: range, symbol: Symbol(file: symbol.file, range: target), type: found.type)
  }

  /// Where a statement begins, at or before a byte, as the analysis knows them.
  private func knownStart(before offset: Int) -> Int {
    let place = analyzedOffset(offset)
    let statements = analysis.program.module.statements
    var (low, high) = (0, statements.count)
    while low < high {
      let middle = (low + high) / 2
      if statements[middle].range.lowerBound <= place { low = middle + 1 } else { high = middle }
    }
    guard low > 0 else { return 0 }
    let start = statements[low - 1].range.lowerBound
    return min(range(ofAnalyzed: start..<start)?.lowerBound ?? 0, offset)
  }

  /// The statement that a byte stands in, up to that byte, and the names that it sees.
  func statement(before offset: Int) -> (text: String, start: Int, scope: Scope) {
    let start = source.statementStart(before: offset, from: knownStart(before: offset))
    let place = analyzedOffset(start)
    let scope = analysis.program.scope(before: place)
    return (source.text(in: start..<offset), start, scope)
  }

  /// The word or sign at a byte among those around it.
  func token(at offset: Int) -> (tokens: [Token], index: Int)? {
    source.token(at: offset, from: knownStart(before: offset))
  }

  /// The text as it is, read.
  var module: Module { isUpToDate ? analysis.program.module : .parse(source) }

  /// What stands at the outermost level. Until the text is checked, what has been changed is read by
  /// itself, and all around it is as it was.
  var sketch: Sketch {
    let known = analysis.sketch
    guard !isUpToDate else { return known }
    let oldCount = analysis.source.bytes.count
    let stretch = known.stretch(around: kinship.head..<oldCount - kinship.tail, in: oldCount)
    let changed = source.bytes[stretch.lowerBound..<stretch.upperBound + kinship.growth]
    let part = Sketch(.parse(Source(name: path, bytes: Array(changed))))
    return known.replacing(stretch, with: part, growth: kinship.growth)
  }
}
