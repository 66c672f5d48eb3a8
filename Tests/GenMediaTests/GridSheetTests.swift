import GenMedia
import Testing

private func plain(_ level: UInt8) -> Image {
  Image(width: 112, height: 40, filledWith: [level, level, level])
}

private let axes = [
  GridSheet.Axis(name: "seed", labels: ["1", "2", "3"]),
  GridSheet.Axis(name: "guidance", labels: ["3", "5"]),
]

/// Where a picture of one red first stands, as the number of its sample; letters are grey.
private func place(of level: UInt8, in page: Image) -> Int? {
  stride(from: 0, to: page.pixels.count, by: 3).first {
    page.pixels[$0] == level && page.pixels[$0 + 1] == 0
  }
}

@Test func `the first axis runs across and the second down`() throws {
  let sheet = try GridSheet(axes: axes, size: (112, 40))
  let levels: [UInt8] = [210, 211, 212, 213, 214, 215]
  let page = try sheet.picture(
    of: levels.map { Image(width: 112, height: 40, filledWith: [$0, 0, 0]) })
  #expect(page.width > 3 * 112 + 40 && page.width < 3 * 112 + 140)
  #expect(page.height > 2 * 40 && page.height < 2 * 40 + 60)
  let places = try levels.map { try #require(place(of: $0, in: page)) }
  #expect(places == places.sorted())
  #expect(places[2] - places[0] == 2 * 116 * 3)
  #expect(places[3] - places[0] == 44 * page.width * 3)
}

@Test func `one long axis wraps with a caption under each picture`() throws {
  let labels = (1...12).map { "\($0)" }
  let sheet = try GridSheet(axes: [.init(name: "seed", labels: labels)], size: (112, 40))
  let page = try sheet.picture(of: labels.map { _ in plain(9) })
  #expect(page.width == 4 + 4 * 116)
  #expect(page.height > 3 * 44 && page.height < 3 * 80)
}

@Test func `small pictures are enlarged a whole number of times`() throws {
  let sheet = try GridSheet(axes: [.init(name: "seed", labels: ["1"])], size: (64, 64))
  let page = try sheet.picture(of: [Image(width: 64, height: 64, filledWith: [9, 9, 9])])
  #expect(page.width == 4 + 128 + 4)
}

@Test func `films play together and the shorter one stays on its last frame`() throws {
  let short = try Video(frames: [plain(200)], rate: .film)
  let long = try Video(frames: [plain(210), plain(211), plain(212)], rate: .film)
  let sheet = try GridSheet(axes: [.init(name: "seed", labels: ["1", "2"])], size: (112, 40))
  let film = try sheet.film(of: [short, long])
  let frames = try film.collected()
  #expect(film.frameCount == 3 && frames.count == 3)
  #expect(frames.allSatisfy { $0.pixels.contains(200) })
  #expect(frames[2].pixels.contains(212) && !frames[2].pixels.contains(210))
}

@Test func `a sheet beyond the size limit is an error`() {
  let labels = (1...256).map { "\($0)" }
  #expect(throws: MediaError.self) {
    _ = try GridSheet(axes: [.init(name: "seed", labels: labels)], size: (16_000, 16_000))
  }
}
