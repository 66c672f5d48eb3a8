import GenMedia
import GenPipeline
import GenStages

/// A value as people look at it: something to see, and one line of facts.
public struct Shown: Sendable {
  /// Lines for the terminal; nil when the facts say it all.
  public let picture: String?
  public let facts: String
}

/// What has a look of its own on a terminal.
protocol Showable {
  /// Something to see as far as the terminal can show it, and the line of facts under it.
  ///
  /// - Throws: what making a film's frames throws.
  func shown(on terminal: Terminal) throws -> Shown
}

extension Value {
  /// The value for a terminal: pictures where it can show them, otherwise words.
  ///
  /// - Throws: what making a film's frames throws.
  public func shown(on terminal: Terminal) throws -> Shown {
    try showable?.shown(on: terminal) ?? Shown(picture: nil, facts: shortText(limit: 2000))
  }

  private var showable: (any Showable)? {
    switch self {
    case .image(let image): image
    case .video(let video): video
    case .audio(let sound): sound
    case .mesh(let mesh): mesh
    case .table(let table): table
    case .fitted(let model): model
    case .trace(let trace): trace
    case .grid(let grid): grid
    case .list(let elements): ContactSheet(elements) ?? Series(elements) ?? Roster(elements)
    default: nil
    }
  }
}

extension Image: Showable {
  func shown(on terminal: Terminal) -> Shown {
    Shown(
      picture: terminal.drawn(self, columns: min(terminal.columns, 64), rows: 18), facts: facts)
  }

  var facts: String { "Image \(width)x\(height)" + (channelCount == 4 ? " with alpha" : "") }
}

extension Video: Showable {
  func shown(on terminal: Terminal) throws -> Shown {
    let strip = terminal.pictures == .none ? nil : try filmStrip(count: 6)
    return Shown(
      picture: strip.flatMap { terminal.drawn($0, columns: terminal.columns - 1, rows: 10) },
      facts: facts)
  }

  var facts: String {
    var text = "Video \(width)x\(height)"
    if let frameCount { text += ", \(frameCount) frame\(frameCount == 1 ? "" : "s")" }
    text += " at \(rate) fps"
    if let duration { text += ", \(duration.rounded(to: 2)) s" }
    return text
  }
}

extension Mesh: Showable {
  func shown(on terminal: Terminal) throws -> Shown {
    let strip = terminal.pictures == .none ? nil : try self.strip()
    return Shown(
      picture: strip.flatMap { terminal.drawn($0, columns: terminal.columns - 1, rows: 12) },
      facts: facts)
  }

  /// `Mesh of 1200 triangles, 620 vertices, 2 x 1.5 x 0.8, textured`.
  var facts: String {
    let (low, high) = bounds
    let sizes = (0..<3).map { Double(high[$0] - low[$0]).rounded(to: 3) }
    let skin = texture != nil ? ", textured" : colors.isEmpty ? "" : ", coloured"
    return Value.mesh(self).shortText() + ", \(vertexCount) vertices, "
      + sizes.joined(separator: " x ") + skin
  }
}

extension Audio: Showable {
  /// A waveform in dots, which every terminal with Unicode can show, or as a picture.
  func shown(on terminal: Terminal) throws -> Shown {
    let columns = max(8, min(terminal.columns - 1, 78))
    switch terminal.pictures {
    case .kitty, .sixel:
      let picture = try waveform(width: columns * 10, height: 100)
      return Shown(picture: terminal.drawn(picture, columns: columns, rows: 5), facts: facts)
    case .blocks, .none:
      guard terminal.isInteractive else { return Shown(picture: nil, facts: facts) }
      return Shown(picture: waveform(columns: columns, rows: 5), facts: facts)
    }
  }

  private func waveform(columns: Int, rows: Int) -> String {
    var dots = DotCanvas(columns: columns, rows: rows)
    let middle = Float(dots.height - 1) / 2
    for (x, range) in envelope(dots.width).enumerated() {
      let top = Int((middle - min(1, range.high) * middle).rounded())
      let bottom = Int((middle - max(-1, range.low) * middle).rounded())
      for y in min(top, bottom)...max(top, bottom) { dots.set(x, y) }
    }
    return dots.text
  }

  /// `Audio 2.5 s, 2 channels at 44100 Hz, peak -3.1 dBFS, -14.2 LUFS`.
  public var facts: String {
    let level = peak > 0 ? "peak \(peakDecibels.rounded(to: 1)) dBFS" : "silent"
    let loudness = self.loudness
    return Value.audio(self).shortText(limit: 80) + ", " + level
      + (loudness.isFinite ? ", \(loudness.rounded(to: 1)) LUFS" : "")
  }
}

extension Grid: Showable {
  func shown(on terminal: Terminal) throws -> Shown {
    let isSeen = terminal.pictures != .none && [.image, .video].contains(elementType)
    let sheet = isSeen ? try self.sheet() : nil
    return Shown(
      picture: sheet.flatMap { terminal.drawn($0, columns: terminal.columns - 1, rows: 24) },
      facts: facts)
  }

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

extension Double {
  /// As a script writes it, with so many digits behind the point at most.
  func rounded(to digits: Int) -> String {
    let scale = (0..<digits).reduce(1.0) { scale, _ in scale * 10 }
    let value = (self * scale).rounded() / scale
    return Value.number(value.isFinite ? value : self).shortText()
  }
}
