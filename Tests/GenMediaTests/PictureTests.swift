import GenMedia
import Testing

#if canImport(Glibc)
  import Glibc
#endif

@Suite struct `Pictures` {
  @Test func `a crop takes its own pixels and no others`() throws {
    for channels in [1, 3, 4] {
      let picture = Image.noise(9, 7, channelCount: channels, seed: 3)
      let part = try picture.cropped(x: 2, y: 3, width: 5, height: 4)
      for row in 0..<4 {
        for column in 0..<5 {
          for channel in 0..<channels {
            #expect(part[column, row, channel] == picture[column + 2, row + 3, channel])
          }
        }
      }
    }
  }

  @Test func `a crop outside the picture is refused`() {
    let picture = Image(width: 8, height: 8)
    let places = [(-1, 0, 4, 4), (5, 0, 4, 4), (0, 0, 0, 4), (0, 0, 9, 8), (.max, 0, 1, 1)]
    for (x, y, width, height) in places {
      #expect(throws: MediaError.self) {
        try picture.cropped(x: x, y: y, width: width, height: height)
      }
    }
  }

  @Test func `padding keeps the picture and adds its colour`() throws {
    let picture = Image.noise(5, 4, seed: 9)
    let orange = Color(255, 165, 0)
    let padded = try picture.padded(left: 1, top: 2, right: 3, bottom: 4, color: orange)
    #expect(padded.width == 9 && padded.height == 10)
    #expect(try padded.cropped(x: 1, y: 2, width: 5, height: 4) == picture)
    #expect([padded[0, 0, 0], padded[0, 0, 1], padded[8, 9, 2]] == [255, 165, 0])
    #expect(try picture.padded(left: 2, color: .clear).channelCount == 4)
    #expect(throws: MediaError.self) { try picture.padded(left: -1) }
    #expect(throws: MediaError.self) { try picture.padded(left: .max) }
  }

  @Test func `laying over follows the formula at every sample`() throws {
    for (below, above) in [(3, 4), (4, 4), (1, 4), (3, 3), (4, 1), (1, 1)] {
      let lower = Image.noise(8, 6, channelCount: below, seed: 1)
      let upper = Image.noise(5, 5, channelCount: above, seed: 2)
      for (x, y) in [(0, 0), (-2, 3), (6, -4), (20, 0), (.min, .max)] {
        let result = lower.overlaid(with: upper, x: x, y: y, opacity: 0.6)
        check(result, lower, upper, x, y)
      }
    }
  }

  private func check(_ result: Image, _ lower: Image, _ upper: Image, _ x: Int, _ y: Int) {
    let base = lower.converted(toChannelCount: result.channelCount)
    let front = upper.converted(toChannelCount: 4)
    for row in 0..<result.height {
      for column in 0..<result.width {
        let (left, leftOverflow) = column.subtractingReportingOverflow(x)
        let (top, topOverflow) = row.subtractingReportingOverflow(y)
        let isInside =
          !leftOverflow && !topOverflow && (0..<front.width).contains(left)
          && (0..<front.height).contains(top)
        let alpha = isInside ? Double(front[left, top, 3]) / 255 * 0.6 : 0
        let behind = result.channelCount == 4 ? Double(base[column, row, 3]) / 255 : 1
        let total = alpha + behind * (1 - alpha)
        for channel in 0..<min(3, result.channelCount) {
          let sample = isInside ? Double(front[left, top, channel]) : 0
          let sum = sample * alpha + Double(base[column, row, channel]) * behind * (1 - alpha)
          let expected = total > 0 ? sum / total : Double(base[column, row, channel])
          let tolerance = total > 0 ? 1 + 0.7 / total / 2 : 255
          #expect(abs(Double(result[column, row, channel]) - expected) <= tolerance)
        }
        if result.channelCount == 4 {
          #expect(abs(Double(result[column, row, 3]) - total * 255) <= 1.01)
        }
      }
    }
  }

  @Test func `a blur is the Gaussian mean of the neighbours`() throws {
    let picture = Image.noise(11, 8, channelCount: 3, seed: 5)
    let blurred = try picture.blurred(radius: 1.3)
    for row in 0..<8 {
      for column in 0..<11 {
        for channel in 0..<3 {
          var (sum, weights) = (0.0, 0.0)
          for y in -4...4 {
            for x in -4...4 {
              let weight = exp(-Double(x * x + y * y) / (2 * 1.3 * 1.3))
              let (place, line) = (max(0, min(10, column + x)), max(0, min(7, row + y)))
              sum += weight * Double(picture[place, line, channel])
              weights += weight
            }
          }
          #expect(abs(Double(blurred[column, row, channel]) - sum / weights) <= 0.51)
        }
      }
    }
  }

  @Test func `blurring and sharpening leave flat colour alone and refuse odd strengths`() throws {
    let flat = Image(width: 9, height: 9, filledWith: [10, 200, 90])
    #expect(try flat.blurred(radius: 3) == flat)
    #expect(try flat.sharpened(amount: 2, radius: 2) == flat)
    for radius in [-1, 501, .nan, .infinity] as [Double] {
      #expect(throws: MediaError.self) { try flat.blurred(radius: radius) }
      #expect(throws: MediaError.self) { try flat.sharpened(amount: radius) }
    }
  }

  @Test func `sharpening adds what a blur takes away`() throws {
    let picture = Image.noise(9, 9, seed: 8)
    let soft = try picture.blurred(radius: 1)
    let sharp = try picture.sharpened(amount: 0.5, radius: 1)
    for place in picture.pixels.indices {
      let expected =
        Double(picture.pixels[place]) * 1.5 - Double(soft.pixels[place]) * 0.5
      #expect(abs(Double(sharp.pixels[place]) - max(0, min(255, expected))) <= 0.51)
    }
  }

  @Test func `a tint multiplies and grey weighs the colours`() throws {
    let picture = try #require(Image(width: 1, height: 1, pixels: [200, 100, 50]))
    #expect(picture.tinted(Color(255, 128, 0)).pixels == [200, 50, 0])
    #expect(picture.tinted(Color(0, 0, 0), amount: 0.5).pixels == [100, 50, 25])
    // 0.2126 * 200 + 0.7152 * 100 + 0.0722 * 50 = 117.65
    #expect(picture.grayscaled().pixels == [118])
    #expect(Image(width: 1, height: 1, filledWith: [1, 2, 3, 4]).grayscaled().channelCount == 4)
  }

  @Test func `grain is the same for equal seeds, and as strong as asked`() throws {
    let grey = Image(width: 128, height: 128, filledWith: [128, 128, 128])
    let first = try grey.grained(amount: 0.08, seed: 1)
    #expect(try first == grey.grained(amount: 0.08, seed: 1))
    #expect(try first != grey.grained(amount: 0.08, seed: 2))
    let deviation = first.difference(from: grey) / 255
    #expect((0.076...0.084).contains(deviation), "\(deviation)")
    #expect(throws: MediaError.self) { try grey.grained(amount: 1.5, seed: 0) }
  }

  @Test func `colours parse as CSS writes them`() {
    #expect(Color("#ff8000") == Color(255, 128, 0))
    #expect(Color("#F80") == Color(255, 136, 0))
    #expect(Color("#ff800080") == Color(255, 128, 0, alpha: 128))
    #expect(Color("Tomato") == Color(255, 99, 71))
    #expect(Color("#ff8000")?.description == "#ff8000")
    for wrong in ["", "#", "#ff80", "#gggggg", "reddish", "#ff8000ff0", "ff8000", "#ff 00 0"] {
      #expect(Color(wrong) == nil, "\(wrong)")
    }
  }

  @Test func `dropping alpha shows what stands behind`() throws {
    let samples: [UInt8] = [255, 0, 0, 128, 0, 255, 0, 0]
    let picture = try #require(Image(width: 2, height: 1, channelCount: 4, pixels: samples))
    #expect(
      picture.converted(toChannelCount: 3, over: .white).pixels == [255, 127, 127, 255, 255, 255])
    #expect(
      Image(width: 1, height: 1, filledWith: [7]).converted(toChannelCount: 4).pixels == [
        7, 7, 7, 255,
      ])
  }
}
