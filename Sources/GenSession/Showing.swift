import GenMedia
import GenPipeline
import GenStages

/// A value as people look at it: something to see, and one line of facts.
public struct Shown: Sendable {
  /// Lines for the terminal; nil when the facts say it all.
  public let picture: String?
  public let facts: String
}

extension Value {
  /// The value for a terminal: pictures where it can show them, otherwise words.
  ///
  /// - Throws: what making a film's frames throws.
  public func shown(on terminal: Terminal) throws -> Shown {
    switch self {
    case .image(let image):
      return Shown(
        picture: terminal.drawn(image, columns: min(terminal.columns, 64), rows: 18),
        facts: image.facts)
    case .video(let video):
      let strip = terminal.pictures == .none ? nil : try video.filmStrip(count: 6)
      return Shown(
        picture: strip.flatMap { terminal.drawn($0, columns: terminal.columns - 1, rows: 10) },
        facts: video.facts)
    case .trace(let trace): return try trace.shown(on: terminal)
    case .list(let elements) where elements.contains(where: \.isImage):
      let images = elements.compactMap { if case .image(let image) = $0 { image } else { nil } }
      let sheet = terminal.pictures == .none ? nil : try Image.sheet(of: images)
      return Shown(
        picture: sheet.flatMap { terminal.drawn($0, columns: terminal.columns - 1, rows: 20) },
        facts: "List of \(images.count) pictures, the first \(images.first?.facts ?? "")")
    case .grid(let grid):
      let isSeen = terminal.pictures != .none && [.image, .video].contains(grid.elementType)
      let sheet = isSeen ? try grid.sheet() : nil
      return Shown(
        picture: sheet.flatMap { terminal.drawn($0, columns: terminal.columns - 1, rows: 24) },
        facts: grid.facts)
    default:
      return Shown(picture: nil, facts: shortText(limit: 2000))
    }
  }

  private var isImage: Bool { if case .image = self { true } else { false } }
}

extension Grid {
  /// `Grid of 6 Images: seed 1, 2, 3; guidance 3, 5`.
  var facts: String {
    let values = axes.map { axis in
      let labels = axis.labels
      return axis.name + " " + labels.prefix(6).joined(separator: ", ")
        + (labels.count > 6 ? ", … \(labels[labels.count - 1])" : "")
    }
    let kind = elements.count == 1 ? "\(elementType)" : "\(elementType)s"
    return "Grid of \(elements.count) \(kind): \(values.joined(separator: "; "))"
  }
}

extension Image {
  var facts: String { "Image \(width)x\(height)" + (channelCount == 4 ? " with alpha" : "") }
}

extension Video {
  var facts: String {
    var text = "Video \(width)x\(height)"
    if let frameCount { text += ", \(frameCount) frame\(frameCount == 1 ? "" : "s")" }
    text += " at \(rate) fps"
    if let duration {
      text += ", \(Value.number((duration * 100).rounded() / 100).shortText()) s"
    }
    return text
  }
}
