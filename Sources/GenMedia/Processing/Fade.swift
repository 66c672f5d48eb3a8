extension Video {
  /// The film coming out of a colour and going back into it, in seconds.
  ///
  /// The first frame of `fadeIn` and the last of `fadeOut` are the colour itself.
  public func faded(
    in fadeIn: Double = 0, out fadeOut: Double = 0, color: Color = .black
  ) throws -> Video {
    guard fadeIn.isFinite, fadeOut.isFinite, fadeIn >= 0, fadeOut >= 0 else {
      throw MediaError.badArgument("a fade cannot last \(fadeIn) s or \(fadeOut) s")
    }
    let lead = rate.frameCount(inSeconds: fadeIn)
    let tail = rate.frameCount(inSeconds: fadeOut)
    let count = tail > 0 ? try countedFrames() : 0
    return mapFrames { frame, index in
      var visible = 1.0
      if index < lead { visible = Double(index) / Double(lead) }
      if tail > 0, index >= count - tail {
        visible = min(visible, Double(count - 1 - index) / Double(tail))
      }
      return frame.blended(towards: color, by: 1 - max(0, visible))
    }
  }
}

extension Image {
  /// Every pixel moved towards `color`: 0 not at all, 1 altogether. Alpha stays.
  public func blended(towards color: Color, by amount: Double) -> Image {
    let share = amount.isFinite ? Int((max(0, min(1, amount)) * 65536).rounded()) : 0
    guard share > 0 else { return self }
    let goal = color.samples(channelCount: channelCount).map(Int.init)
    let tables = (0..<min(channelCount, 3)).map { channel in
      (0..<256).map { UInt8(($0 * (65536 - share) + goal[channel] * share + 32768) >> 16) }
    }
    return mappingSamples(tables)
  }

  /// Every sample looked up in its channel's table of 256; channels without one stay.
  func mappingSamples(_ tables: [[UInt8]]) -> Image {
    var result = self
    let channels = channelCount
    result.pixels.withUnsafeMutableBufferPointer { pixels in
      for (channel, table) in tables.enumerated() {
        table.withUnsafeBufferPointer { table in
          for place in stride(from: channel, to: pixels.count, by: channels) {
            pixels[place] = table[Int(pixels[place])]
          }
        }
      }
    }
    return result
  }
}
