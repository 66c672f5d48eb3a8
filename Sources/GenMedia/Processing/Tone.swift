extension Image {
  /// The picture in one channel, brightness alone; one with alpha keeps four.
  public func grayscaled() -> Image {
    guard hasAlpha else { return converted(toChannelCount: 1) }
    return mappingPixels { pixels in
      for pixel in stride(from: 0, to: pixels.count, by: 4) {
        let luma = Image.luma(pixels[pixel], pixels[pixel + 1], pixels[pixel + 2])
        for channel in 0..<3 { pixels[pixel + channel] = luma }
      }
    }
  }

  /// The picture as if seen through glass of a colour: `amount` 0 clear, 1 the full colour.
  ///
  /// - Output: sample * (1 - amount * (1 - colour)), colour 0…1; RGB or RGBA.
  public func tinted(_ color: Color, amount: Double = 1) -> Image {
    let share = amount.isFinite ? max(0, min(1, amount)) : 0
    let glass = [color.red, color.green, color.blue].map { 1 - share * (1 - Double($0) / 255) }
    let tables = glass.map { pass in
      (0..<256).map { UInt8((Double($0) * pass).rounded()) }
    }
    return converted(toChannelCount: max(3, channelCount)).mappingSamples(tables)
  }

  /// The picture with film grain: noise of standard deviation `amount` (0…1 of white), the same on
  /// all colours of a pixel and the same for equal seeds.
  ///
  /// - Throws: ``MediaError/badArgument(_:)`` for amounts outside 0…1.
  public func grained(amount: Double, seed: UInt64) throws -> Image {
    try Image.checkGrain(amount)
    var random = SplitMix(seed: seed)
    // The sum of four uniform bytes, centred, has a standard deviation of 147.8.
    let scale = Float(amount) * 255 / 147.8
    return mappingPixels { pixels in
      for pixel in stride(from: 0, to: pixels.count, by: channelCount) {
        let bits = random.next()
        let sum = (bits & 255) + (bits >> 8 & 255) + (bits >> 16 & 255) + (bits >> 24 & 255)
        let noise = (Float(sum) - 510) * scale
        for place in pixel..<pixel + min(channelCount, 3) {
          pixels[place] = UInt8(clampedSample: Float(pixels[place]) + noise)
        }
      }
    }
  }

  fileprivate static func checkGrain(_ amount: Double) throws {
    guard amount.isFinite, (0...1).contains(amount) else {
      throw MediaError.badArgument("grain cannot have a strength of \(amount) (0...1)")
    }
  }
}

extension Video {
  /// The film in brightness alone.
  public func grayscaled() -> Video {
    mapFrames(channelCount: hasAlpha ? 4 : 1) { frame, _ in frame.grayscaled() }
  }

  /// The film as if seen through glass of a colour.
  public func tinted(_ color: Color, amount: Double = 1) -> Video {
    mapFrames(channelCount: max(3, channelCount)) { frame, _ in
      frame.tinted(color, amount: amount)
    }
  }

  /// The film with grain that differs from frame to frame and is the same for equal seeds.
  public func grained(amount: Double, seed: UInt64) throws -> Video {
    try Image.checkGrain(amount)
    return mapFrames { frame, index in
      var random = SplitMix(seed: seed &+ UInt64(index))
      return try frame.grained(amount: amount, seed: random.next())
    }
  }
}
