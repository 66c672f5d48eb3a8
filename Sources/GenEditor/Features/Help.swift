import GenLanguage
import GenPipeline
import GenSession

extension Feature {
  static let hover = Feature("textDocument/hover", ["hoverProvider": true]) {
    (server, parameters: PlaceParameters) -> JSON in
    let document = try server.document(parameters.textDocument.uri)
    let offset = document.source.offset(of: parameters.position, server.editor.encoding)
    guard let help = server.help(at: offset, document) else { return .null }
    return [
      "contents": help.contents,
      "range": document.source.range(of: help.range, server.editor.encoding).json,
    ]
  }

  static let signatureHelp = Feature(
    "textDocument/signatureHelp",
    ["signatureHelpProvider": ["triggerCharacters": ["(", ",", ":"]]]
  ) { (server, parameters: PlaceParameters) -> JSON in
    let document = try server.document(parameters.textDocument.uri)
    let offset = document.source.offset(of: parameters.position, server.editor.encoding)
    let (text, _, scope) = document.statement(before: offset)
    guard let call = OpenCall(in: text, at: text.utf8.count) else { return .null }
    let pages = server.workshop.pages(of: call.name, in: scope)
    guard !pages.isEmpty else { return .null }
    let active = pages.firstIndex { $0.takes(call) } ?? 0
    return [
      "signatures": .list(pages.map { $0.json(call) }), "activeSignature": .int(active),
      "activeParameter": .int(pages[active].index(of: call)),
    ]
  }
}

extension ReferencePage {
  fileprivate func index(of call: OpenCall) -> Int {
    call.label.flatMap { label in parameters.firstIndex { $0.name == label } } ?? call.index
  }

  fileprivate func takes(_ call: OpenCall) -> Bool { parameters.indices.contains(index(of: call)) }

  fileprivate func json(_ call: OpenCall) -> JSON {
    let list = parameters.map { parameter -> JSON in
      ["label": .text(parameter.text), "documentation": .text(parameter.documentation)]
    }
    return [
      "label": .text(signature), "documentation": .text(summary), "parameters": .list(list),
      "activeParameter": .int(index(of: call)),
    ]
  }
}

extension LanguageServer {
  fileprivate func help(at offset: Int, _ document: Document) -> (
    range: Range<Int>, contents: JSON
  )? {
    guard let (tokens, index) = document.token(at: offset) else { return nil }
    let token = tokens[index]
    let word = document.source.text(in: token.range)
    guard [.name, .keyword, .textPiece].contains(token.kind) else { return nil }
    if token.kind == .textPiece {
      guard let page = modelPage(word) else { return nil }
      return (token.range, markup(code: "model(\"\(word)\")", text: page))
    }
    let scope = document.statement(before: token.range.upperBound).scope
    if let found = document.occurrence(at: offset) {
      return (found.range, help(on: found, word, scope))
    }
    if index > 0, document.source.text(in: tokens[index - 1].range) == "set",
      let setting = workshop.language.settings.first(where: { $0.name == word })
    {
      return (
        token.range,
        markup(code: "set \(word): \(setting.type)", text: setting.documentation)
      )
    }
    if index + 1 < tokens.count, tokens[index + 1].kind == .colon {
      return label(word, before: token.range, document, scope).map { (token.range, $0) }
    }
    let pages = token.kind == .name ? workshop.pages(of: word, in: scope) : []
    return pages.isEmpty ? nil : (token.range, markup(pages, markdown: editor.readsMarkdown))
  }

  private func help(on found: Occurrence, _ word: String, _ scope: Scope) -> JSON {
    let pages = found.type.isCallable ? workshop.pages(of: word, in: scope) : []
    return pages.isEmpty
      ? markup(code: "\(word): \(found.type)", text: "")
      : markup(pages, markdown: editor.readsMarkdown)
  }

  private func label(
    _ word: String, before range: Range<Int>, _ document: Document, _ scope: Scope
  ) -> JSON? {
    let (text, _, _) = document.statement(before: range.lowerBound)
    guard let call = OpenCall(in: text, at: text.utf8.count) else { return nil }
    let parameters = workshop.pages(of: call.name, in: scope).flatMap(\.parameters)
    guard let parameter = parameters.first(where: { $0.name == word }) else { return nil }
    return markup(code: parameter.text, text: parameter.documentation)
  }

  private func modelPage(_ name: String) -> String? {
    guard let model = workshop.studio.store.list().first(where: { $0.name == name }) else {
      return nil
    }
    return "\(model.summary) \(model.licence)"
  }

  /// Pages as the editor can show them.
  func markup(_ pages: [ReferencePage], markdown: Bool) -> JSON {
    guard markdown else {
      return ["kind": "plaintext", "value": .text(pages.map(\.text).joined(separator: "\n"))]
    }
    let parts = pages.map { page in
      let details = page.details.isEmpty ? "" : "\n```text\n\(page.details)```\n"
      return "```gen\n\(page.signature)\n```\n\(page.summary)\n\(details)"
    }
    return ["kind": "markdown", "value": .text(parts.joined(separator: "\n---\n"))]
  }

  private func markup(code: String, text: String) -> JSON {
    editor.readsMarkdown
      ? ["kind": "markdown", "value": .text("```gen\n\(code)\n```\n\(text)")]
      : ["kind": "plaintext", "value": .text(text.isEmpty ? code : "\(code)\n\(text)")]
  }
}

extension ValueType {
  fileprivate var isCallable: Bool {
    switch self {
    case .function, .stage: true
    default: false
    }
  }
}
