import Foundation

/// Cells and what they showed as a notebook of Jupyter.
///
/// - Source: nbformat 4.5, the schema of the notebook format.
public struct JupyterNotebook {
  private let cells: [RenderedCell]

  public init(_ cells: [RenderedCell]) { self.cells = cells }

  public var text: String {
    let document = Document(
      cells: entries, metadata: Metadata(), nbformat: 4, nbformatMinor: 5)
    let encoder = JSONEncoder()
    encoder.keyEncodingStrategy = .convertToSnakeCase
    encoder.outputFormatting = [.prettyPrinted, .sortedKeys, .withoutEscapingSlashes]
    // A notebook consists of texts and whole numbers, which JSON can always hold.
    let bytes = (try? encoder.encode(document)) ?? Data()
    return String(decoding: bytes, as: UTF8.self) + "\n"
  }

  private var entries: [Entry] {
    var number = 0
    return cells.enumerated().flatMap { index, cell in
      var entries: [Entry] = []
      let title = cell.cell.title.isEmpty ? [] : ["## " + Markdown.escaped(cell.cell.title)]
      if let prose = cell.cell.prose {
        let words = title + prose.map(Markdown.prose)
        entries.append(.prose("cell-\(index + 1)", words.joined(separator: "\n\n")))
      } else {
        number += 1
        if !title.isEmpty { entries.append(.prose("title-\(index + 1)", title[0])) }
        let outputs = cell.renditions.flatMap(\.jupyterOutputs)
        entries.append(.code("cell-\(index + 1)", cell.cell.text, number, outputs))
      }
      return entries
    }
  }
}

extension JupyterNotebook {
  private struct Document: Encodable {
    let cells: [Entry]
    let metadata: Metadata
    let nbformat: Int
    let nbformatMinor: Int
  }

  private struct Metadata: Encodable {
    struct Kernel: Encodable {
      let name = "gen"
      let displayName = "Gen"
      let language = "gen"
    }
    let kernelspec = Kernel()
    let languageInfo = JupyterLanguage()
  }

  private enum Entry: Encodable {
    case prose(String, String)
    case code(String, String, Int, [JupyterOutput])

    private enum Key: CodingKey { case cellType, id, metadata, source, executionCount, outputs }

    func encode(to encoder: any Encoder) throws {
      var fields = encoder.container(keyedBy: Key.self)
      try fields.encode([String: String](), forKey: .metadata)
      switch self {
      case .prose(let id, let source):
        try fields.encode("markdown", forKey: .cellType)
        try fields.encode(id, forKey: .id)
        try fields.encode(source, forKey: .source)
      case .code(let id, let source, let count, let outputs):
        try fields.encode("code", forKey: .cellType)
        try fields.encode(id, forKey: .id)
        try fields.encode(source, forKey: .source)
        try fields.encode(count, forKey: .executionCount)
        try fields.encode(outputs.map { Output(output: $0, number: count) }, forKey: .outputs)
      }
    }
  }

  private struct Output: Encodable {
    let output: JupyterOutput
    let number: Int

    private enum Key: CodingKey { case outputType, executionCount }

    func encode(to encoder: any Encoder) throws {
      try output.encode(to: encoder)
      var fields = encoder.container(keyedBy: Key.self)
      try fields.encode(output.type, forKey: .outputType)
      if case .result = output { try fields.encode(number, forKey: .executionCount) }
    }
  }
}
