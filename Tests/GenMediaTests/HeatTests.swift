import GenMedia
import Testing

@Test func `a map glows from black over red and yellow to white`() throws {
  let picture = Image(width: 4, height: 1, filledWith: [100, 50, 200])
  let map = try #require(Image(width: 4, height: 1, channelCount: 1, pixels: [0, 85, 170, 255]))
  let heated = try picture.heated(by: map)
  #expect(heated.pixels[0..<3] == [40, 20, 80])
  #expect(heated.pixels[3..<6] == [255, 13, 53])
  #expect(heated.pixels[6..<9] == [255, 255, 27])
  #expect(heated.pixels[9..<12] == [255, 255, 255])
}

@Test func `a map of another size is enlarged smoothly`() throws {
  let map = try #require(Image(width: 2, height: 1, channelCount: 1, pixels: [0, 255]))
  let heated = try Image(width: 16, height: 4, filledWith: [0]).heated(by: map)
  #expect((heated.width, heated.height, heated.channelCount) == (16, 4, 3))
  let reds = (0..<16).map { heated[$0, 2, 2] }
  #expect(zip(reds, reds.dropFirst()).allSatisfy { $0 <= $1 })
  #expect(reds.first == 0 && reds.last == 255)
}
