import GenLanguage
import GenSession

extension Feature {
  static let formatting = Feature(
    "textDocument/formatting", ["documentFormattingProvider": true]
  ) { (server, parameters: DocumentParameters) -> JSON in
    let document = try server.document(parameters.textDocument.uri)
    // A text that cannot be read stays as it is; what is wrong has been told.
    guard let text = ProgramFormatter.format(document.module) else { return .null }
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
    let outline = Outline(document.sketch, length: document.source.bytes.count)
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

  private static let (namespace, function, variable) = (3, 12, 13)
  private(set) var entries: [Entry] = []

  /// - Parameter length: Of the text, in bytes.
  init(_ sketch: Sketch, length: Int) {
    var cellCount = 0
    for item in sketch.items {
      switch item.kind {
      case .mark(let title):
        closeCell(at: item.start)
        cellCount += 1
        entries.append(
          Entry(
            name: title.isEmpty ? "cell \(cellCount)" : title, kind: Outline.namespace,
            range: item.start..<length, nameRange: item.range))
      case .statement(let names, let isDefinition):
        let named = names.map {
          Entry(
            name: $0.text, kind: isDefinition ? Outline.function : Outline.variable,
            range: item.range, nameRange: $0.range)
        }
        if cellCount == 0 {
          entries += named
        } else {
          entries[entries.count - 1].children += named
        }
      }
    }
  }

  private mutating func closeCell(at end: Int) {
    guard let last = entries.last, last.kind == Outline.namespace else { return }
    entries[entries.count - 1].range = last.range.lowerBound..<end
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
