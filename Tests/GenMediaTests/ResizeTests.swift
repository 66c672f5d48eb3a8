import GenMedia
import Testing

#if canImport(Glibc)
  import Glibc
#endif

/// Resampling as the formula says: one weight for each pair of a new and an old pixel, in doubles.
private struct PlainResize {
  let filter: ResizeFilter

  func weights(from source: Int, to target: Int, at index: Int) -> [Double] {
    let step = Double(source) / Double(target)
    let center = (Double(index) + 0.5) * step
    let spread = max(1, step)
    let raw = (0..<source).map { place -> Double in
      let middle = Double(place) + 0.5
      switch filter {
      case .nearest: return Int(center) == place ? 1 : 0
      case .area:
        return max(
          0, min(middle + 0.5, center + spread / 2) - max(middle - 0.5, center - spread / 2))
      case .bilinear: return max(0, 1 - abs(middle - center) / spread)
      case .lanczos:
        let x = abs(middle - center) / spread
        if x >= 3 { return 0 }
        return x < 1e-9 ? 1 : 3 * sin(.pi * x) * sin(.pi * x / 3) / (.pi * .pi * x * x)
      }
    }
    let sum = raw.reduce(0, +)
    return raw.map { $0 / sum }
  }

  func run(_ picture: Image, _ width: Int, _ height: Int) -> [Double] {
    let channels = picture.channelCount
    var result: [Double] = []
    for row in 0..<height {
      let down = weights(from: picture.height, to: height, at: row)
      for column in 0..<width {
        let across = weights(from: picture.width, to: width, at: column)
        var sums = [Double](repeating: 0, count: channels)
        for (y, vertical) in down.enumerated() where vertical != 0 {
          for (x, horizontal) in across.enumerated() where horizontal != 0 {
            let alpha = channels == 4 ? Double(picture[x, y, 3]) / 255 : 1
            for channel in 0..<channels {
              let sample = Double(picture[x, y, channel]) * (channel < 3 ? alpha : 1)
              sums[channel] += vertical * horizontal * sample
            }
          }
        }
        if channels == 4 {
          for channel in 0..<3 { sums[channel] *= sums[3] > 0.5 ? 255 / sums[3] : 0 }
        }
        result += sums.map { max(0, min(255, $0)) }
      }
    }
    return result
  }
}

@Suite struct `Resizing` {
  @Test(arguments: ResizeFilter.allCases, [1, 3, 4])
  func `every sample is what the formula says`(filter: ResizeFilter, channels: Int) throws {
    let sizes = [(13, 9, 7, 5), (7, 5, 19, 11), (16, 16, 4, 8), (1, 3, 5, 1), (30, 2, 3, 2)]
    for (index, (width, height, newWidth, newHeight)) in sizes.enumerated() {
      let picture = Image.noise(width, height, channelCount: channels, seed: UInt64(index + 1))
      let result = try picture.resized(width: newWidth, height: newHeight, filter: filter)
      let expected = PlainResize(filter: filter).run(picture, newWidth, newHeight)
      #expect(result.pixels.count == expected.count)
      for (place, pair) in zip(result.pixels, expected).enumerated() {
        // What is altogether clear may have any colour.
        if channels == 4, expected[place | 3] == 0 { continue }
        #expect(
          abs(Double(pair.0) - pair.1) <= 0.51,
          "\(width)x\(height) to \(newWidth)x\(newHeight), sample \(place)")
      }
    }
  }

  @Test(arguments: ResizeFilter.allCases)
  func `one colour stays one colour`(filter: ResizeFilter) throws {
    let picture = Image(width: 37, height: 23, filledWith: [200, 3, 77])
    for (width, height) in [(5, 5), (100, 61), (37, 1)] {
      let result = try picture.resized(width: width, height: height, filter: filter)
      #expect(result == Image(width: width, height: height, filledWith: [200, 3, 77]))
    }
  }

  @Test func `clear pixels lend no colour to their neighbours`() throws {
    let samples: [UInt8] = [255, 0, 0, 255, 0, 255, 0, 0]
    let picture = try #require(Image(width: 2, height: 1, channelCount: 4, pixels: samples))
    let result = try picture.resized(width: 1, height: 1, filter: .area)
    #expect(result.pixels == [255, 0, 0, 128])
  }

  @Test func `sizes without area or above the limit are refused`() throws {
    let picture = Image(width: 4, height: 4)
    for (width, height) in [(0, 4), (4, -1), (1 << 20, 1 << 20), (.max, .max)] {
      #expect(throws: MediaError.self) { try picture.resized(width: width, height: height) }
      #expect(throws: MediaError.self) { try Video(picture).resized(width: width, height: height) }
    }
  }
}
