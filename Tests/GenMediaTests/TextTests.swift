import GenMedia
import Testing

@Suite struct `Text and sheets` {
  /// The bounding box of the pixels that `isInk` picks; nil without any.
  private func box(
    _ picture: Image, _ isInk: (Int, Int) -> Bool
  ) -> (left: Int, top: Int, right: Int, bottom: Int)? {
    var found: (left: Int, top: Int, right: Int, bottom: Int)?
    for row in 0..<picture.height {
      for column in 0..<picture.width where isInk(column, row) {
        let old = found ?? (column, row, column, row)
        found = (
          min(old.left, column), min(old.top, row), max(old.right, column), max(old.bottom, row)
        )
      }
    }
    return found
  }

  @Test func `letters have the colour asked for and the size asked for`() throws {
    let style = TextStyle(size: 40, color: Color(255, 0, 0), outline: nil)
    let text = try Image.text("H", style: style)
    #expect(text.channelCount == 4)
    let ink = try #require(box(text) { text[$0, $1, 3] > 128 })
    let height = ink.bottom - ink.top + 1
    // Capitals of common faces are 0.65 to 0.75 of the em.
    #expect((25...31).contains(height), "\(height)")
    for row in 0..<text.height {
      for column in 0..<text.width where text[column, row, 3] > 0 {
        #expect((0..<3).map { text[column, row, $0] } == [255, 0, 0])
      }
    }
  }

  @Test func `longer lines are wider and more lines are higher`() throws {
    let one = try Image.text("ship")
    let longer = try Image.text("ship at sea")
    let two = try Image.text("ship\nat sea")
    #expect(longer.width > one.width)
    #expect(two.height > one.height && two.width < longer.width)
    let wrapped = try Image.text("a ship on the sea at sunset", wrapWidth: 120)
    #expect(wrapped.width <= 120 && wrapped.height > two.height)
  }

  @Test func `a caption stands at the foot, in the middle, and nowhere else`() throws {
    let ground = Image(width: 200, height: 100, filledWith: [0, 0, 255])
    let style = TextStyle(size: 20)
    let picture = try ground.captioned("boat", style: style)
    let ink = try #require(box(picture) { picture[$0, $1, 0] > 200 })
    #expect(ink.top > 60)
    #expect(abs((ink.left + ink.right) / 2 - 100) <= 3)
    let above = try ground.captioned("boat", style: style, place: .top)
    let high = try #require(box(above) { above[$0, $1, 0] > 200 })
    #expect(high.bottom < 40)
    let film = try Video(ground).captioned("boat", style: style)
    #expect(try film.frame(at: 0) == picture)
  }

  @Test func `text without letters, strange letters and strange sizes do not trap`() throws {
    for text in ["", " ", "\n\n", "\u{0}\u{7}", "日本語 🙂 مرحبا", String(repeating: "W", count: 3000)]
    {
      let picture = try Image.text(text, style: TextStyle(size: 10), wrapWidth: 50)
      #expect(picture.width >= 1)
      _ = try Image(width: 20, height: 20).captioned(text)
    }
    for size in [0, 3, 1001, .nan, .infinity] as [Double] {
      #expect(throws: MediaError.self) { try Image.text("a", style: TextStyle(size: size)) }
    }
    #expect(throws: MediaError.self) {
      try Image.text("a", style: TextStyle(font: "/etc/passwd"))
    }
    #expect(throws: MediaError.self) { try Image.text(String(repeating: "W", count: 30_000)) }
  }

  @Test func `a sheet holds every picture in its place`() throws {
    let pictures = (0..<5).map { Image(width: 10, height: 8, filledWith: [UInt8(50 * $0), 1, 2]) }
    let sheet = try Image.sheet(of: pictures, columns: 3, gap: 2, background: .white)
    #expect(sheet.width == 3 * 12 + 2 && sheet.height == 2 * 10 + 2)
    for (index, picture) in pictures.enumerated() {
      let part = try sheet.cropped(
        x: 2 + index % 3 * 12, y: 2 + index / 3 * 10, width: 10, height: 8)
      #expect(part == picture)
    }
    #expect(sheet[0, 0, 0] == 255 && sheet[37, 21, 1] == 255)
    let labelled = try Image.sheet(of: pictures, labels: ["a", "b"], columns: 3)
    #expect(labelled.height > sheet.height)
    #expect(throws: MediaError.self) { try Image.sheet(of: []) }
    #expect(throws: MediaError.self) { try Image.sheet(of: pictures, columns: 0) }
  }

  @Test func `a strip takes its frames evenly, first and last among them`() throws {
    let frames = (0..<24).map { Image(width: 4, height: 4, filledWith: [UInt8($0)]) }
    let film = try Video(frames: frames, rate: .film)
    #expect(try film.sampledFrames(4).map(\.index) == [0, 7, 15, 23])
    #expect(try film.sampledFrames(100).count == 24)
    #expect(try film.filmStrip(count: 6, gap: 1).width == 6 * 5 + 1)
    #expect(throws: MediaError.self) { try film.sampledFrames(0) }
  }
}
