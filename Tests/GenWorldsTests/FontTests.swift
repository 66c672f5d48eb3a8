import GenMedia
import Testing

@testable import GenWorlds

struct FontTests {
  @Test(arguments: TinyFont.all)
  func `every form of map, index and picture is read`(tiny: TinyFont) throws {
    let font = try #require(EmojiFont(bytes: tiny.bytes))
    let first = try #require(font.picture(of: 0x41))
    #expect(first.width == 3 && first.height == 2 && first.channelCount == 4)
    #expect(Array(first.pixels.prefix(8)) == [255, 0, 0, 255, 255, 64, 0, 128])
    #expect(font.picture(of: 0x42) == first)
    for unknown in [0x40, 0x43, 0, -1, 0x10FFFF] { #expect(font.picture(of: unknown) == nil) }
  }

  @Test(arguments: TinyFont.all)
  func `a font with any byte damaged gives a whole picture or none`(tiny: TinyFont) {
    let bytes = tiny.bytes
    var (whole, none) = (0, 0)
    for place in bytes.indices {
      for value in [0, 0x7F, 0xFF, bytes[place] ^ 1] as [UInt8] {
        var damaged = bytes
        damaged[place] = value
        for codePoint in [0x41, 0x42] {
          let picture = EmojiFont(bytes: damaged)?.picture(of: codePoint)
          if picture == nil { none += 1 } else { whole += 1 }
          #expect(picture.map { $0.width <= 1024 && $0.height <= 1024 } ?? true)
        }
      }
    }
    #expect(whole > 0 && none > 0)
  }

  @Test(arguments: TinyFont.all)
  func `a font cut off anywhere loses its last picture`(tiny: TinyFont) {
    let bytes = tiny.bytes
    for count in 0..<bytes.count {
      #expect(EmojiFont(bytes: Array(bytes.prefix(count)))?.picture(of: 0x42) == nil)
    }
  }

  @Test func `random damage of many bytes never crashes`() {
    let fonts = TinyFont.all.map(\.bytes)
    var (whole, none) = (0, 0)
    for seed in 0..<3000 as Range<UInt64> {
      var random = RandomSource(seed: 77, index: seed)
      var damaged = random.pick(fonts, otherwise: [])
      for _ in 0..<(1 + random.index(below: 12)) {
        damaged[random.index(below: damaged.count)] = UInt8(truncatingIfNeeded: random.next())
      }
      if EmojiFont(bytes: damaged)?.picture(of: 0x41) == nil { none += 1 } else { whole += 1 }
    }
    #expect(whole > 0 && none > 0)
  }

  @Test func `short and random bytes are no font`() {
    for length in [0, 1, 4, 11, 12, 13, 40, 300] {
      for seed in 0..<40 as Range<UInt64> {
        var random = RandomSource(seed: seed, index: UInt64(length))
        let bytes = (0..<length).map { _ in UInt8(truncatingIfNeeded: random.next()) }
        #expect(EmojiFont(bytes: bytes) == nil)
      }
    }
  }

  @Test func `bytes that are no PNG give nil`() {
    #expect(PngReader.picture(from: []) == nil)
    #expect(PngReader.picture(from: Array("\u{89}PNG".utf8)) == nil)
    #expect(PngReader.picture(from: TinyFont.png)?.width == 3)
  }

  @Test(.enabled(if: Support.hasFont, "the package fonts-noto-color-emoji is not installed"))
  func `the installed font has a picture for every subject`() throws {
    let font = try #require(EmojiFont(bytes: try Support.fontBytes.get()))
    for subject in try Support.lexicon.get().subjects {
      guard let codePoint = subject.codePoint else { continue }
      let picture = try #require(font.picture(of: codePoint), "\(subject.name)")
      #expect(picture.width == 136 && picture.height == 128, "\(subject.name)")
    }
  }
}
