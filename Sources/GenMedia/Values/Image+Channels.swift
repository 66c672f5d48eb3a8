extension Image {
  /// The same picture with 1, 3 or 4 channels; alpha that is dropped is blended over `background`.
  ///
  /// - Departs: grey is luma, 0.2126 R + 0.7152 G + 0.0722 B of the sRGB samples, in 1/65536.
  public func converted(toChannelCount count: Int, over background: Color = .black) -> Image {
    guard count != channelCount, [1, 3, 4].contains(count) else { return self }
    if hasAlpha { return flattened(over: background).converted(toChannelCount: count) }
    return Image(width: width, height: height, channelCount: count) { target in
      pixels.withUnsafeBufferPointer { source in
        for pixel in 0..<pixelCount {
          let from = pixel * channelCount
          let to = pixel * count
          if count == 1 {
            target[to] = Image.luma(source[from], source[from + 1], source[from + 2])
          } else {
            for channel in 0..<3 {
              target[to + channel] = source[channelCount == 1 ? from : from + channel]
            }
            if count == 4 { target[to + 3] = 255 }
          }
        }
      }
    }
  }

  /// The picture without alpha, as it looks in front of `background`.
  public func flattened(over background: Color) -> Image {
    guard hasAlpha else { return self }
    let behind = [background.red, background.green, background.blue].map(Int.init)
    return Image(width: width, height: height, channelCount: 3) { target in
      pixels.withUnsafeBufferPointer { source in
        for pixel in 0..<pixelCount {
          let alpha = Int(source[pixel * 4 + 3])
          for channel in 0..<3 {
            let front = Int(source[pixel * 4 + channel])
            let sum = front * alpha + behind[channel] * (255 - alpha)
            target[pixel * 3 + channel] = UInt8((sum + 127) / 255)
          }
        }
      }
    }
  }

  @inline(__always)
  static func luma(_ red: UInt8, _ green: UInt8, _ blue: UInt8) -> UInt8 {
    let sum: UInt32 = UInt32(red) &* 13933 &+ UInt32(green) &* 46871 &+ UInt32(blue) &* 4732
    return UInt8(truncatingIfNeeded: (sum &+ 32768) >> 16)
  }
}
