import GenMedia
import GenPipeline

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
    default:
      return Shown(picture: nil, facts: shortText(limit: 2000))
    }
  }

  private var isImage: Bool { if case .image = self { true } else { false } }
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
