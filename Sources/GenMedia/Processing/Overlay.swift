extension Image {
  /// The picture with another one laid over it at (`x`, `y`); what stands out is cut.
  ///
  /// - Input: `opacity` 0…1 scales the upper picture's alpha.
  /// - Output: this picture's size; RGB, or RGBA where this picture has alpha.
  /// - Source: Porter & Duff 1984, "over", on straight alpha.
  public func overlaid(with upper: Image, x: Int = 0, y: Int = 0, opacity: Double = 1) -> Image {
    let channels = hasAlpha ? 4 : max(channelCount, upper.channelCount == 1 ? 1 : 3)
    var result = converted(toChannelCount: channels)
    let front = upper.converted(toChannelCount: 4)
    let strength = opacity.isFinite ? Int((max(0, min(1, opacity)) * 255).rounded()) : 255
    let columns = Image.visible(upper.width, at: x, in: width)
    let rows = Image.visible(upper.height, at: y, in: height)
    guard strength > 0, !columns.isEmpty, !rows.isEmpty else { return result }
    let colors = min(channels, 3)
    result.pixels.withUnsafeMutableBufferPointer { target in
      front.pixels.withUnsafeBufferPointer { source in
        for row in rows {
          for column in columns {
            let from = (row * upper.width + column) * 4
            let to = ((row + y) * width + column + x) * channels
            let alpha = (Int(source[from + 3]) * strength + 127) / 255
            if alpha == 0 { continue }
            let behind = hasAlpha ? Int(target[to + 3]) : 255
            // Everything in 255 * 255ths until the division.
            let below = behind * (255 - alpha)
            let total = alpha * 255 + below
            for channel in 0..<colors {
              let sum =
                Int(source[from + channel]) * alpha * 255 + Int(target[to + channel]) * below
              target[to + channel] = UInt8((sum + total / 2) / total)
            }
            if hasAlpha { target[to + 3] = UInt8((total + 127) / 255) }
          }
        }
      }
    }
    return result
  }

  /// The indices of something `count` long, put at `offset`, that lie in 0..<limit.
  private static func visible(_ count: Int, at offset: Int, in limit: Int) -> Range<Int> {
    guard offset < limit, offset > -count else { return 0..<0 }
    return max(0, -offset)..<min(count, limit - offset)
  }
}

extension Video {
  /// The film with a picture laid over every frame at (`x`, `y`).
  public func overlaid(with upper: Image, x: Int = 0, y: Int = 0, opacity: Double = 1) -> Video {
    let channels = hasAlpha ? 4 : max(channelCount, upper.channelCount == 1 ? 1 : 3)
    return mapFrames(channelCount: channels) { frame, _ in
      frame.overlaid(with: upper, x: x, y: y, opacity: opacity)
    }
  }

  /// The film with another one laid over it from its start, at this one's rate; its last frame
  /// stays when it is shorter.
  public func overlaid(with upper: Video, x: Int = 0, y: Int = 0, opacity: Double = 1) -> Video {
    let channels = hasAlpha ? 4 : max(channelCount, upper.channelCount == 1 ? 1 : 3)
    let (lower, front) = (self, upper.resampled(to: rate))
    return Video(
      width: width, height: height, channelCount: channels, rate: rate, frameCount: frameCount
    ) {
      var frames = try lower.makeFrames()
      var fronts = try front.makeFrames()
      var current: Image?
      return ClosureFrames {
        guard let frame = try frames.next() else { return nil }
        if let next = try fronts.next() { current = next }
        guard let current else { return frame.converted(toChannelCount: channels) }
        return frame.overlaid(with: current, x: x, y: y, opacity: opacity)
      }
    }
  }

  public var hasAlpha: Bool { channelCount == 4 }
}
