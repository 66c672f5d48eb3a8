import Foundation
import GenMedia
import Synchronization
import Testing

@testable import GenPipeline

struct ManifestTests {
  let folder: Folder
  init() throws { folder = try Folder() }

  func manifest(_ settings: [String: String] = [:]) async throws -> Manifest {
    let boat = Boat(folder)
    let seen = Locked<String?>(nil)
    let save = boat.shop.stage(
      "save", [.any("video", .video), .any("path", .text)], effect: .tells, type: .none
    ) { _ in
      seen.with { $0 = StageContext.current.manifest() }
      return .none
    }
    boat.shop.runner.run(
      as: ProgramOrigin(
        file: "/home/somebody/boat.gen", script: "save(…)\n", settings: settings,
        machine: "x86-64 avx512"))
    _ = try await boat.shop.graph.call(
      save, ["video": try await boat.film(), "path": .text("boat.mp4")])
    return try Manifest(text: try #require(seen.with { $0 }))
  }

  @Test func `a saved file is told how it was made`() async throws {
    let manifest = try await manifest(["seed": "7"])
    #expect(
      manifest.call
        == #"diffuse("a boat", seed: 7) |> resize(width: 32) |> upscale() |> save(path: "boat.mp4")"#
    )
    #expect(manifest.calls.map(\.stage) == ["diffuse", "resize", "upscale", "save"])
    #expect(manifest.calls[1].arguments[0].value == "#1")
    #expect(manifest.calls[0].arguments.map(\.name) == ["prompt", "frames", "seed"])
    #expect(manifest.seeds == [7])
    #expect(manifest.models == [.init(name: "toy", hash: "w1", licence: "Apache-2.0")])
    #expect(manifest.script == "save(…)\n")
    #expect(manifest.settings == ["seed": "7"])
    #expect(manifest.output == "boat.mp4")
    #expect(manifest.file == "boat.gen")
    #expect(manifest.program == "gen 0.1")
  }

  @Test func `the same program makes the same manifest, byte for byte`() async throws {
    let first = try await manifest().text
    let second = try await manifest().text
    #expect(first == second)
    #expect(!first.contains("\n"))
    #expect(try Manifest(text: first).text == first)
  }

  @Test func `without a program there is no manifest`() async throws {
    let boat = Boat(folder)
    let asked = Tally()
    let save = boat.shop.stage("save", [.any("video", .video)], effect: .tells) { _ in
      if StageContext.current.manifest() == nil { asked.count("none") }
      return .none
    }
    _ = try await boat.shop.graph.call(save, ["video": try await boat.film()])
    #expect(asked["none"] == 1)
  }

  @Test(arguments: [
    "", "{}", "null", "[1]", #"{"format": 1}"#, #"{"format": 99}"#, #"{"format": "1"}"#,
    #"{"format": 1, "program": 5}"#, "\u{0}\u{1}", #"{"format": 1e999}"#,
  ])
  func `what is no manifest is a clear error`(text: String) {
    let error = #expect(throws: Diagnostic.self) { try Manifest(text: text) }
    #expect(error?.code == "E0805")
  }

  @Test func `a manifest cut or changed anywhere is read or refused, never a crash`() async throws {
    let text = Array(try await manifest().text.utf8)
    for count in stride(from: 0, to: text.count, by: 7) {
      #expect(throws: Diagnostic.self) {
        try Manifest(text: String(decoding: text.prefix(count), as: UTF8.self))
      }
    }
    var random = SplitMix(state: 11)
    for _ in 0..<400 {
      var changed = text
      changed[Int.random(in: 0..<text.count, using: &random)] = .random(in: 0...255, using: &random)
      do {
        _ = try Manifest(text: String(decoding: changed, as: UTF8.self))
      } catch {
        #expect(error is Diagnostic)
      }
    }
    #expect(throws: Diagnostic.self) {
      try Manifest(text: String(repeating: "[", count: 1_000_000))
    }
  }

  @Test func `what may make it come out differently is told`() async throws {
    let manifest = try await manifest()
    let same = Workshop().runner.world
    #expect(manifest.differences(from: same, machine: "x86-64 avx512").isEmpty)
    let other = Workshop(program: "gen 0.2", weights: "w2").runner.world
    #expect(
      manifest.differences(from: other, machine: "arm64") == [
        "it was made by gen 0.1, this is gen 0.2",
        "it was made on a machine of the kind x86-64 avx512, this is arm64",
        "the weights of the model toy are other ones",
      ])
  }

  @Test func `the summary is what a person wants to know`() async throws {
    #expect(
      try await manifest(["seed": "7"]).summary == """
        made by   gen 0.1 on x86-64 avx512
        script    boat.gen
        call      diffuse("a boat", seed: 7) |> resize(width: 32) |> upscale() |> \
        save(path: "boat.mp4")
        seeds     7
        set       seed = 7
        model     toy, Apache-2.0, weights w1

        """)
  }

  @Test func `two files are compared byte for byte`() throws {
    let paths = ["a", "b", "c", "d"].map(folder.file)
    let bytes = Data((0..<3_000_000).map { UInt8(truncatingIfNeeded: $0 &* 7) })
    var changed = bytes
    changed[2_500_000] ^= 1
    for (path, content) in zip(paths, [bytes, bytes, changed, bytes.dropLast()]) {
      try content.write(to: URL(fileURLWithPath: path))
    }
    #expect(try Reproduction(comparing: paths[0], with: paths[1]) == .same(byteCount: 3_000_000))
    #expect(
      try Reproduction(comparing: paths[0], with: paths[2])
        == .different(at: 2_500_000, byteCount: 3_000_000, otherByteCount: 3_000_000))
    #expect(
      try Reproduction(comparing: paths[0], with: paths[3])
        == .different(at: 2_999_999, byteCount: 3_000_000, otherByteCount: 2_999_999))
    #expect(throws: (any Error).self) {
      try Reproduction(comparing: paths[0], with: folder.file("none"))
    }
  }
}
