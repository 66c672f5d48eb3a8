import Foundation
import GenDigest
import GenMedia
import Testing

@testable import GenPipeline

struct GraphTests {
  let shop = Workshop()

  @Test func `equal calls are one node and run once`() async throws {
    let first = try await shop.graph.call(shop.make(), ["number": .int(3)], at: place(1))
    let second = try await shop.graph.call(shop.make(), ["number": .int(3)], at: place(2))
    #expect(try #require(first.node) == #require(second.node))
    let sum = try await shop.graph.call(shop.add(), ["left": first, "right": second])
    #expect(try await shop.result(sum) == 6)
    #expect(shop.tally["make"] == 1)
  }

  @Test func `one changed argument recomputes only what depends on it`() async throws {
    func total(_ number: Int) async throws -> Int? {
      let fixed = try await shop.graph.call(shop.make(), ["number": .int(5)])
      let varied = try await shop.graph.call(shop.make(), ["number": .int(number)])
      return try await shop.result(
        shop.graph.call(shop.add(effort: .heavy), ["left": fixed, "right": varied]))
    }
    #expect(try await total(1) == 6)
    #expect(try await total(2) == 7)
    #expect(try await total(1) == 6)
    #expect(shop.tally["make"] == 3)
    #expect(shop.tally["add"] == 2)
  }

  @Test func `an instant call with known arguments is done at once`() async throws {
    let value = try await shop.graph.call(shop.add(effort: .instant), ["left": .int(4)])
    guard case .int(5) = value else {
      Issue.record("\(value)")
      return
    }
    let later = try await shop.graph.call(
      shop.add(effort: .instant),
      ["left": try await shop.graph.call(shop.make(), ["number": .int(1)])])
    #expect(later.node != nil)
    #expect(try await shop.result(later) == 2)
  }

  @Test func `a word of a setting may stand for a value, any other for the default`() async throws {
    let meanings: [String: Value] = ["few": .int(8), "many": .int(40)]
    let stepped = shop.stage(
      "stepped", [.number("steps", 20, setting: "quality", meanings: meanings)], effort: .instant
    ) { .int($0.whole("steps")) }
    for (word, steps) in [("few", 8), ("many", 40), ("usual", 20)] {
      let value = try await shop.graph.call(stepped, [:], settings: ["quality": .symbol(word)])
      #expect(try await shop.result(value) == steps)
    }
    let given = try await shop.graph.call(
      stepped, ["steps": .int(3)], settings: ["quality": .symbol("few")])
    #expect(try await shop.result(given) == 3)
  }

  @Test func `a relative path is below the folder that was set`() {
    let path = ParameterInfo(name: "path", documentation: "A path.", type: .text, folder: "output")
    let settings: [String: Value] = ["output": .text("films")]
    func placed(_ text: String, _ settings: [String: Value]) -> String? {
      String(path.placed(.text(text), under: settings))
    }
    #expect(placed("a.mp4", settings) == "films/a.mp4")
    #expect(placed("b/a.mp4", ["output": .text("films/")]) == "films/b/a.mp4")
    #expect(placed("/tmp/a.mp4", settings) == "/tmp/a.mp4")
    #expect(placed("a.mp4", [:]) == "a.mp4")
    #expect(placed("", settings) == "")
    #expect(path.placed(.int(3), under: settings).equals(.int(3)) == true)
  }

  @Test func `an argument left out comes from the setting, then from the default`() async throws {
    let seeded = shop.stage("seeded", [.number("seed", 7, setting: "seed")], effort: .instant) {
      .int($0.whole("seed"))
    }
    #expect(try await shop.result(shop.graph.call(seeded, [:])) == 7)
    #expect(try await shop.result(shop.graph.call(seeded, [:], settings: ["seed": .int(9)])) == 9)
    let given = try await shop.graph.call(
      seeded, ["seed": .int(1)], settings: ["seed": .int(9)])
    #expect(try await shop.result(given) == 1)
  }

  @Test func `missing, unknown and misplaced arguments are told with the place`() async throws {
    let ranged = shop.stage("ranged", [.number("size", in: 1...10)], effort: .instant) { _ in .none
    }
    func code(_ given: [String: Value]) async -> String? {
      do {
        _ = try await shop.graph.call(ranged, given, at: place(3))
        return nil
      } catch {
        guard let diagnostic = error as? Diagnostic, diagnostic.place?.line == 3 else { return "?" }
        return diagnostic.code
      }
    }
    #expect(await code([:]) == "E0801")
    #expect(await code(["size": .int(1), "sise": .int(1)]) == "E0801")
    #expect(await code(["size": .int(11)]) == "E0802")
    #expect(await code(["size": .int(10)]) == nil)
  }

  @Test func `a range is checked again when the argument is worked out while running`() async throws
  {
    let ranged = shop.stage("ranged", [.number("size", in: 1...10)]) { _ in .none }
    let size = try await shop.graph.call(shop.make(), ["number": .int(300)])
    let call = try await shop.graph.call(ranged, ["size": size], at: place(8))
    let error = await #expect(throws: Diagnostic.self) { _ = try await shop.runner.resolved(call) }
    #expect(error?.code == "E0802")
    #expect(error?.place?.line == 8)
    #expect(shop.tally["ranged"] == 0)
  }

  @Test func `a stage that takes any elements leaves them as calls`() async throws {
    let first = shop.stage("first", [.any("list", .list(.variable("A")))], effort: .instant) {
      guard case .list(let elements) = $0["list"], let first = elements.first else { return .none }
      return first
    }
    let calls = try await [1, 2].asyncMap {
      try await shop.graph.call(shop.make(), ["number": .int($0)])
    }
    let value = try await shop.graph.call(first, ["list": .list(calls)])
    #expect(value.node != nil)
    #expect(shop.tally["make"] == 0)
    #expect(try await shop.result(value) == 1)
    #expect(shop.tally["make"] == 1)
  }

  @Test func `a function whose answer is looked at runs the calls in it`() async throws {
    let keep = shop.stage(
      "keep", [.any("list", .list(.variable("A"))), .any("test", .function([.int], .bool))],
      effort: .instant
    ) {
      guard case .list(let elements) = $0["list"], case .function(let test) = $0["test"] else {
        return .none
      }
      var kept: [Value] = []
      for element in elements {
        if case .bool(true) = try await test.call([element]) { kept.append(element) }
      }
      return .list(kept)
    }
    let isLarge = shop.stage("is_large", [.number("number")], effort: .heavy, type: .bool) {
      .bool($0.whole("number") > 2)
    }
    let test = FunctionValue(name: "test", type: .function([.int], .bool), identity: "t") {
      try await shop.graph.call(isLarge, ["number": $0[0]])
    }
    let value = try await shop.graph.call(
      keep, ["list": .list([.int(1), .int(3), .int(5)]), "test": .function(test)])
    guard case .list(let kept) = value else {
      Issue.record("\(value)")
      return
    }
    #expect(kept.count == 2)
  }

  @Test func `a stage that tells runs at once and every time`() async throws {
    let tell = shop.stage("tell", [.number("number")], effect: .tells, type: .none) { _ in .none }
    for _ in 0..<2 {
      let number = try await shop.graph.call(shop.make(), ["number": .int(1)])
      _ = try await shop.graph.call(tell, ["number": number])
    }
    #expect(shop.tally["tell"] == 2)
    #expect(shop.tally["make"] == 1)
  }

  @Test func `a model that is not there is told before anything runs`() async throws {
    let stage = shop.stage("draw", [], effort: .heavy, models: ["none"]) { _ in .none }
    let error = await #expect(throws: Diagnostic.self) {
      _ = try await shop.graph.call(stage, [:], at: place(4))
    }
    #expect(error?.message == "no model none")
    #expect(error?.place?.line == 4)
  }
}

extension Array {
  func asyncMap<Other>(_ body: (Element) async throws -> Other) async rethrows -> [Other] {
    var all: [Other] = []
    for element in self { all.append(try await body(element)) }
    return all
  }
}
