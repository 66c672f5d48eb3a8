/// A sheet of pictures or films with captions on its axes: the first runs across, the others down.
///
/// A single axis wraps into rows, with a caption under each picture. Small pictures are enlarged
/// a whole number of times, so that captions fit.
public struct GridSheet: Sendable {
  public struct Axis: Sendable {
    let name: String
    let labels: [String]
    public init(name: String, labels: [String]) { (self.name, self.labels) = (name, labels) }
  }

  private static let gap = 4
  private static let smallestCell = 112

  /// The captions, with room for the pictures.
  private let page: Image
  private let corners: [(x: Int, y: Int)]
  private let cell: (width: Int, height: Int)
  private let factor: Int

  /// - Parameter size: of the largest picture, in pixels.
  /// - Throws: ``MediaError`` when the sheet would be too large, or without a font.
  public init(axes: [Axis], size: (width: Int, height: Int)) throws {
    factor = max(1, (Self.smallestCell + size.width - 1) / max(1, size.width))
    cell = (size.width * factor, size.height * factor)
    let count = axes.reduce(1) { $0 * $1.labels.count }
    let captions = try Captions(axes, cell: cell, count: count)
    let pitch = (x: cell.width + Self.gap, y: cell.height + captions.under + Self.gap)
    let (left, top) = (Self.gap + captions.left, Self.gap + captions.top)
    let columns = captions.columns
    let rows = (count + columns - 1) / columns
    let (width, height) = (left + columns * pitch.x, top + rows * pitch.y)
    try Image.checkSize(width: width, height: height)
    corners = (0..<count).map { (left + $0 % columns * pitch.x, top + $0 / columns * pitch.y) }
    var page = Image(
      width: width, height: height, filledWith: Color(24, 24, 24).samples(channelCount: 3))
    for (column, tag) in captions.across.enumerated() {
      let x = left + column * pitch.x + (cell.width - tag.width) / 2
      page.paste(tag, x: x, y: top - Self.gap - tag.height)
    }
    for (row, tag) in captions.down.enumerated() {
      let x = left - Self.gap - tag.width
      page.paste(tag, x: x, y: top + row * pitch.y + (cell.height - tag.height) / 2)
    }
    for (tag, corner) in zip(captions.below, corners) {
      page.paste(tag, x: corner.x + (cell.width - tag.width) / 2, y: corner.y + cell.height)
    }
    self.page = page
  }

  /// The sheet of as many pictures as the grid has elements, in reading order.
  public func picture(of pictures: [Image]) throws -> Image {
    var sheet = page
    for (picture, corner) in zip(pictures, corners) {
      let shown =
        factor == 1
        ? picture
        : try picture.resized(width: picture.width * factor, height: picture.height * factor)
      sheet.paste(
        shown, x: corner.x + (cell.width - shown.width) / 2,
        y: corner.y + (cell.height - shown.height) / 2)
    }
    return sheet
  }

  /// The sheet as a film, as long as the longest one; those that end stay on their last frame.
  public func film(of films: [Video]) throws -> Video {
    guard let first = films.first else { throw MediaError.badArgument("a grid without a film") }
    let parts = films.map { $0.resampled(to: first.rate) }
    let counts = parts.compactMap(\.frameCount)
    return Video(
      width: page.width, height: page.height, rate: first.rate,
      frameCount: counts.count == parts.count ? counts.max() : nil
    ) {
      var sources = try parts.map { try $0.makeFrames() }
      var shown: [Image?] = parts.map { _ in nil }
      return ClosureFrames {
        var isOver = true
        for index in sources.indices {
          guard let frame = try sources[index].next() else { continue }
          shown[index] = frame
          isOver = false
        }
        return isOver ? nil : try picture(of: shown.compactMap { $0 })
      }
    }
  }
}

/// What is written around and under the pictures.
private struct Captions {
  var across: [Image] = []
  var down: [Image] = []
  var below: [Image] = []
  let columns: Int

  var top: Int { across.map(\.height).max().map { $0 + 4 } ?? 0 }
  var left: Int { down.map(\.width).max().map { $0 + 4 } ?? 0 }
  var under: Int { below.map(\.height).max() ?? 0 }

  init(_ axes: [GridSheet.Axis], cell: (width: Int, height: Int), count: Int) throws {
    let style = TextStyle(size: max(11, min(18, Double(cell.width) / 9)), outline: nil)
    func tags(_ labels: [String]) throws -> [Image] {
      try labels.map { label in
        let short = label.count > 60 ? label.prefix(59) + "…" : label[...]
        return try Image.text(String(short), style: style, wrapWidth: cell.width)
      }
    }
    guard let first = axes.first, axes.count > 1 else {
      columns = count <= 8 ? max(1, count) : Image.squareColumns(count)
      below = try tags(axes.first?.captions ?? [])
      return
    }
    columns = first.labels.count
    across = try tags(first.captions)
    let lines = axes.dropFirst().reduce([""]) { above, axis in
      axis.captions.flatMap { caption in above.map { $0.isEmpty ? caption : $0 + "\n" + caption } }
    }
    down = try tags(lines)
  }
}

extension GridSheet.Axis {
  fileprivate var captions: [String] { labels.map { "\(name) \($0)" } }
}
