import Foundation
import Testing

@testable import GenPipeline

/// A call that writes down what it has reached and fails the first time.
struct UnfinishedTests {
  let folder: Folder
  let cache: DiskCache
  init() throws {
    folder = try Folder()
    cache = DiskCache(CachePlace(folder: folder.path, byteLimit: 1 << 30))
  }

  private var kept: [String] {
    (try? FileManager.default.contentsOfDirectory(atPath: folder.path + "/unfinished")) ?? []
  }

  private func failing(_ shop: Workshop) -> Stage {
    shop.stage("half", [.number("number")], effort: .heavy) { arguments in
      guard let work = StageContext.current.unfinished else { return .int(-1) }
      let path = work.path(ofPart: "a")
      guard FileManager.default.fileExists(atPath: path) else {
        try Data("half".utf8).write(to: URL(filePath: path))
        throw Workshop.Failure(text: "stopped")
      }
      return .int(arguments.whole("number"))
    }
  }

  @Test func `what a call has reached is there for the next run and gone when it is done`()
    async throws
  {
    let shop = Workshop(cache: cache)
    let value = try await shop.graph.call(failing(shop), ["number": .int(3)])
    await #expect(throws: (any Error).self) { try await shop.runner.resolved(value) }
    #expect(kept.count == 1)
    #expect(try await Workshop(cache: cache).result(value) == 3)
    #expect(kept.isEmpty)
  }

  @Test func `nothing is written where results are not kept`() async throws {
    let shop = Workshop(cache: cache)
    shop.runner.useCache(false)
    let value = try await shop.graph.call(failing(shop), ["number": .int(3)])
    #expect(try await shop.result(value) == -1)
    let alone = Workshop()
    let other = try await alone.graph.call(failing(alone), ["number": .int(3)])
    #expect(try await alone.result(other) == -1)
    #expect(kept.isEmpty)
  }

  @Test func `what nobody goes on with is removed after a week, all of it by clear`() async throws {
    let shop = Workshop(cache: cache)
    let value = try await shop.graph.call(failing(shop), ["number": .int(3)])
    await #expect(throws: (any Error).self) { try await shop.runner.resolved(value) }
    let path = folder.path + "/unfinished/" + (kept.first ?? "")
    cache.removeUnfinished()
    #expect(kept.count == 1)
    try FileManager.default.setAttributes(
      [.modificationDate: Date(timeIntervalSinceNow: -8 * 86_400)], ofItemAtPath: path)
    cache.removeUnfinished()
    #expect(kept.isEmpty)
    try Data().write(to: URL(filePath: path))
    cache.clear()
    #expect(kept.isEmpty)
  }
}
