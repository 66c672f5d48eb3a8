extension Image {
  /// The picture, darkened, with a map over it in the colours of glowing iron: dark where the map is
  /// black, red, yellow, and white where it is white.
  ///
  /// - Parameter map: Of any size and channels; its brightness counts, smoothly enlarged.
  /// - Output: RGB of the picture's size: 0.4 * (1 - heat) * sample + 255 * glow(heat).
  /// - Throws: what ``resized(width:height:filter:)`` does.
  public func heated(by map: Image) throws -> Image {
    let heat = try map.grayscaled().converted(toChannelCount: 1)
      .resized(width: width, height: height, filter: .bilinear)
    return converted(toChannelCount: 3).mappingPixels { pixels in
      for (place, level) in heat.pixels.enumerated() {
        let share = Float(level) / 255
        for channel in 0..<3 {
          // Red comes first, green with the second third, blue with the last.
          let glow = min(max(3 * share - Float(channel), 0), 1)
          let below = 0.4 * (1 - share) * Float(pixels[place * 3 + channel])
          pixels[place * 3 + channel] = UInt8(clampedSample: below + 255 * glow)
        }
      }
    }
  }
}
