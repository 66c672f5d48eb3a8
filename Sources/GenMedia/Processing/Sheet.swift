extension Image {
  /// Pictures side by side in rows, each in a cell of the same size, with a label under each.
  ///
  /// - Parameter labels: as many as pictures, or none.
  /// - Parameter gap: pixels between cells and around them.
  public static func sheet(
    of pictures: [Image], labels: [String] = [], columns: Int? = nil, gap: Int = 4,
    background: Color = Color(24, 24, 24)
  ) throws -> Image {
    guard let first = pictures.first else {
      throw MediaError.badArgument("a sheet needs at least one picture")
    }
    guard columns.map({ (1...10_000).contains($0) }) ?? true, (0...1000).contains(gap) else {
      throw MediaError.badArgument(
        "a sheet cannot have \(columns ?? 0) columns with gaps of \(gap) pixels")
    }
    let across = min(columns ?? squareColumns(pictures.count), pictures.count)
    let down = (pictures.count + across - 1) / across
    let cell = pictures.reduce((width: first.width, height: first.height)) {
      (max($0.width, $1.width), max($0.height, $1.height))
    }
    let style = TextStyle(size: max(9, min(18, Double(cell.width) / 8)), outline: nil)
    let tags = try labels.prefix(pictures.count).map { label in
      try label.isEmpty ? nil : text(label, style: style, wrapWidth: cell.width)
    }
    let tagHeight = tags.compactMap { $0?.height }.max() ?? 0
    let pitch = (x: cell.width + gap, y: cell.height + tagHeight + gap)
    try checkSize(width: across * pitch.x + gap, height: down * pitch.y + gap)
    var sheet = Image(
      width: across * pitch.x + gap, height: down * pitch.y + gap,
      filledWith: background.samples(channelCount: 3))
    for (index, picture) in pictures.enumerated() {
      let left = gap + index % across * pitch.x
      let top = gap + index / across * pitch.y
      sheet.paste(
        picture, x: left + (cell.width - picture.width) / 2,
        y: top + (cell.height - picture.height) / 2)
      if index < tags.count, let tag = tags[index] {
        sheet.paste(tag, x: left + (cell.width - tag.width) / 2, y: top + cell.height)
      }
    }
    return sheet
  }

  static func squareColumns(_ count: Int) -> Int {
    var columns = 1
    while columns * columns < count { columns += 1 }
    return columns
  }

  /// Lays a picture that fits over this one, in place.
  mutating func paste(_ picture: Image, x: Int, y: Int) {
    let left = max(0, x)
    let top = max(0, y)
    guard
      let under = try? cropped(
        x: left, y: top, width: min(picture.width, width - left),
        height: min(picture.height, height - top))
    else { return }
    let laid = under.overlaid(with: picture, x: x - left, y: y - top)
    let count = laid.width * channelCount
    for row in 0..<laid.height {
      let to = ((top + row) * width + left) * channelCount
      pixels.replaceSubrange(to..<to + count, with: laid.pixels[row * count..<(row + 1) * count])
    }
  }
}

extension Video {
  /// `count` frames evenly over the film, first and last among them, with their indices.
  public func sampledFrames(_ count: Int) throws -> [(index: Int, frame: Image)] {
    let total = try countedFrames()
    guard count >= 1, total >= 1 else {
      throw MediaError.badArgument("\(count) frames cannot be taken from a film of \(total)")
    }
    let kept = min(count, total)
    let wanted = (0..<kept).map { kept == 1 ? 0 : $0 * (total - 1) / (kept - 1) }
    var frames = try makeFrames()
    var taken: [(index: Int, frame: Image)] = []
    var index = 0
    while taken.count < wanted.count, let frame = try frames.next() {
      if index == wanted[taken.count] { taken.append((index, frame)) }
      index += 1
    }
    return taken
  }

  /// A sheet of up to `count` frames of the film, each labelled with its second.
  public func sheet(count: Int = 16, columns: Int? = nil, isLabelled: Bool = true) throws -> Image {
    let taken = try sampledFrames(count)
    let labels = taken.map { sample in
      let hundredths = Int((Double(sample.index) * rate.frameDuration * 100).rounded())
      let rest = String(hundredths % 100 + 100).dropFirst()
      return "\(hundredths / 100).\(rest) s"
    }
    return try Image.sheet(
      of: taken.map(\.frame), labels: isLabelled ? labels : [], columns: columns)
  }

  /// Up to `count` frames of the film in one row, without labels.
  public func filmStrip(count: Int = 8, gap: Int = 2) throws -> Image {
    try Image.sheet(
      of: sampledFrames(count).map(\.frame), columns: max(1, count), gap: gap, background: .black)
  }
}
