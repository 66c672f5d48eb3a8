import Foundation
import GenMedia
import GenPages

/// One output of a cell as Jupyter knows it, in the file of a notebook and on its way from a kernel.
///
/// - Source: nbformat 4.5 and the messages of Jupyter 5.4, which give outputs the same fields.
public enum JupyterOutput: Encodable, Sendable {
  /// The same thing in several media types.
  public struct Bundle: Sendable {
    public let data: [String: String]
    /// Pixels, by media type and side.
    public let metadata: [String: [String: Int]]

    public init(_ data: [String: String], metadata: [String: [String: Int]] = [:]) {
      self.data = data
      self.metadata = metadata
    }
  }

  case stream(name: String, text: String)
  case display(Bundle)
  /// What an expression came to.
  case result(Bundle)
  case error(name: String, message: String, traceback: [String])

  public var type: String {
    switch self {
    case .stream: "stream"
    case .display: "display_data"
    case .result: "execute_result"
    case .error: "error"
    }
  }

  private enum Key: String, CodingKey { case name, text, data, metadata, ename, evalue, traceback }

  /// The fields that a file and a message have in common.
  public func encode(to encoder: any Encoder) throws {
    var fields = encoder.container(keyedBy: Key.self)
    switch self {
    case .stream(let name, let text):
      try fields.encode(name, forKey: .name)
      try fields.encode(text, forKey: .text)
    case .display(let bundle), .result(let bundle):
      try fields.encode(bundle.data, forKey: .data)
      try fields.encode(bundle.metadata, forKey: .metadata)
    case .error(let name, let message, let traceback):
      try fields.encode(name, forKey: .ename)
      try fields.encode(message, forKey: .evalue)
      try fields.encode(traceback, forKey: .traceback)
    }
  }
}

/// What Jupyter has to know of the language.
public struct JupyterLanguage: Encodable, Sendable {
  let name = "gen"
  let version = Workshop.version
  let mimetype = "text/x-gen"
  let fileExtension = ".gen"
  /// Jupyter has no colours for Gen; comments, texts, numbers and calls look alike in Python.
  let codemirrorMode = "python"
  let pygmentsLexer = "python"

  public init() {}
}

extension Rendition {
  /// The outputs that show it.
  public var jupyterOutputs: [JupyterOutput] {
    let told = facts.isEmpty ? [] : [JupyterOutput.stream(name: "stdout", text: facts + "\n")]
    switch content {
    case .text(let text) where isResult: return [.result(.init(["text/plain": text]))] + told
    case .text(let text): return [.stream(name: "stdout", text: text + "\n")] + told
    case .note(let text): return [.stream(name: "stdout", text: text + "\n")]
    case .gallery(let parts): return parts.flatMap(\.jupyterOutputs) + told
    case .table(let grid): return [shown(grid.bundle)] + told
    case .medium(let medium): return [shown(medium.bundle(facts))] + told
    case .problem(_, _, let text, true): return [.stream(name: "stderr", text: text + "\n")]
    case .problem(let code, let message, let text, false):
      let lines = text.split(separator: "\n").map(String.init)
      return [.error(name: code, message: message, traceback: lines)]
    }
  }

  private func shown(_ bundle: JupyterOutput.Bundle) -> JupyterOutput {
    isResult ? .result(bundle) : .display(bundle)
  }
}

extension Rendition.Medium {
  /// - Parameter facts: What people read who cannot see it.
  fileprivate func bundle(_ facts: String) -> JupyterOutput.Bundle {
    if [.audio, .mesh].contains(format.holds) {
      var data = ["image/png": Data(strip).base64EncodedString(), "text/plain": facts]
      data["text/html"] = format.holds == .audio ? HTML.sound(self, HTML.escaped(facts)) : viewer
      return JupyterOutput.Bundle(data)
    }
    guard [.png, .apng, .jpeg, .gif].contains(format) else {
      return JupyterOutput.Bundle(["text/html": tag, "text/plain": facts])
    }
    return JupyterOutput.Bundle(
      [mediaType: Data(bytes).base64EncodedString(), "text/plain": facts],
      metadata: [mediaType: ["width": width * enlargement, "height": height * enlargement]])
  }

  /// The piece of HTML that shows it, with everything in it.
  public var tag: String {
    let place =
      "width=\"\(width * enlargement)\" height=\"\(height * enlargement)\""
      + (enlargement > 1 ? " style=\"image-rendering: pixelated\"" : "")
    let url = HTML.dataURL(bytes, mediaType)
    return isFilm
      ? "<video \(place) controls loop muted autoplay playsinline src=\"\(url)\"></video>"
      : "<img \(place) src=\"\(url)\">"
  }
}

extension Rendition.Table {
  fileprivate var bundle: JupyterOutput.Bundle {
    JupyterOutput.Bundle(["text/html": HTML.table(self), "text/plain": plain])
  }

  /// Columns separated by tabs.
  private var plain: String {
    ([head, subhead].filter { !$0.isEmpty } + rows + foot).map { $0.joined(separator: "\t") }
      .joined(separator: "\n")
  }
}
