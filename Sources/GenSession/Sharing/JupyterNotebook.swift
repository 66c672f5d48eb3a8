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
        let outputs = cell.renditions.flatMap(Self.outputs)
        entries.append(.code("cell-\(index + 1)", cell.cell.text, number, outputs))
      }
      return entries
    }
  }

  private static func outputs(_ rendition: Rendition) -> [Output] {
    let facts = rendition.facts
    let told = facts.isEmpty ? [] : [Output.stream("stdout", facts + "\n")]
    switch rendition.content {
    case .text(let text): return [.stream("stdout", text + "\n")] + told
    case .note(let text): return [.stream("stdout", text + "\n")]
    case .gallery(let parts): return parts.flatMap(outputs) + told
    case .table(let grid):
      return [.display(["text/markdown": Markdown.table(grid), "text/plain": grid.plain])] + told
    case .medium(let medium) where [.audio, .mesh].contains(medium.format.holds):
      let words = HTML.escaped(facts)
      let html =
        medium.format.holds == .audio ? HTML.sound(medium, words) : medium.viewer
      var bundle = ["image/png": Data(medium.strip).base64EncodedString(), "text/plain": facts]
      bundle["text/html"] = html
      return [.display(bundle)] + told
    case .medium(let medium):
      let isKnown = [.png, .apng, .jpeg, .gif].contains(medium.format)
      let url = HTML.dataURL(medium.bytes, medium.mediaType)
      let tag =
        medium.isFilm
        ? "<video controls loop muted autoplay playsinline src=\"\(url)\"></video>"
        : "<img src=\"\(url)\">"
      let bundle =
        isKnown
        ? [medium.mediaType: Data(medium.bytes).base64EncodedString()] : ["text/html": tag]
      return [.display(bundle.merging(["text/plain": facts]) { $1 })] + told
    case .problem(_, _, let text, true): return [.stream("stderr", text + "\n")]
    case .problem(let code, let message, let text, false): return [.error(code, message, text)]
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
    struct Language: Encodable {
      let name = "gen"
      let fileExtension = ".gen"
      let mimetype = "text/x-gen"
      let version = Workshop.version
    }
    let kernelspec = Kernel()
    let languageInfo = Language()
  }

  private enum Entry: Encodable {
    case prose(String, String)
    case code(String, String, Int, [Output])

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
        try fields.encode(outputs, forKey: .outputs)
      }
    }
  }

  private enum Output: Encodable {
    case stream(String, String)
    case display([String: String])
    case error(String, String, String)

    private enum Key: CodingKey {
      case outputType, name, text, data, metadata, ename, evalue, traceback
    }

    func encode(to encoder: any Encoder) throws {
      var fields = encoder.container(keyedBy: Key.self)
      switch self {
      case .stream(let name, let text):
        try fields.encode("stream", forKey: .outputType)
        try fields.encode(name, forKey: .name)
        try fields.encode(text, forKey: .text)
      case .display(let bundle):
        try fields.encode("display_data", forKey: .outputType)
        try fields.encode(bundle, forKey: .data)
        try fields.encode([String: String](), forKey: .metadata)
      case .error(let name, let message, let text):
        try fields.encode("error", forKey: .outputType)
        try fields.encode(name, forKey: .ename)
        try fields.encode(message, forKey: .evalue)
        try fields.encode(text.split(separator: "\n").map(String.init), forKey: .traceback)
      }
    }
  }
}

extension Rendition.Table {
  /// Columns separated by tabs.
  fileprivate var plain: String {
    ((head.isEmpty ? [] : [head]) + rows).map { $0.joined(separator: "\t") }
      .joined(separator: "\n")
  }
}
