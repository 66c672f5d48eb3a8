/// How text is drawn.
public struct TextStyle: Sendable, Hashable {
  /// The em in pixels, 4…1000.
  public var size: Double
  public var color: Color
  /// Drawn around the letters so that they can be read on anything; nil for none.
  public var outline: Color?
  /// A font file; nil takes a sans-serif one of the system.
  public var font: String?

  public init(
    size: Double = 24, color: Color = .white, outline: Color? = .black, font: String? = nil
  ) {
    self.size = size
    self.color = color
    self.outline = outline
    self.font = font
  }
}

/// Where a caption stands in a picture.
public enum TextPlace: Sendable, Hashable {
  case top, center, bottom
  /// The top left corner in pixels.
  case at(x: Int, y: Int)
}

extension Image {
  /// The text as a picture of its own: RGBA, clear around the letters.
  ///
  /// Lines break at line feeds, and between words where `wrapWidth` pixels are not enough.
  /// - Throws: ``MediaError`` for sizes outside 4…1000, without a font, or above the size limit.
  public static func text(
    _ text: String, style: TextStyle = TextStyle(), wrapWidth: Int? = nil
  ) throws -> Image {
    guard style.size.isFinite, (4...1000).contains(style.size) else {
      throw MediaError.badArgument("text cannot have a size of \(style.size) pixels (4...1000)")
    }
    guard text.utf8.count <= 20_000 else {
      throw MediaError.badArgument("a caption cannot have \(text.utf8.count) bytes (20000)")
    }
    let typeface = try Typeface(font: style.font, size: style.size)
    let border = style.outline == nil ? 1 : 2 + Int(style.size / 12)
    let lines = text.split(separator: "\n", omittingEmptySubsequences: false)
      .flatMap { wrapped(String($0), typeface, wrapWidth.map { $0 - 2 * border }) }
    let widths = lines.map(typeface.width)
    let width = (widths.max() ?? 0) + 2 * border
    let height = lines.count * typeface.lineHeight + 2 * border
    try checkSize(width: width, height: height)
    var mask = Image(width: width, height: height, filledWith: [0])
    for (row, line) in lines.enumerated() {
      let x = (width - widths[row]) / 2
      typeface.draw(line, x: x, y: border + row * typeface.lineHeight, into: &mask)
    }
    let letters = mask.colored(style.color)
    guard let outline = style.outline else { return letters }
    return try mask.halo(deviation: style.size / 24 + 0.5).colored(outline).overlaid(with: letters)
  }

  /// The picture with a caption, which is wrapped to its width and stands in its middle across.
  public func captioned(
    _ text: String, style: TextStyle = TextStyle(), place: TextPlace = .bottom
  ) throws -> Image {
    let caption = try Image.text(text, style: style, wrapWidth: width)
    let origin = caption.origin(in: width, height, place)
    return converted(toChannelCount: max(3, channelCount))
      .overlaid(with: caption, x: origin.x, y: origin.y)
  }

  /// The top left corner of this caption in a picture of the given size.
  fileprivate func origin(in width: Int, _ height: Int, _ place: TextPlace) -> (x: Int, y: Int) {
    let middle = (width - self.width) / 2
    let margin = height / 40
    return switch place {
    case .top: (middle, margin)
    case .center: (middle, (height - self.height) / 2)
    case .bottom: (middle, height - self.height - margin)
    case .at(let x, let y): (x, y)
    }
  }

  /// Lines no wider than `limit` pixels, where words allow it.
  private static func wrapped(_ line: String, _ typeface: Typeface, _ limit: Int?) -> [String] {
    guard let limit, typeface.width(of: line) > limit else { return [line] }
    var lines: [String] = []
    var current = ""
    for word in line.split(separator: " ") {
      let longer = current.isEmpty ? String(word) : current + " " + word
      if current.isEmpty || typeface.width(of: longer) <= limit {
        current = longer
      } else {
        lines.append(current)
        current = String(word)
      }
    }
    return lines + [current]
  }

  /// One colour, with this picture's samples as its alpha.
  private func colored(_ color: Color) -> Image {
    Image(width: width, height: height, channelCount: 4) { target in
      for (pixel, coverage) in pixels.enumerated() {
        target[pixel * 4] = color.red
        target[pixel * 4 + 1] = color.green
        target[pixel * 4 + 2] = color.blue
        target[pixel * 4 + 3] = UInt8((Int(coverage) * Int(color.alpha) + 127) / 255)
      }
    }
  }

  /// The mask grown outward, full near the letters and soft further out.
  private func halo(deviation: Double) throws -> Image {
    try blurred(radius: deviation).mappingSamples([(0..<256).map { UInt8(min(255, $0 * 4)) }])
  }
}

extension Video {
  /// The film with a caption in every frame.
  public func captioned(
    _ text: String, style: TextStyle = TextStyle(), place: TextPlace = .bottom
  ) throws -> Video {
    let caption = try Image.text(text, style: style, wrapWidth: width)
    let origin = caption.origin(in: width, height, place)
    return converted(toChannelCount: max(3, channelCount))
      .overlaid(with: caption, x: origin.x, y: origin.y)
  }
}
