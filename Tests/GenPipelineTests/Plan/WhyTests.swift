import Foundation
import GenMedia
import Testing

@testable import GenPipeline

struct WhyTests {
  let folder: Folder
  init() throws { folder = try Folder() }

  func why(
    _ boat: Boat, prompt: String = "a boat", seed: Int = 7
  ) async throws -> [String] {
    let film = try await boat.film(prompt, seed: seed)
    return Why(try #require(film.node), cache: boat.cache).reasons
  }

  func run(_ boat: Boat) async throws {
    _ = try await boat.shop.runner.resolved(try await boat.film())
  }

  @Test func `what was never run says so`() async throws {
    #expect(try await why(Boat(folder)) == ["upscale has not been run before"])
  }

  @Test func `what is kept says so`() async throws {
    try await run(Boat(folder))
    #expect(try await why(Boat(folder)) == ["the result of upscale is in the cache"])
  }

  @Test func `a changed argument is named with both values, however deep`() async throws {
    try await run(Boat(folder))
    #expect(try await why(Boat(folder), seed: 8) == ["'seed' of diffuse is 8, was 7"])
    #expect(
      try await why(Boat(folder), prompt: "a ship", seed: 8) == [
        "'prompt' of diffuse is \"a ship\", was \"a boat\"", "'seed' of diffuse is 8, was 7",
      ])
  }

  @Test func `texts that differ beyond what is shown are told apart`() async throws {
    let start = String(repeating: "a boat ", count: 20)
    let boat = Boat(folder)
    _ = try await boat.shop.runner.resolved(try await boat.film(start + "by day"))
    let reasons = try await why(boat, prompt: start + "by night")
    #expect(reasons.count == 1)
    #expect(reasons[0].hasPrefix("'prompt' of diffuse has other content than before"))
  }

  @Test func `the nearest earlier call is compared, not the last`() async throws {
    let boat = Boat(folder)
    try await run(boat)
    _ = try await boat.shop.runner.resolved(try await boat.film("a house", seed: 99))
    #expect(try await why(boat, seed: 8) == ["'seed' of diffuse is 8, was 7"])
  }

  @Test func `other weights, version and program are named`() async throws {
    try await run(Boat(folder))
    #expect(
      try await why(Boat(folder, weights: "w2")) == [
        "the weights of the model toy are other ones than before"
      ])
    #expect(
      try await why(Boat(folder, version: 2)) == ["diffuse has changed: its version is 2, was 1"])
    let reasons = try await why(Boat(folder, program: "gen 0.2"))
    #expect(reasons.contains("this is gen 0.2, it was run by gen 0.1"))
  }

  @Test func `a result that was removed says so`() async throws {
    let boat = Boat(folder)
    try await run(boat)
    boat.cache.trim(to: 0)
    #expect(
      try await why(boat) == [
        "upscale was run with just these arguments, but its result is no longer kept"
      ])
  }

  @Test func `a quick call tells why those below it are missing`() async throws {
    let boat = Boat(folder)
    try await run(boat)
    let film = try await boat.film(seed: 8)
    let small = try await boat.shop.graph.call(boat.resize, ["video": film, "width": .int(9)])
    let why = Why(try #require(small.node), cache: boat.cache)
    #expect(!why.isCached)
    #expect(why.reasons == ["'seed' of diffuse is 8, was 7"])
  }

  @Test func `a changed file is named`() async throws {
    let boat = Boat(folder)
    let path = folder.file("in.txt")
    let read = boat.shop.stage(
      "read", [.any("path", .text)], effort: .heavy, reads: ["path"], type: .text
    ) { _ in .text("x") }
    try Data("one".utf8).write(to: URL(fileURLWithPath: path))
    _ = try await boat.shop.runner.resolved(
      try await boat.shop.graph.call(read, ["path": .text(path)]))
    try Data("other".utf8).write(to: URL(fileURLWithPath: path))
    let again = try await boat.shop.graph.call(read, ["path": .text(path)])
    let why = Why(try #require(again.node), cache: boat.cache)
    #expect(why.reasons == ["the file \"\(path)\" has changed"])
  }
}
