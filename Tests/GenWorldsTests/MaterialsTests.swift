import Foundation
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
