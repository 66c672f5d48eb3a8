import GenMedia
import Testing

@Suite struct DifferenceTests {
  @Test func `a picture does not differ from itself`() throws {
    let picture = Image.noise(7, 5, seed: 1)
    let difference = try PixelDifference(picture, picture)
    #expect(difference.isNone && difference.largest == 0 && difference.mean == 0)
    #expect(difference.pixelCount == 35)
    #expect(difference.signalToNoise == nil)
  }

  @Test func `pixels, largest step, mean and noise are counted over all samples`() throws {
    let first = Image(width: 4, height: 1, filledWith: [10, 20, 30])
    var samples = first.pixels
    samples[0] = 13
    samples[1] = 16
    samples[11] = 31
    let second = try #require(Image(width: 4, height: 1, pixels: samples))
    let difference = try PixelDifference(first, second)
    #expect(difference.differingCount == 2 && difference.largest == 4)
    #expect(difference.mean == 8.0 / 12)
    #expect(abs(difference.rootMeanSquare - 1.471960) < 1e-5)
    // 10 log10(255² · 12 / (9 + 16 + 1))
    #expect(abs((difference.signalToNoise ?? 0) - 44.7730) < 1e-3)
  }

  @Test func `grey and colour are compared as colour`() throws {
    let grey = Image(width: 2, height: 2, filledWith: [7])
    #expect(try PixelDifference(grey, Image(width: 2, height: 2, filledWith: [7, 7, 7])).isNone)
  }

  @Test func `pictures of other sizes are refused`() {
    #expect(throws: MediaError.self) {
      try PixelDifference(Image(width: 2, height: 2), Image(width: 2, height: 3))
    }
  }

  @Test func `films are compared frame by frame as far as both go`() throws {
    let one = Image(width: 2, height: 2)
    let two = Image(width: 2, height: 2, filledWith: [9, 0, 0])
    let first = try Video(frames: [one, one, two], rate: .film)
    let second = try Video(frames: [one, two], rate: .film)
    #expect(try first.differences(from: second).map(\.differingCount) == [0, 4])
  }
}
