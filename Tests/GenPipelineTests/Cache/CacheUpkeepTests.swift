import Foundation
import GenMedia
import Testing

@testable import GenPipeline

struct CacheUpkeepTests {
  let folder: Folder
  init() throws { folder = try Folder() }

  func cache(limit: Int = 1 << 30) -> DiskCache {
    DiskCache(CachePlace(folder: folder.path, byteLimit: limit))
  }

  func film(_ shop: Workshop, frames: Int = 1) -> Stage {
    shop.stage("film", [.number("shade")], effort: .heavy, type: .video) { arguments in
      let shade = UInt8(truncatingIfNeeded: arguments.whole("shade"))
      return .video(
        Video(width: 100, height: 100, rate: .film, frameCount: frames) {
          var left = frames
          return ClosureFrames {
            guard left > 0 else { return nil }
            left -= 1
            return Image(width: 100, height: 100, filledWith: [shade, UInt8(left), 0])
          }
        })
    }
  }

  @Test func `the least recently used results go when it is full`() async throws {
    let cache = cache(limit: 100_000)
    let shop = Workshop(cache: cache)
    var keys: [String] = []
    for shade in 0..<6 {
      let value = try await shop.graph.call(film(shop), ["shade": .int(shade)])
      keys.append(try #require(value.node).key)
      _ = try await Workshop(cache: cache).runner.resolved(value)
      if shade > 0 {
        let first = try await shop.graph.call(film(shop), ["shade": .int(0)])
        _ = try await Workshop(cache: cache).runner.resolved(first)
      }
      try await Task.sleep(for: .milliseconds(15))
    }
    let left = Set(cache.entries().map(\.key))
    #expect(left.contains(keys[0]), "used all the time")
    #expect(left.contains(keys[5]), "the newest")
    #expect(!left.contains(keys[1]))
    #expect(cache.entries().reduce(0) { $0 + $1.byteCount } <= 100_000)
  }

  @Test func `what a program reads from is not removed`() async throws {
    let cache = cache()
    let shop = Workshop(cache: cache)
    let value = try await shop.graph.call(film(shop), ["shade": .int(1)])
    let key = try #require(value.node).key
    _ = try await shop.runner.resolved(value)
    do {
      let reading = try #require(OpenFile(path: cache.path(of: key)))
      #expect(self.cache().clear().count == 0)
      #expect(try reading.bytes(at: 0, count: 8) == Blob.mark)
    }
    #expect(self.cache().clear().count == 1)
    #expect(cache.entries().isEmpty)
  }

  @Test func `a film larger than the limit flows on without being kept`() async throws {
    let cache = cache(limit: 50_000)
    let shop = Workshop(cache: cache)
    let value = try await shop.graph.call(film(shop, frames: 3), ["shade": .int(1)])
    guard case .video(let film) = try await shop.runner.resolved(value) else {
      Issue.record("no film")
      return
    }
    #expect(try film.countedFrames() == 3)
    #expect(cache.entries().isEmpty)
    let leftovers = try FileManager.default.contentsOfDirectory(atPath: folder.file("tmp"))
    #expect(leftovers.isEmpty)
  }

  @Test func `a lazy film is made once, told frame by frame`() async throws {
    let shop = Workshop(cache: cache())
    let value = try await shop.graph.call(film(shop, frames: 3), ["shade": .int(1)])
    _ = try await shop.runner.resolved(value)
    #expect(
      shop.journal.lines == [
        "started film", "film: frame 1 of 3", "film: frame 2 of 3", "film: frame 3 of 3",
        "computed film",
      ])
  }

  @Test func `verify finds damage, forgets what is gone and adopts what it did not know`()
    async throws
  {
    let shop = Workshop(cache: cache())
    var keys: [String] = []
    for number in 0..<4 {
      let value = try await shop.graph.call(shop.make(), ["number": .int(number)])
      keys.append(try #require(value.node).key)
      _ = try await shop.result(value)
    }
    let cache = cache()
    try Data("nonsense".utf8).write(to: URL(fileURLWithPath: cache.path(of: keys[0])))
    unlink(cache.path(of: keys[1]))
    try cache.index()?.remove([keys[2]])
    let report = try cache.verify()
    #expect(report.soundCount == 2)
    #expect(report.dropped == [keys[0]])
    #expect(Set(cache.entries().map(\.key)) == Set(keys[2...]))
  }

  @Test func `trim goes down to the given size`() async throws {
    let cache = cache()
    let shop = Workshop(cache: cache)
    for shade in 0..<5 {
      _ = try await shop.runner.resolved(
        try await shop.graph.call(film(shop), ["shade": .int(shade)]))
    }
    let removed = cache.trim(to: 70_000)
    #expect(removed.count == 3)
    #expect(cache.entries().count == 2)
  }

  @Test func `what a killed program left half-written goes, the rest stays`() throws {
    try FileManager.default.createDirectory(
      atPath: folder.file("tmp"), withIntermediateDirectories: true)
    let dead = folder.file("tmp/999999999-1-1")
    let alive = folder.file("tmp/\(getpid())-1-1")
    for path in [dead, alive] { try Data("x".utf8).write(to: URL(fileURLWithPath: path)) }
    _ = cache().entries()
    #expect(!FileManager.default.fileExists(atPath: dead))
    #expect(FileManager.default.fileExists(atPath: alive))
  }

  @Test func `a folder that cannot be made is one warning and no cache`() async throws {
    try Data().write(to: URL(fileURLWithPath: folder.file("file")))
    let cache = DiskCache(CachePlace(folder: folder.file("file/cache")))
    let shop = Workshop(cache: cache)
    for number in 0..<3 {
      #expect(try await shop.result(shop.graph.call(shop.make(), ["number": .int(number)])) != nil)
    }
    #expect(shop.journal.lines.filter { $0 == "warned W0801" }.count == 1)
    #expect(cache.entries().isEmpty)
  }

  @Test func `the place comes from the environment`() throws {
    #expect(try CachePlace(environment: [:]) == nil)
    #expect(try CachePlace(environment: ["HOME": "/h"])?.folder == "/h/.cache/gen")
    #expect(
      try CachePlace(environment: ["HOME": "/h", "XDG_CACHE_HOME": "/x"])?.folder == "/x/gen")
    #expect(try CachePlace(environment: ["GEN_CACHE": "/c", "HOME": "/h"])?.folder == "/c")
    let sized = try CachePlace(environment: ["GEN_CACHE": "/c", "GEN_CACHE_SIZE": "500 MB"])
    #expect(sized?.byteLimit == 500 << 20)
    #expect(throws: Diagnostic.self) {
      try CachePlace(environment: ["GEN_CACHE": "/c", "GEN_CACHE_SIZE": "much"])
    }
  }

  @Test(arguments: [
    (0, "0 B"), (1023, "1023 B"), (1536, "1.5 KB"), (500 << 20, "500 MB"), (4 << 30, "4 GB"),
  ])
  func `sizes are told as people read them`(count: Int, text: String) {
    #expect(CachePlace.text(count) == text)
    #expect(CachePlace.byteCount(text) == count)
  }
}
