extension Image {
  /// The rectangle whose top left pixel is (`x`, `y`).
  ///
  /// - Throws: ``MediaError/badArgument(_:)`` when it does not lie inside the picture.
  public func cropped(x: Int, y: Int, width: Int, height: Int) throws -> Image {
    try Image.checkCrop(of: self.width, self.height, x: x, y: y, width: width, height: height)
    let count = width * channelCount
    return Image(width: width, height: height, channelCount: channelCount) { target in
      for row in 0..<height {
        let start = ((y + row) * self.width + x) * channelCount
        for index in 0..<count { target[row * count + index] = pixels[start + index] }
      }
    }
  }

  /// The picture with a border of one colour, in pixels on each side.
  public func padded(
    left: Int = 0, top: Int = 0, right: Int = 0, bottom: Int = 0, color: Color = .black
  ) throws -> Image {
    let size = try Image.paddedSize(width, height, left, top, right, bottom)
    let channels = color.alpha < 255 ? 4 : channelCount
    let source = channels == channelCount ? self : converted(toChannelCount: channels)
    // A colour needs a picture with colour.
    guard channels != 1 || color.isGrey else {
      return try converted(toChannelCount: 3).padded(
        left: left, top: top, right: right, bottom: bottom, color: color)
    }
    var result = Image(
      width: size.width, height: size.height, filledWith: color.samples(channelCount: channels))
    let count = width * channels
    for row in 0..<height {
      let to = ((top + row) * size.width + left) * channels
      let from = row * count
      result.pixels.replaceSubrange(to..<to + count, with: source.pixels[from..<from + count])
    }
    return result
  }

  fileprivate static func checkCrop(
    of fullWidth: Int, _ fullHeight: Int, x: Int, y: Int, width: Int, height: Int
  ) throws {
    guard x >= 0, y >= 0, width > 0, height > 0, x <= fullWidth - width, y <= fullHeight - height
    else {
      throw MediaError.badArgument(
        "a crop of \(width)x\(height) at (\(x), \(y)) does not lie inside a picture of "
          + "\(fullWidth)x\(fullHeight)")
    }
  }

  fileprivate static func paddedSize(
    _ width: Int, _ height: Int, _ left: Int, _ top: Int, _ right: Int, _ bottom: Int
  ) throws -> (width: Int, height: Int) {
    let sides = [left, top, right, bottom]
    guard sides.allSatisfy({ (0...maximumPixelCount).contains($0) }) else {
      throw MediaError.badArgument("a border of \(sides) pixels cannot be added")
    }
    let size = (width: width + left + right, height: height + top + bottom)
    try checkSize(width: size.width, height: size.height)
    return size
  }
}

extension Video {
  /// The same rectangle of every frame.
  public func cropped(x: Int, y: Int, width: Int, height: Int) throws -> Video {
    try Image.checkCrop(of: self.width, self.height, x: x, y: y, width: width, height: height)
    return mapFrames(width: width, height: height) { frame, _ in
      try frame.cropped(x: x, y: y, width: width, height: height)
    }
  }

  /// The film with a border of one colour, in pixels on each side.
  public func padded(
    left: Int = 0, top: Int = 0, right: Int = 0, bottom: Int = 0, color: Color = .black
  ) throws -> Video {
    let size = try Image.paddedSize(width, height, left, top, right, bottom)
    let channels = color.alpha < 255 ? 4 : channelCount == 1 && !color.isGrey ? 3 : channelCount
    return mapFrames(width: size.width, height: size.height, channelCount: channels) { frame, _ in
      try frame.padded(left: left, top: top, right: right, bottom: bottom, color: color)
    }
  }
}

extension Color {
  var isGrey: Bool { red == green && green == blue }
}
