extension Audio {
  /// The lowest and highest sample of each of `count` equal parts, over all channels.
  public func envelope(_ count: Int) -> [(low: Float, high: Float)] {
    let parts = max(1, count)
    return (0..<parts).map { part in
      let start = part * frameCount / parts
      let end = max(start + 1, (part + 1) * frameCount / parts)
      var range = (low: Float.infinity, high: -Float.infinity)
      for samples in channels {
        for sample in samples[start..<min(end, frameCount)] {
          range = (min(range.low, sample), max(range.high, sample))
        }
      }
      return range.low <= range.high ? range : (0, 0)
    }
  }

  /// The sound as a picture: time from left to right, full scale from edge to edge.
  public func waveform(
    width: Int, height: Int, color: Color = Color(74, 144, 196),
    background: Color = Color(24, 24, 24)
  ) throws -> Image {
    try Image.checkSize(width: width, height: height)
    let channelCount = background.alpha < 255 ? 4 : 3
    let ground = background.samples(channelCount: channelCount)
    let line = color.samples(channelCount: channelCount)
    var picture = Image(width: width, height: height, filledWith: ground)
    let middle = Float(height - 1) / 2
    for (column, range) in envelope(width).enumerated() {
      let top = Int((middle - min(1, range.high) * middle).rounded())
      let bottom = Int((middle - max(-1, range.low) * middle).rounded())
      for row in max(0, min(top, bottom))...min(height - 1, max(top, bottom)) {
        picture.set(column: column, row: row, to: line)
      }
    }
    return picture
  }
}

extension Image {
  /// Rewrites one pixel that is inside of the picture.
  mutating func set(column: Int, row: Int, to samples: [UInt8]) {
    let place = (row * width + column) * channelCount
    for channel in 0..<channelCount { pixels[place + channel] = samples[channel] }
  }
}
