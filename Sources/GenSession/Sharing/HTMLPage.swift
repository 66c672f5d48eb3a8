import Foundation
import GenPages

/// Cells and what they showed as one page that asks nobody for anything: pictures and films are in
/// it, no script runs in it but the one that turns meshes, and its policy forbids every request.
public struct HTMLPage {
  private let cells: [RenderedCell]
  private let facts: PageFacts

  public init(_ cells: [RenderedCell], _ facts: PageFacts) {
    self.cells = cells
    self.facts = facts
  }

  /// The cells alone, to be set into a page.
  var body: String {
    var body = ""
    var number = 0
    for cell in cells {
      if let prose = cell.cell.prose {
        body += Self.prose(cell.cell.title, prose)
      } else {
        number += 1
        body += Self.section(cell, number)
      }
    }
    return body
  }

  public var text: String {
    let turns = cells.contains { $0.renditions.contains(where: \.hasViewer) }
    return Page(
      title: facts.name, origin: facts.origin, body: body, footer: colophon,
      scriptSource: turns ? MeshViewer.policySource : nil
    ).text
  }

  private var colophon: String {
    let script = HTML.dataURL(Array(facts.script.utf8), "text/plain;charset=utf-8")
    let name = facts.name.hasSuffix(".gen") ? facts.name : facts.name + ".gen"
    return "<p>Made with \(HTML.escaped(facts.origin)). "
      + "<a download=\"\(HTML.escaped(name))\" href=\"\(script)\">Keep the script</a> "
      + "to make it again.</p>"
  }

  private static func prose(_ title: String, _ paragraphs: [String]) -> String {
    let head = title.isEmpty ? "" : "<h2>\(HTML.escaped(title))</h2>\n"
    return "<section class=\"prose\">\n\(head)"
      + paragraphs.map(HTML.paragraph).joined() + "</section>\n"
  }

  private static func section(_ cell: RenderedCell, _ number: Int) -> String {
    let title = cell.cell.title
    let head = title.isEmpty ? "" : "<h2>\(HTML.escaped(title))</h2>\n"
    return """
      <section id="cell-\(number)">
      \(head)<div class="cell"><a class="count" href="#cell-\(number)">\(number)</a>\
      <pre class="code"><code>\(HTML.highlighted(cell.cell.text))</code></pre></div>
      \(cell.renditions.map(shown).joined())</section>

      """
  }

  private static func shown(_ rendition: Rendition) -> String {
    switch rendition.content {
    case .text(let text): figure("<pre>\(HTML.escaped(text))</pre>", rendition)
    case .medium(let medium): figure(Self.medium(medium, rendition.facts), rendition)
    case .table(let grid): figure(HTML.table(grid), rendition)
    case .gallery(let parts):
      figure("<div class=\"gallery\">\(parts.map(shown).joined())</div>", rendition)
    case .note(let text): "<p class=\"facts\">\(HTML.escaped(text))</p>\n"
    case .problem(let code, _, let text, let isWarning):
      "<pre class=\"\(isWarning ? "warning" : "problem")\" role=\"note\">\(HTML.escaped(text))  "
        + "[\(HTML.escaped(code))]</pre>\n"
    }
  }

  private static func figure(_ content: String, _ rendition: Rendition) -> String {
    let caption =
      rendition.facts.isEmpty ? "" : "<figcaption>\(HTML.escaped(rendition.facts))</figcaption>"
    return "<figure>\(content)\(caption)</figure>\n"
  }

  private static func medium(_ medium: Rendition.Medium, _ facts: String) -> String {
    let url = HTML.dataURL(medium.bytes, medium.mediaType)
    let factor = medium.enlargement
    let size =
      "width=\"\(medium.width * factor)\" height=\"\(medium.height * factor)\""
      + (factor > 1 ? " class=\"small\"" : "")
    let words = HTML.escaped(facts)
    let strip =
      medium.strip.isEmpty
      ? "" : "<img class=\"strip\" alt=\"\" src=\"\(HTML.dataURL(medium.strip, "image/png"))\">"
    return switch medium.format.holds {
    case .audio: HTML.sound(medium, words)
    case .mesh: HTML.mesh(medium, words)
    case .video where medium.isFilm:
      "<video \(size) aria-label=\"\(words)\" controls loop muted autoplay playsinline"
        + " src=\"\(url)\"></video>\(strip)"
    case .table: "<p>\(words)</p>"
    case .image, .video: "<img \(size) alt=\"\(words)\" src=\"\(url)\">"
    }
  }
}

extension Rendition {
  /// Whether a mesh in it turns.
  fileprivate var hasViewer: Bool {
    switch content {
    case .medium(let medium): medium.viewer != nil
    case .gallery(let parts): parts.contains(where: \.hasViewer)
    default: false
    }
  }
}

extension HTML {
  /// A waveform above the player of a sound.
  ///
  /// - Parameter words: what it is, escaped.
  static func sound(_ medium: Rendition.Medium, _ words: String) -> String {
    "<img class=\"wave\" alt=\"\(words)\" src=\"\(dataURL(medium.strip, "image/png"))\">"
      + "<audio controls preload=\"metadata\" aria-label=\"\(words)\" "
      + "src=\"\(dataURL(medium.bytes, medium.mediaType))\"></audio>"
  }

  /// A mesh that turns, and its sides on paper; the sides alone where it is too large to turn.
  static func mesh(_ medium: Rendition.Medium, _ words: String) -> String {
    let sides = dataURL(medium.strip, "image/png")
    guard let viewer = medium.viewer else { return "<img alt=\"\(words)\" src=\"\(sides)\">" }
    return viewer + "<img class=\"strip\" alt=\"\" src=\"\(sides)\">"
  }
}
