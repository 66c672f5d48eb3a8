import Foundation
import GenMedia
import Testing

@testable import GenPipeline

/// The program of the front page, with stages that only say what they were given.
struct Boat: Sendable {
  let shop: Workshop
  let cache: DiskCache
  let diffuse: Stage
  let resize: Stage
  let upscale: Stage
  let save: Stage

  init(_ folder: Folder, program: String = "gen 0.1", weights: String = "w1", version: Int = 1) {
    cache = DiskCache(CachePlace(folder: folder.path))
    shop = Workshop(program: program, cache: cache, weights: weights)
    let film = Video(Image(width: 4, height: 4, filledWith: [1, 2, 3]))
    diffuse = shop.stage(
      "diffuse",
      [.any("prompt", .prompt), .number("frames", 24), .number("seed", 0, setting: "seed")],
      effort: .heavy, version: version, models: ["toy"], type: .video
    ) { _ in .video(film) }
    resize = shop.stage(
      "resize", [.any("video", .video), .number("width", in: 1...100)], type: .video
    ) { $0["video"] ?? .none }
    upscale = shop.stage(
      "upscale", [.any("video", .video), .number("by", 4)], effort: .heavy, type: .video
    ) { $0["video"] ?? .none }
    save = shop.stage(
      "save", [.any("video", .video), .any("path", .text)], effect: .tells, type: .none
    ) { _ in .none }
  }

  /// `diffuse(prompt, seed: seed) |> resize(width: 32) |> upscale`
  func film(_ prompt: String = "a boat", seed: Int = 7, in graph: Graph? = nil) async throws
    -> Value
  {
    let graph = graph ?? shop.graph
    let film = try await graph.call(
      diffuse, ["prompt": .text(prompt), "seed": .int(seed)], at: place(2))
    let small = try await graph.call(resize, ["video": film, "width": .int(32)], at: place(2))
    return try await graph.call(upscale, ["video": small], at: place(2))
  }

  func plan(_ build: (Graph) async throws -> Void) async throws -> Plan {
    let planner = Planner(cache: cache)
    try? await build(Graph(world: shop.runner.world, demanding: planner))
    return await planner.plan()
  }
}

struct PlanTests {
  let folder: Folder
  let boat: Boat
  init() throws {
    folder = try Folder()
    boat = Boat(folder)
  }

  func program(_ graph: Graph) async throws {
    _ = try await graph.call(
      boat.save, ["video": try await boat.film(in: graph), "path": .text("boat.mp4")], at: place(3))
  }

  @Test func `a plan before the first run lists all work and does none`() async throws {
    let plan = try await boat.plan(program)
    #expect(
      plan.text(title: "boat.gen") == """
        boat.gen: 4 steps, 3 to run

          #  state   step                          result  time
          1  to run  diffuse("a boat", seed: 7)    Video
          2  quick   #1 |> resize(width: 32)       Video
          3  to run  #2 |> upscale()               Video
          4  to run  #3 |> save(path: "boat.mp4")

        """)
    #expect(boat.shop.tally["diffuse"] == 0)
  }

  @Test func `a plan after a run says what is kept and what is spared`() async throws {
    _ = try await boat.shop.runner.resolved(try await boat.film())
    let plan = try await boat.plan(program)
    #expect(plan.steps.map(\.state) == [.cached, .spared, .cached, .run])
    let summary = plan.text(title: "boat.gen").split(separator: "\n").first
    #expect(summary == "boat.gen: 4 steps, 2 cached, 1 to run")
    #expect(plan.steps[0].seconds != nil)
  }

  @Test func `one changed word runs what depends on it`() async throws {
    _ = try await boat.shop.runner.resolved(try await boat.film())
    let plan = try await boat.plan { graph in
      _ = try await graph.call(
        boat.save, ["video": try await boat.film("a ship", in: graph), "path": .text("a.mp4")])
    }
    #expect(plan.steps.map(\.state) == [.run, .quick, .run, .run])
    #expect(plan.steps[0].seconds != nil, "from the last time that the stage ran")
  }

  @Test func `equal calls are one step and lines fit the terminal`() async throws {
    let prompt = String(repeating: "a very long prompt, ", count: 20)
    let plan = try await boat.plan { graph in
      for path in ["a.mp4", "b.mp4"] {
        let film = try await boat.film(prompt, in: graph)
        _ = try await graph.call(boat.save, ["video": film, "path": .text(path)])
      }
    }
    #expect(plan.steps.count == 5)
    let lines = plan.text(title: "x", width: 60).split(separator: "\n")
    #expect(lines.allSatisfy { $0.count <= 60 })
  }

  @Test func `a plan ends where the program looks into a result that is not there`() async throws {
    let plan = try await boat.plan { graph in
      let film = try await boat.film(in: graph)
      _ = try await Planner(cache: boat.cache).resolved(.none)
      _ = try await graph.call(
        boat.save, ["video": film, "path": .text("a.mp4")])
      let small = try await graph.call(
        boat.resize, ["video": film, "width": .int(8)], at: place(9))
      let needy = boat.shop.stage("needy", [.any("path", .text)], reads: ["path"]) { _ in .none }
      _ = try await graph.call(needy, ["path": small])
    }
    #expect(plan.end?.code == "E0804")
    #expect(plan.text(title: "x").contains("what follows depends on it"))
  }

  @Test func `what depends on a result that is not there is unknown, and the plan goes on`()
    async throws
  {
    let planner = Planner(cache: boat.cache)
    let film = try await boat.film()
    let needed = await #expect(throws: Diagnostic.self) { _ = try await planner.resolved(film) }
    let error = try #require(needed)
    let unknown = try #require(planner.standIn(for: error, of: .list(.image), at: place(5)))
    #expect(unknown.type == .list(.image))
    planner.need(unknown)
    let plan = await planner.plan()
    #expect(plan.steps.map(\.state) == [.run, .quick, .run, .unknown])
    #expect(plan.steps.last?.line == 5)
    let text = plan.text(title: "x")
    #expect(text.contains("unknown  depends on #3"))
    #expect(text.contains("the result of upscale is needed (line 2)"))
    let other = Diagnostic("E0803", message: "")
    #expect(planner.standIn(for: other, of: .int, at: place(5)) == nil)
  }

  @Test func `a plan as JSON names state, call and inputs`() async throws {
    let plan = try await boat.plan(program)
    let steps = try JSONDecoder().decode([Plan.Step].self, from: Data(plan.json().utf8))
    #expect(steps.map(\.stage) == ["diffuse", "resize", "upscale", "save"])
    #expect(steps.map(\.inputs) == [[], [1], [2], [3]])
    #expect(steps[0].line == 2)
  }

  @Test func `nothing needed is said so`() async {
    let text = await Plan(of: [], cache: nil).text(title: "a.gen")
    #expect(text == "a.gen: nothing is needed, nothing would run\n")
  }

  @Test(arguments: [
    (0.004, "4 ms"), (0.1, "0.1 s"), (2.04, "2.0 s"), (59.9, "60 s"), (300, "5 min"),
    (10_000, "3 h"),
  ])
  func `times are told as people read them`(seconds: Double, text: String) {
    #expect(Plan.time(seconds) == text)
  }
}
