import Foundation
import GenDigest
import GenMedia
import Testing

@testable import GenPipeline

struct DiskCacheTests {
  let folder: Folder
  init() throws { folder = try Folder() }

  func cache(limit: Int = 1 << 30) -> DiskCache {
    DiskCache(CachePlace(folder: folder.path, byteLimit: limit))
  }

  @Test func `a second program computes nothing`() async throws {
    for round in 0..<2 {
      let shop = Workshop(cache: cache())
      let value = try await shop.graph.call(shop.make(), ["number": .int(3)])
      #expect(try await shop.result(value) == 3)
      #expect(shop.tally["make"] == (round == 0 ? 1 : 0))
      #expect(shop.journal.lines.last == (round == 0 ? "computed make" : "cached make"))
    }
  }

  @Test func `nothing is touched before the first heavy call`() async throws {
    let place = CachePlace(folder: folder.file("later"))
    let shop = Workshop(cache: DiskCache(place))
    _ = try await shop.result(shop.graph.call(shop.add(), ["left": .int(1)]))
    #expect(!FileManager.default.fileExists(atPath: place.folder))
  }

  @Test func `the first program lists what it keeps`() async throws {
    let cache = DiskCache(CachePlace(folder: folder.file("new/cache")))
    let shop = Workshop(cache: cache)
    _ = try await shop.result(shop.graph.call(shop.make(), ["number": .int(3)]))
    #expect(try cache.index()?.entries().map(\.stage) == ["make"])
  }

  @Test func `a result in the cache spares everything below it`() async throws {
    for round in 0..<2 {
      let shop = Workshop(cache: cache())
      let below = try await shop.graph.call(shop.make(), ["number": .int(3)])
      let top = try await shop.graph.call(shop.add(effort: .heavy), ["left": below])
      if round == 1 { try FileManager.default.removeItem(atPath: path(of: below)) }
      #expect(try await shop.result(top) == 4)
      #expect(shop.tally["make"] == 1 - round)
    }
  }

  @Test func `light results are not written`() async throws {
    let cache = cache()
    let shop = Workshop(cache: cache)
    let below = try await shop.graph.call(shop.make(), ["number": .int(3)])
    _ = try await shop.result(shop.graph.call(shop.add(), ["left": below]))
    #expect(cache.entries().map(\.stage) == ["make"])
  }

  @Test func `a cache that is off is neither read nor written`() async throws {
    let shop = Workshop(cache: cache())
    shop.runner.useCache(false)
    _ = try await shop.result(shop.graph.call(shop.make(), ["number": .int(3)]))
    #expect(cache().entries().isEmpty)
  }

  @Test func `set cache = off keeps a call out of the cache, and why says so`() async throws {
    let cache = cache()
    var shop = Workshop(cache: cache)
    let off: [String: Value] = ["cache": .symbol("off")]
    let value = try await shop.graph.call(shop.make(), ["number": .int(3)], settings: off)
    _ = try await shop.result(value)
    #expect(cache.entries().isEmpty)
    let why = Why(try #require(value.node), cache: cache)
    #expect(why.reasons == ["the result of make is not kept: set cache = off"])
    let kept = try await shop.graph.call(shop.make(), ["number": .int(3)])
    #expect(kept.node?.key == value.node?.key)
    shop = Workshop(cache: cache)
    _ = try await shop.result(kept)
    shop = Workshop(cache: cache)
    #expect(try await shop.result(value) == 3)
    #expect(shop.journal.lines.last == "computed make")
    let plan = await Plan(of: [try #require(value.node)], cache: cache)
    #expect(plan.steps[0].state == .run)
  }

  @Test(arguments: ["cut", "flip first", "flip middle", "flip last", "empty", "gone", "folder"])
  func `a damaged result is made again`(damage: String) async throws {
    var shop = Workshop(cache: cache())
    let make = shop.stage("film", [], effort: .heavy, type: .video) { _ in
      .video(Video(Image(width: 8, height: 8, filledWith: [3, 4, 5])))
    }
    let value = try await shop.graph.call(make, [:])
    _ = try await shop.runner.resolved(value)
    try spoil(path(of: value), damage)
    let second = cache()
    shop = Workshop(cache: second)
    guard case .video(let film) = try await shop.runner.resolved(value) else {
      Issue.record("no film")
      return
    }
    #expect(try film.frame(at: 0).pixels.prefix(3) == [3, 4, 5])
    #expect(shop.journal.lines.last == "computed film")
    #expect(!shop.journal.lines.contains { $0.hasPrefix("warned") } || damage == "folder")
    guard damage != "folder" else { return }
    shop = Workshop(cache: second)
    _ = try await shop.runner.resolved(value)
    #expect(shop.journal.lines.last == "cached film")
  }

  @Test(arguments: ["gone", "flip first", "flip middle", "empty", "cut"])
  func `a lost or damaged index is made again from the files`(damage: String) async throws {
    let before = try await {
      let cache = cache()
      let shop = Workshop(cache: cache)
      for number in 0..<30 {
        _ = try await shop.result(shop.graph.call(shop.make(), ["number": .int(number)]))
      }
      return cache.entries()
    }()
    #expect(before.count == 30)
    for suffix in ["-journal"] {
      try? FileManager.default.removeItem(atPath: folder.file("index.sqlite" + suffix))
    }
    try spoil(folder.file("index.sqlite"), damage)
    let after = cache().entries()
    #expect(after.map(\.key) == before.map(\.key))
    #expect(after.map(\.byteCount) == before.map(\.byteCount))
  }

  @Test(arguments: ["flip first", "flip middle", "empty", "cut"])
  func `an index damaged while programs run harms no result`(damage: String) async throws {
    let shop = Workshop(cache: cache())
    for number in 0..<4 {
      if number == 2 { try spoil(folder.file("index.sqlite"), damage) }
      let value = try await shop.graph.call(shop.make(), ["number": .int(number)])
      #expect(try await shop.result(value) == number)
      let other = Workshop(cache: cache())
      #expect(try await other.result(value) == number)
      #expect(other.tally["make"] == 0)
    }
  }

  @Test func `the index may go while a program runs`() async throws {
    let cache = cache()
    let shop = Workshop(cache: cache)
    _ = try await shop.result(shop.graph.call(shop.make(), ["number": .int(1)]))
    for suffix in ["", "-journal"] {
      try? FileManager.default.removeItem(atPath: folder.file("index.sqlite" + suffix))
    }
    #expect(try await shop.result(shop.graph.call(shop.make(), ["number": .int(2)])) == 2)
    #expect(self.cache().entries().count == 2)
  }

  @Test func `a folder removed while running is made again`() async throws {
    let shop = Workshop(cache: cache())
    _ = try await shop.result(shop.graph.call(shop.make(), ["number": .int(1)]))
    try FileManager.default.removeItem(atPath: folder.path)
    #expect(try await shop.result(shop.graph.call(shop.make(), ["number": .int(2)])) == 2)
  }

  @Test func `two programs share one cache`() async throws {
    try await withThrowingTaskGroup(of: Void.self) { group in
      for _ in 0..<4 {
        group.addTask {
          let shop = Workshop(cache: cache())
          for number in 0..<25 {
            let value = try await shop.graph.call(shop.make(), ["number": .int(number)])
            #expect(try await shop.result(value) == number)
          }
          #expect(!shop.journal.lines.contains { $0.hasPrefix("warned") })
        }
      }
      try await group.waitForAll()
    }
    #expect(cache().entries().count == 25)
    #expect(try cache().verify().soundCount == 25)
  }

  func path(of value: Value) throws -> String { cache().path(of: try #require(value.node).key) }

  func spoil(_ path: String, _ damage: String) throws {
    let url = URL(fileURLWithPath: path)
    var bytes = try Data(contentsOf: url)
    switch damage {
    case "cut": bytes.removeLast(bytes.count / 3)
    case "flip first": bytes[0] ^= 1
    case "flip middle":
      for index in bytes.count / 3..<bytes.count / 2 { bytes[index] ^= 255 }
    case "flip last": bytes[bytes.count - 1] ^= 128
    case "empty": bytes = Data()
    default:
      try FileManager.default.removeItem(at: url)
      if damage == "folder" {
        try FileManager.default.createDirectory(at: url, withIntermediateDirectories: true)
      }
      return
    }
    try bytes.write(to: url)
  }
}
