import GenLanguage
import GenPipeline

extension Feature {
  static let definition = Feature("textDocument/definition", ["definitionProvider": true]) {
    (server, parameters: PlaceParameters) -> JSON in
    let document = try server.document(parameters.textDocument.uri)
    let offset = document.source.offset(of: parameters.position, server.editor.encoding)
    return server.definition(at: offset, document)
  }

  static let references = Feature("textDocument/references", ["referencesProvider": true]) {
    (server, parameters: PlaceParameters) -> JSON in
    let document = try server.document(parameters.textDocument.uri)
    let offset = document.source.offset(of: parameters.position, server.editor.encoding)
    guard let found = server.symbol(at: offset, document) else { return .null }
    let places = server.places(of: found.symbol)
    return .list(
      places.flatMap { document, ranges in
        ranges.map { server.location(of: document.path, $0, document.source) }
      })
  }

  static let prepareRename = Feature("textDocument/prepareRename") {
    (server, parameters: PlaceParameters) -> JSON in
    let document = try server.document(parameters.textDocument.uri)
    let offset = document.source.offset(of: parameters.position, server.editor.encoding)
    let found = try server.renamed(at: offset, document)
    return [
      "range": document.source.range(of: found.range, server.editor.encoding).json,
      "placeholder": .text(document.source.text(in: found.range)),
    ]
  }

  private struct RenameParameters: Decodable {
    let textDocument: DocumentParameters.Identifier
    let position: Position
    let newName: String
  }

  static let rename = Feature("textDocument/rename", ["renameProvider": ["prepareProvider": true]])
  {
    (server, parameters: RenameParameters) -> JSON in
    let document = try server.document(parameters.textDocument.uri)
    let offset = document.source.offset(of: parameters.position, server.editor.encoding)
    let found = try server.renamed(at: offset, document)
    guard Source.isName(parameters.newName) else {
      throw ResponseError(.invalidParameters, "\"\(parameters.newName)\" is no name")
    }
    let places = server.places(of: found.symbol)
    for (document, ranges) in places {
      try server.checkMeaning(document, ranges, parameters.newName)
    }
    let changes = places.map { document, ranges -> (String, JSON) in
      let edits = ranges.map { range -> JSON in
        [
          "range": document.source.range(of: range, server.editor.encoding).json,
          "newText": .text(parameters.newName),
        ]
      }
      return (document.uri, .list(edits))
    }
    return ["changes": .object(Dictionary(changes) { $1 })]
  }
}

extension LanguageServer {
  fileprivate func definition(at offset: Int, _ document: Document) -> JSON {
    let occurrence = document.occurrence(at: offset)
    let place = document.analyzedOffset(offset)
    let program = document.analysis.program
    if let found = occurrence {
      return location(
        of: found.symbol.file, found.symbol.range,
        found.symbol.file == document.path ? document.source : program.sources[found.symbol.file])
    }
    for statement in program.module.statements {
      guard case .use(let use) = statement.kind, use.pathRange.contains(place) else { continue }
      return program.file(of: use).map { location(of: $0, 0..<0, program.sources[$0]) } ?? .null
    }
    return stageDefinition(at: offset, document)
  }

  /// Where a `def` of the library stands that nothing in this text has named yet.
  private func stageDefinition(at offset: Int, _ document: Document) -> JSON {
    guard let (tokens, index) = document.token(at: offset), tokens[index].kind == .name
    else { return .null }
    let word = document.source.text(in: tokens[index].range)
    guard let found = workshop.language.definition(of: word) else { return .null }
    let start = found.place.offset
    return location(
      of: found.place.file, start..<start + word.utf8.count,
      document.analysis.program.sources[found.place.file])
  }

  fileprivate func symbol(at offset: Int, _ document: Document) -> Occurrence? {
    document.bringUpToDate()
    return document.occurrence(at: offset)
  }

  /// The name at a place that may be given another one.
  ///
  /// - Throws: ``ResponseError`` that says why it may not.
  fileprivate func renamed(at offset: Int, _ document: Document) throws -> Occurrence {
    guard let found = symbol(at: offset, document) else {
      throw ResponseError(.failed, "there is no name here that a program has given")
    }
    guard documents.values.contains(where: { $0.path == found.symbol.file }) else {
      throw ResponseError(.failed, "this is named in \(found.symbol.file); open that file first")
    }
    return found
  }

  /// Where a symbol stands in all texts that are open.
  fileprivate func places(of symbol: Symbol) -> [(document: Document, ranges: [Range<Int>])] {
    documents.values.sorted { $0.uri < $1.uri }.compactMap { document in
      document.bringUpToDate()
      let ranges = document.analysis.program.occurrences.filter { $0.symbol == symbol }.map(\.range)
      return ranges.isEmpty ? nil : (document, ranges)
    }
  }

  /// Tries a new name out: the same places have to mean the same.
  ///
  /// - Throws: ``ResponseError`` where another name would be meant, or the new one is taken.
  fileprivate func checkMeaning(
    _ document: Document, _ ranges: [Range<Int>], _ name: String
  ) throws {
    // A name that stands nowhere yet can mean nothing else.
    guard document.source.mentions(name) else { return }
    let old = document.analysis.program
    var bytes = document.source.bytes
    for range in ranges.reversed() { bytes.replaceSubrange(range, with: name.utf8) }
    let new = Analysis(Source(name: document.path, bytes: bytes), workshop.language).program
    let moved = Shift(ranges, growth: name.utf8.count)
    let before = old.occurrences.map { moved.place(of: $0, in: document.path) }
    let after = new.occurrences.map { Shift.Place($0, in: document.path) }
    guard before == after, old.diagnostics.count == new.diagnostics.count else {
      throw ResponseError(.failed, "'\(name)' already means something here; choose another name")
    }
  }
}

/// Where the names of a text come to stand once some of them are longer or shorter.
private struct Shift {
  struct Place: Hashable {
    let start: Int
    /// Where the name was given; nil in another file.
    let origin: Int?

    init(start: Int, origin: Int?) {
      self.start = start
      self.origin = origin
    }

    init(_ occurrence: Occurrence, in file: String) {
      start = occurrence.range.lowerBound
      origin = occurrence.symbol.file == file ? occurrence.symbol.range.lowerBound : nil
    }
  }

  private let ranges: [Range<Int>]
  private let length: Int

  init(_ ranges: [Range<Int>], growth length: Int) {
    self.ranges = ranges
    self.length = length
  }

  func place(of occurrence: Occurrence, in file: String) -> Place {
    let place = Place(occurrence, in: file)
    return Place(start: moved(place.start), origin: place.origin.map(moved))
  }

  private func moved(_ offset: Int) -> Int {
    ranges.prefix { $0.upperBound <= offset }.reduce(offset) { $0 + length - $1.count }
  }
}
