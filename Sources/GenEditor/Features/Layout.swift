import GenLanguage
import GenSession

extension Feature {
  static let formatting = Feature(
    "textDocument/formatting", ["documentFormattingProvider": true]
  ) { (server, parameters: DocumentParameters) -> JSON in
    let document = try server.document(parameters.textDocument.uri)
    // A text that cannot be read stays as it is; what is wrong has been told.
    guard let text = ProgramFormatter.format(document.source) else { return .null }
    guard let (range, part) = document.source.difference(to: text) else { return [] }
    return [
      [
        "range": document.source.range(of: range, server.editor.encoding).json,
        "newText": .text(part),
      ]
    ]
  }

  static let documentSymbols = Feature(
    "textDocument/documentSymbol", ["documentSymbolProvider": true]
  ) { (server, parameters: DocumentParameters) -> JSON in
    let document = try server.document(parameters.textDocument.uri)
    let outline = Outline(document.module)
    let encode = { document.source.range(of: $0, server.editor.encoding).json }
    return .list(
      server.editor.nestsSymbols
        ? outline.entries.map { $0.json(encode) }
        : outline.entries.flatMap { $0.flat(document.uri, encode) })
  }
}

extension Source {
  /// The whole lines that differ from a new text, and what takes their place; nil where none does.
  fileprivate func difference(to text: String) -> (Range<Int>, String)? {
    let new = Array(text.utf8)
    guard new != bytes else { return nil }
    let kinship = Kinship(bytes, new)
    var (head, tail) = (kinship.head, kinship.tail)
    while head > 0, bytes[head - 1] != UInt8(ascii: "\n") { head -= 1 }
    while tail > 0, !isLineStart(bytes.count - tail) { tail -= 1 }
    return (
      head..<bytes.count - tail, String(decoding: new[head..<new.count - tail], as: UTF8.self)
    )
  }

  private func isLineStart(_ offset: Int) -> Bool {
    offset == bytes.count || (offset > 0 && bytes[offset - 1] == UInt8(ascii: "\n"))
  }
}

/// The names that a text gives at its outermost level, below the cells they are given in.
private struct Outline {
  struct Entry {
    let name: String
    /// As the protocol numbers them.
    let kind: Int
    var range: Range<Int>
    let nameRange: Range<Int>
    var children: [Entry] = []
  }

  static let (namespace, function, variable) = (3, 12, 13)
  let entries: [Entry]

  init(_ module: Module) {
    let source = module.source
    let names = module.statements.flatMap(Outline.entries)
    let starts = module.cells.map { source.lineStarts[$0.line - 1] }
    let cells = zip(module.cells, starts).enumerated().map { index, cell in
      let end = index + 1 < starts.count ? starts[index + 1] : source.bytes.count
      let line = source.lineRange(cell.0.line - 1)
      let range = cell.1..<end
      return Entry(
        name: cell.0.title.isEmpty ? "cell \(index + 1)" : cell.0.title, kind: Outline.namespace,
        range: range, nameRange: line,
        children: names.filter { range.contains($0.range.lowerBound) })
    }
    entries = names.filter { $0.range.lowerBound < starts.first ?? Int.max } + cells
  }

  private static func entries(_ statement: Statement) -> [Entry] {
    switch statement.kind {
    case .binding(let names, _):
      names.map {
        Entry(name: $0.text, kind: variable, range: statement.range, nameRange: $0.range)
      }
    case .definition(let definition):
      [
        Entry(
          name: definition.name.text, kind: function, range: statement.range,
          nameRange: definition.name.range)
      ]
    default: []
    }
  }
}

extension Outline.Entry {
  func json(_ encode: (Range<Int>) -> JSON) -> JSON {
    [
      "name": .text(name), "kind": .int(kind), "range": encode(range),
      "selectionRange": encode(nameRange),
      "children": children.isEmpty ? .null : .list(children.map { $0.json(encode) }),
    ]
  }

  /// For editors that know no nested symbols.
  func flat(_ uri: String, _ encode: (Range<Int>) -> JSON) -> [JSON] {
    let own: JSON = [
      "name": .text(name), "kind": .int(kind),
      "location": ["uri": .text(uri), "range": encode(range)],
    ]
    return [own] + children.flatMap { $0.flat(uri, encode) }
  }
}
