import Foundation
import GenMedia
import Testing

@testable import GenWorlds

struct MaterialsTests {
  @Test func `a missing font says which package to install`() throws {
    let error = #expect(throws: WorldError.self) {
      try World(directory: Support.directory, fontPath: "/nowhere/emoji.ttf")
    }
    #expect(error == .fontMissing(path: "/nowhere/emoji.ttf"))
    #expect("\(try #require(error))".contains("apt-get install fonts-noto-color-emoji"))
  }

  @Test func `a font without bitmaps is refused by name`() throws {
    let path = FileManager.default.temporaryDirectory
      .appendingPathComponent("gen-worlds-\(UUID().uuidString).ttf")
    defer { try? FileManager.default.removeItem(at: path) }
    try Data("not a font".utf8).write(to: path)
    let error = #expect(throws: WorldError.self) {
      try World(directory: Support.directory, fontPath: path.path)
    }
    #expect("\(try #require(error))".contains("cmap, CBLC, CBDT"))
  }

  @Test func `a missing table is named`() {
    #expect(throws: WorldError.tableMissing(path: "/nowhere/subjects.tsv")) {
      try World(directory: "/nowhere")
    }
  }

  @Test(arguments: [
    ("cat\t-\t1F431\t-\t-", "6 fields"), ("Cat\t-\t1F431\t-\t-\t-", "lower-case"),
    ("cat\t-\tzzz\t-\t-\t-", "code point"), ("cat\t-\t1F431\tup\t-\t-", "side"),
    ("cat\t-\t1F431\t-\tno\t-", "tint"), ("cat\t-\t1F431\t-\t-\tbed", "place"),
    ("cat\t-\t1F431\t-\t-\t-\ncat\t-\t1F436\t-\t-\t-", "twice"),
    ("star\t-\t2B50\t-\t-\t-", "shape"), ("cat\t\t1F431\t-\t-\t-\ndog\t,\t0\t-\t-\t-", "code"),
  ])
  func `a wrong line of the table is named with its reason`(table: String, reason: String) throws {
    let error = #expect(throws: WorldError.self) { try Lexicon(table: table, path: "t.tsv") }
    let message = "\(try #require(error))"
    #expect(message.hasPrefix("t.tsv:") && message.contains(reason), "\(message)")
  }

  @Test func `an empty table leaves the shapes`() throws {
    let lexicon = try Lexicon(table: "# nothing\n", path: "t.tsv")
    #expect(lexicon.subjects.count == Shape.allCases.count)
    var random = RandomSource(seed: 1, index: 1)
    let (scene, _) = lexicon.sampler.scene(&random, isStill: false)
    #expect(scene.actors[0].subject.shape != nil)
  }

  @Test func `words are runs of letters in lower case`() {
    #expect(
      Lexicon.words(of: "At sunset,  a BOAT—7 floats!") == ["at", "sunset", "a", "boat", "floats"])
    #expect(Lexicon.words(of: "") == [])
  }
}

@Suite(.enabled(if: Support.hasFont, "the package fonts-noto-color-emoji is not installed"))
struct FontTests {
  @Test func `the font gives the picture of a code point`() throws {
    let font = try #require(EmojiFont(bytes: try Support.fontBytes.get()))
    let cat = try #require(font.picture(of: 0x1F431))
    #expect(cat.width == 136 && cat.height == 128 && cat.channelCount == 4)
    #expect(font.picture(of: 0x1F431) != font.picture(of: 0x1F436))
    #expect(font.picture(of: 0x10FFFF) == nil)
    #expect(font.picture(of: -1) == nil)
  }

  /// The tables that lead to the pictures, few enough bytes to damage everywhere.
  @Test func `damaged fonts give no picture or another one, never a crash`() throws {
    let bytes = try Support.fontBytes.get()
    var pictureCount = 0
    for seed in 0..<400 as Range<UInt64> {
      var random = RandomSource(seed: 77, index: seed)
      var damaged = Array(
        bytes.prefix(seed % 3 == 0 ? 60_000 + random.index(below: 90_000) : 150_000))
      let reach = seed % 2 == 0 ? 400 : damaged.count
      for _ in 0..<(1 + random.index(below: 24)) {
        damaged[random.index(below: reach)] = UInt8(truncatingIfNeeded: random.next())
      }
      guard let font = EmojiFont(bytes: damaged) else { continue }
      for codePoint in [0x1F431, 0x26F5, 0x41, 0x1F680] where font.picture(of: codePoint) != nil {
        pictureCount += 1
      }
    }
    #expect(pictureCount >= 0)
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

  @Test func `a damaged PNG gives nil`() throws {
    #expect(PngReader.picture(from: []) == nil)
    #expect(PngReader.picture(from: Array("\u{89}PNG".utf8)) == nil)
  }
}
