import Foundation
import GenMedia
import Testing

@testable import GenPipeline

/// A drawing whose steps and frames cost, and a save that writes: a second a frame and step.
private struct Studio {
  let shop: Workshop
  let prices: Prices
  let draw: Stage
  let enlarge: Stage
  let save: Stage

  init(prices: Prices = Prices(folder: nil, machine: "m"), cache: DiskCache? = nil) {
    let shop = Workshop(cache: cache)
    let film = Video(Image(width: 4, height: 4, filledWith: [1, 2, 3]))
    self.shop = shop
    self.prices = prices
    draw = Stage(
      "draw", "Draws.",
      parameters: [
        .any("prompt", .text), .number("frames", 24, in: 1...24), .number("steps", 20, in: 1...99),
      ], result: .fixed(.video), examples: [], effort: .heavy,
      cost: CostRule { call in
        let (frames, steps): (Int, Int) = (try call.read("frames"), try call.read("steps"))
        let price = await call.price(of: "drawing") { Price(start: 2, perUnit: 1) }
        return Cost(
          seconds: price.map {
            $0.start + $0.seconds(pieces: Double(steps), units: Double(frames))
          },
          memory: frames << 20, extent: .init(width: 8, height: 4, frameCount: frames))
      }
    ) { _ in .video(film) }
    enlarge = Stage(
      "enlarge", "Enlarges.", parameters: [.any("video", .video), .number("by", 2)],
      result: .fixed(.video), examples: [],
      cost: CostRule { call in
        let (film, by): (Cost.Extent, Int) = (try call.extent("video"), try call.read("by"))
        return Cost(seconds: 1, extent: film.with(width: film.width * by, height: film.height * by))
      }
    ) { $0["video"] ?? .none }
    save = Stage(
      "save", "Saves.", parameters: [.any("video", .video)], result: .fixed(.none), examples: [],
      cost: CostRule { Cost(seconds: 0.5, disk: Int(try $0.extent("video").pixelCount)) },
      effect: .tells
    ) { _ in .none }
  }

  func film(_ prompt: String, frames: Int = 24, steps: Int = 20) async throws -> Value {
    try await shop.graph.call(
      draw, ["prompt": .text(prompt), "frames": .int(frames), "steps": .int(steps)], at: place(2))
  }

  func plan(_ values: Value...) async -> Plan {
    await Plan(of: values.flatMap(\.deferredNodes), cache: shop.runner.cache, prices: prices)
  }
}

struct CostTests {
  private let studio = Studio()

  @Test func `a step says time, memory and disk, from its arguments and the size before it`()
    async throws
  {
    let film = try await studio.shop.graph.call(
      studio.enlarge, ["video": try await studio.film("a boat", frames: 2, steps: 3)])
    let plan = await studio.plan(film)
    #expect(plan.steps.map(\.seconds) == [8, 1])
    #expect(plan.steps.map(\.memory) == [2 << 20, 0])
    #expect(plan.steps.map(\.disk) == [8 * 4 * 2 * 3, 0])
    #expect(plan.seconds == 9)
    #expect(plan.isWhole)
    #expect(plan.memory == Plan.programMemory + 2 << 20)
    let text = plan.text(title: "a.gen")
    #expect(text.hasPrefix("a.gen: 2 steps, 1 to run, about 9.0 s, 42 MB of memory, 192 B on disk"))
    #expect(text.contains("time  memory   disk\n"))
  }

  @Test func `what is cached costs nothing and tells its size all the same`() async throws {
    let folder = try Folder()
    let studio = Studio(cache: DiskCache(CachePlace(folder: folder.path)))
    let drawn = try await studio.film("a boat", frames: 3)
    _ = try await studio.shop.runner.resolved(drawn)
    let planner = Planner(cache: studio.shop.runner.cache)
    let graph = Graph(world: studio.shop.runner.world, demanding: planner)
    _ = try await graph.call(studio.save, ["video": drawn])
    let plan = await planner.plan(studio.prices)
    #expect(plan.steps.map(\.state) == [.cached, .run])
    #expect(plan.seconds == 0.5)
    #expect(plan.disk == 8 * 4 * 3)
  }

  @Test func `calls that do not depend on each other add their memory, two at a time`() async throws
  {
    let films = [
      try await studio.film("a"), try await studio.film("b"), try await studio.film("c"),
    ]
    let plan = await studio.plan(.list(films))
    #expect(plan.memory == Plan.programMemory + 2 * 24 << 20)
    #expect(plan.seconds == 3.0 * (2 + 480))
  }

  @Test func `a size that nobody can tell leaves the time of what follows open`() async throws {
    let blind = studio.shop.stage("blind", [.number("n", 1)], effort: .heavy, type: .video) { _ in
      .none
    }
    let film = try await studio.shop.graph.call(
      studio.enlarge, ["video": try await studio.shop.graph.call(blind, [:])])
    let plan = await studio.plan(film)
    #expect(plan.steps.map(\.seconds) == [nil, nil])
    #expect(!plan.isWhole)
  }

  @Test func `a budget is read`() throws {
    let budgets: [(text: String, seconds: Double?, memory: Int?, disk: Int?)] = [
      ("2min, 4GB", 120, 4 << 30, nil), ("90s", 90, nil, nil),
      (" 1.5h ,500 MB", 5400, 500 << 20, nil), ("10GB disk", nil, nil, 10 << 30),
      ("250ms,1GB disk", 0.25, nil, 1 << 30),
    ]
    for expected in budgets {
      let budget = try #require(Budget(expected.text), "\(expected.text)")
      #expect(budget.seconds == expected.seconds)
      #expect(budget.memory == expected.memory)
      #expect(budget.disk == expected.disk)
    }
  }

  @Test(arguments: [
    "", "2", "min", "0s", "-2min", "2min,", "4", "4GB4", "fast", "2min disk", "0GB",
  ])
  func `what is no budget is refused`(text: String) { #expect(Budget(text) == nil) }

  @Test func `a plan that fits its budget is not refused`() async throws {
    let plan = await studio.plan(try await studio.film("a"))
    for text in ["9min, 1GB", "1h", "100MB", "1MB disk"] {
      let budget = try #require(Budget(text))
      #expect(await plan.refusal(over: budget) == nil)
    }
  }

  @Test(arguments: [
    // 2 + 24 * 20 seconds; the argument that has to give way least, and one less than that fits
    ("5min", "lower 'steps' from 20 to 12", "about 8 min of 5 min"),
    ("60MB", "lower 'frames' from 24 to 20", "64 MB of 60 MB of memory"),
    ("1KB disk", "lower 'frames' from 24 to 10", "2.3 KB of 1 KB on disk"),
    ("1ms", "no argument is enough by itself: lower several, or raise the budget", "8 min of 1 ms"),
  ])
  func `what does not fit is refused with the argument to lower`(
    text: String, hint: String, excess: String
  ) async throws {
    let plan = await studio.plan(try await studio.film("a"))
    let budget = try #require(Budget(text))
    let refused = await plan.refusal(over: budget)
    let refusal = try #require(refused)
    #expect(refusal.code == "E0809")
    #expect(refusal.hint == hint)
    #expect(refusal.place?.line == 2)
    #expect(refusal.message.contains(excess))
  }

  @Test func `an argument is lowered at all calls that have it`() async throws {
    let films = [try await studio.film("a"), try await studio.film("b")]
    let budget = try #require(Budget("4min"))
    let refusal = await studio.plan(.list(films)).refusal(over: budget)
    #expect(refusal?.hint == "lower 'frames' from 24 to 5")
  }
}

struct PricesTests {
  @Test func `a price is measured once and kept for the next program`() async throws {
    let folder = try Folder()
    let tally = Tally()
    for _ in 0..<2 {
      let prices = Prices(folder: folder.path, machine: "m", isBusy: { false })
      for _ in 0..<2 {
        let price = await prices.price(of: "work") {
          tally.count("measured")
          return Price(start: 1, fixed: 2, perUnit: 3, bytesPerUnit: 4)
        }
        #expect(price == Price(start: 1, fixed: 2, perUnit: 3, bytesPerUnit: 4))
      }
    }
    #expect(tally["measured"] == 1)
  }

  @Test func `what is measured while the machine is busy holds for one program only`() async throws
  {
    let folder = try Folder()
    let tally = Tally()
    for isBusy in [true, false, true] {
      let prices = Prices(folder: folder.path, machine: "m", isBusy: { isBusy })
      for _ in 0..<2 {
        _ = await prices.price(of: "work") {
          tally.count("measured")
          return Price(perUnit: 1)
        }
      }
    }
    #expect(tally["measured"] == 2)
  }

  @Test func `prices of another machine, or of a broken file, are measured anew`() async throws {
    let folder = try Folder()
    let old = Prices(folder: folder.path, machine: "old", isBusy: { false })
    _ = await old.price(of: "work") { Price(perUnit: 1) }
    let new = Prices(folder: folder.path, machine: "new", isBusy: { false })
    #expect(await new.price(of: "work") { Price(perUnit: 2) }?.perUnit == 2)
    try Data("{".utf8).write(to: URL(filePath: folder.file("prices.json")))
    let third = Prices(folder: folder.path, machine: "new", isBusy: { false })
    #expect(await third.price(of: "work") { Price(perUnit: 3) }?.perUnit == 3)
    await third.forget()
    #expect(await third.price(of: "work") { Price(perUnit: 4) }?.perUnit == 4)
  }

  @Test func `what cannot be measured has no price and is not tried again`() async {
    struct Missing: Error {}
    let tally = Tally()
    let prices = Prices(folder: "/dev/null/nowhere", machine: "m")
    for _ in 0..<2 {
      let price = await prices.price(of: "work") {
        tally.count("tried")
        throw Missing()
      }
      #expect(price == nil)
    }
    #expect(tally["tried"] == 1)
    #expect(await prices.price(of: "other") { Price(perUnit: 1) } != nil)
  }

  @Test func `a price between two measurements meets both, and is never below nothing`() {
    let price = Price(less: (10, 3), more: (30, 7))
    #expect(abs(price.seconds(units: 10) - 3) < 1e-9)
    #expect(abs(price.seconds(units: 30) - 7) < 1e-9)
    #expect(abs(price.seconds(pieces: 2, units: 20) - 10) < 1e-9)
    let odd = Price(less: (10, 9), more: (30, 7))
    #expect(odd.perUnit == 0)
    #expect(odd.fixed == 7)
  }
}
