import GenLanguage
import GenPipeline
import GenSession

extension Feature {
  private static let triggers: JSON = ["\"", "/", "(", ",", ":", ".", ">"]
  /// More than anybody reads; what is typed next makes them fewer.
  private static let most = 200

  static let completion = Feature(
    "textDocument/completion",
    ["completionProvider": ["triggerCharacters": triggers, "resolveProvider": true]]
  ) { server, parameters -> JSON in
    try server.completions(parameters, most: most)
  }

  /// The candidate with its page, once the editor shows it.
  static let completionDetails = Feature("completionItem/resolve") {
    (server, item: [String: JSON]) -> JSON in
    guard case .text(let name)? = item["label"],
      case .int(Completion.Kind.stage.number)? = item["kind"]
    else { return .object(item) }
    let page = server.markup(
      server.workshop.pages(of: name), markdown: server.editor.completesInMarkdown)
    return .object(item.merging(["documentation": page]) { $1 })
  }
}

extension LanguageServer {
  fileprivate func completions(_ parameters: PlaceParameters, most: Int) throws -> JSON {
    let document = try document(parameters.textDocument.uri)
    let offset = document.source.offset(of: parameters.position, editor.encoding)
    let (text, start, scope) = document.statement(before: offset)
    let found = workshop.language.completions(for: text, at: text.utf8.count, in: scope)
    if found.isInsideText { return files(in: text, start, document, most) }
    let range = start + found.range.lowerBound..<offset
    let items = found.candidates.prefix(most).map { candidate in
      item(candidate.text, kind: candidate.kind.number, detail(candidate, scope), range, document)
    }
    return ["isIncomplete": .bool(found.candidates.count > most), "items": .list(items)]
  }

  private func files(
    in text: String, _ start: Int, _ document: Document, _ most: Int
  ) -> JSON {
    let tab = TabCompletion(language: workshop.language, scope: Scope(), linesBefore: "")
    let found = tab.answer(for: text, at: text.utf8.count)
    let range = start + found.start..<start + text.utf8.count
    let items = found.candidates.prefix(most).map { candidate in
      item(candidate, kind: candidate.hasSuffix("/") ? 19 : 17, nil, range, document)
    }
    return ["isIncomplete": false, "items": .list(items)]
  }

  private func item(
    _ text: String, kind: Int, _ detail: String?, _ range: Range<Int>, _ document: Document
  ) -> JSON {
    [
      "label": .text(text), "kind": .int(kind), "detail": .some(detail),
      "textEdit": [
        "range": document.source.range(of: range, editor.encoding).json, "newText": .text(text),
      ],
    ]
  }

  private func detail(_ candidate: Completion, _ scope: Scope) -> String? {
    switch candidate.kind {
    case .stage: workshop.catalog.forms(of: candidate.text).first?.summary
    case .name: scope.type(of: candidate.text)?.description
    case .setting:
      workshop.language.settings.first { $0.name == candidate.text }?.documentation
    default: nil
    }
  }
}

extension Completion.Kind {
  /// As the protocol numbers them.
  fileprivate var number: Int {
    switch self {
    case .name: 6
    case .stage: 3
    case .label: 5
    case .choice: 20
    case .keyword: 14
    case .setting: 10
    }
  }
}
