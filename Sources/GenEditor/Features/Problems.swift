import GenLanguage
import GenPipeline

extension LanguageServer {
  /// Tells the editor all that is wrong with a text.
  func publish(_ document: Document) {
    let program = document.analysis.program
    let problems = program.diagnostics.map { problem($0, document, program.sources) }
    let met = document.runProblems.map { problem($0, document, program.sources) }
    connection.notify(
      "textDocument/publishDiagnostics",
      [
        "uri": .text(document.uri), "version": .int(document.version),
        "diagnostics": .list(problems + met),
      ])
  }

  private func problem(
    _ diagnostic: Diagnostic, _ document: Document, _ sources: Sources
  ) -> JSON {
    let own = diagnostic.place.flatMap { $0.file == document.path ? $0 : nil }
    let range =
      own.map { document.source.bytes(of: $0) } ?? document.useRange(of: diagnostic.place?.file)
    var other: [JSON] = diagnostic.second.map { [related($0.place, $0.label, sources)] } ?? []
    if own == nil, let place = diagnostic.place {
      other.append(related(place, diagnostic.message, sources))
    }
    let isUnused = diagnostic.code == "W0501"
    return [
      "range": document.source.range(of: range, editor.encoding).json,
      "severity": .int(diagnostic.severity == .error ? 1 : 2), "code": .text(diagnostic.code),
      "source": "gen", "message": .text(diagnostic.sentences),
      "tags": isUnused ? [1] : .null, "relatedInformation": other.isEmpty ? .null : .list(other),
    ]
  }

  private func related(_ place: SourcePlace, _ label: String, _ sources: Sources) -> JSON {
    [
      "location": location(
        of: place.file, sources[place.file]?.bytes(of: place), sources[place.file]),
      "message": .text(label),
    ]
  }

  /// Where something stands in a file, open or not.
  func location(of path: String, _ range: Range<Int>?, _ source: Source?) -> JSON {
    let open = documents.values.first { $0.path == path }
    let text = open?.source ?? source
    let start = Position(line: 0, character: 0)
    let range = text.flatMap { text in range.map { text.range(of: $0, editor.encoding) } }
    return [
      "uri": .text(open?.uri ?? DocumentAddress.uri(of: path)),
      "range": (range ?? PositionRange(start: start, end: start)).json,
    ]
  }
}

extension Diagnostic {
  /// The message, what stands there, and what to do.
  fileprivate var sentences: String {
    ([message] + [label, hint].compactMap(\.self)).joined(separator: "\n")
  }
}

extension Source {
  /// The bytes of a place, by its line and characters: those of a cell that was run by itself have
  /// offsets of their own.
  fileprivate func bytes(of place: SourcePlace) -> Range<Int> {
    let line = lineRange(min(max(place.line - 1, 0), lineStarts.count - 1))
    let before = text(in: line).prefix(max(place.column - 1, 0))
    let start = line.lowerBound + before.utf8.count
    let marked = text(in: start..<line.upperBound).prefix(place.length)
    return start..<start + marked.utf8.count
  }
}

extension Document {
  /// The `use` that leads to a file, or else the first one.
  fileprivate func useRange(of file: String?) -> Range<Int> {
    let uses = analysis.program.module.statements.compactMap { statement in
      if case .use(let use) = statement.kind { use } else { nil }
    }
    let use = uses.first { analysis.program.file(of: $0) == file } ?? uses.first
    return use?.pathRange ?? 0..<0
  }
}
