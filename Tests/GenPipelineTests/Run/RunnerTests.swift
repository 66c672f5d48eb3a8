import Foundation
import GenMedia
import Testing

@testable import GenPipeline

struct RunnerTests {
  let shop = Workshop()

  @Test func `nothing runs until somebody needs it`() async throws {
    let value = try await shop.graph.call(shop.make(), ["number": .int(1)])
    #expect(shop.tally["make"] == 0)
    #expect(try await shop.result(value) == 1)
    #expect(shop.tally["make"] == 1)
  }

  @Test func `independent calls run side by side, no more at once than allowed`() async throws {
    var settings = Runner.Settings()
    settings.concurrency = 2
    let shop = Workshop(settings: settings)
    let gauge = Gauge()
    let stage = shop.stage("gauge", [.number("number")]) { arguments in
      gauge.enter()
      try await Task.sleep(for: .milliseconds(20))
      gauge.leave()
      return .int(arguments.whole("number"))
    }
    let calls = try await (0..<8).map { $0 }.asyncMap {
      try await shop.graph.call(stage, ["number": .int($0)])
    }
    _ = try await shop.runner.resolved(.list(calls))
    #expect(gauge.most == 2)
  }

  @Test func `who asks while a call runs waits for that run`() async throws {
    let value = try await shop.graph.call(shop.sleeper(milliseconds: 50), ["number": .int(1)])
    try await withThrowingTaskGroup(of: Void.self) { group in
      for _ in 0..<20 { group.addTask { _ = try await shop.runner.resolved(value) } }
      try await group.waitForAll()
    }
    #expect(shop.tally["sleeper"] == 1)
  }

  @Test func `a function called by a stage may need others although only one may work`()
    async throws
  {
    var settings = Runner.Settings()
    settings.concurrency = 1
    let shop = Workshop(settings: settings)
    let apply = shop.stage(
      "apply", [.any("f", .function([.int], .int)), .number("to")], effort: .heavy
    ) {
      guard case .function(let function) = $0["f"] else { return .none }
      return try await function.call([.int($0.whole("to"))])
    }
    let function = FunctionValue(name: "f", type: .function([.int], .int), identity: "f") {
      try await shop.graph.call(shop.make(), ["number": $0[0]])
    }
    let value = try await shop.graph.call(apply, ["f": .function(function), "to": .int(4)])
    #expect(try await shop.result(value) == 4)
  }

  @Test func `an error has the place of the call and does not stick`() async throws {
    let flag = Tally()
    let shaky = shop.stage("shaky", []) { _ in
      flag.count("asked")
      if flag["asked"] == 1 { throw Workshop.Failure(text: "out of luck") }
      return .int(1)
    }
    let value = try await shop.graph.call(shaky, [:], at: place(12))
    let sum = try await shop.graph.call(shop.add(), ["left": value], at: place(13))
    let error = await #expect(throws: Diagnostic.self) { _ = try await shop.runner.resolved(sum) }
    #expect(error?.message == "out of luck")
    #expect(error?.place?.line == 12)
    #expect(try await shop.result(sum) == 2)
  }

  @Test func `a chain of ten thousand calls is run`() async throws {
    var value = Value.int(0)
    for _ in 0..<10_000 { value = try await shop.graph.call(shop.add(), ["left": value]) }
    #expect(try await shop.result(value) == 10_000)
  }

  @Test func `heavy calls tell when they start, how far they are and when they are done`()
    async throws
  {
    let slow = shop.stage("slow", [], effort: .heavy) { _ in
      StageContext.current.report(.init(fraction: 0.5, note: "half"))
      StageContext.current.warn(Diagnostic("W1", severity: .warning, message: "careful"))
      return .int(1)
    }
    _ = try await shop.runner.resolved(try await shop.graph.call(slow, [:]))
    #expect(shop.journal.lines == ["started slow", "slow: half", "warned W1", "computed slow"])
  }
}

struct OutlookTests {
  @Test func `the time left counts in what waits, from what it took in earlier programs`()
    async throws
  {
    let folder = try Folder()
    for round in 0..<2 {
      let shop = Workshop(cache: DiskCache(CachePlace(folder: folder.path)))
      let first = shop.stage("first", [.number("number")], effort: .heavy) { arguments in
        try await Task.sleep(for: .milliseconds(50))
        StageContext.current.report(.init(fraction: 0.5, note: "half"))
        return .int(arguments.whole("number"))
      }
      let below = try await shop.graph.call(first, ["number": .int(round)])
      let value = try await shop.graph.call(
        shop.sleeper(milliseconds: 300), ["number": below])
      _ = try await shop.runner.resolved(value)
      let outlooks = shop.journal.events.compactMap { event -> Outlook? in
        if case .progressed(_, _, let outlook) = event { outlook } else { nil }
      }
      let outlook = try #require(outlooks.first)
      #expect(outlook.neededCount == 2 && outlook.finishedCount == 0)
      if round == 0 {
        #expect(outlook.secondsLeft == nil, "nobody knows how long a sleeper takes")
      } else {
        #expect(try #require(outlook.secondsLeft) > 0.34)
      }
    }
  }
}

struct CancellationTests {
  @Test func `stopping takes effect within 200 ms and what was finished stays`() async throws {
    let shop = Workshop()
    let done = try await shop.graph.call(shop.make(), ["number": .int(1)])
    let endless = shop.stage("endless", [.number("after"), .number("attempt")], effort: .heavy) {
      _ in
      try await Task.sleep(for: .seconds(60))
      return .none
    }
    var quickest = Duration.seconds(60)
    // What else is tested meanwhile can hold up some attempts.
    for attempt in 1...20 where quickest >= .milliseconds(200) {
      let value = try await shop.graph.call(endless, ["after": done, "attempt": .int(attempt)])
      let task = Task { try await shop.runner.resolved(value) }
      while shop.tally["endless"] < attempt { try await Task.sleep(for: .milliseconds(5)) }
      let spent = await ContinuousClock().measure {
        task.cancel()
        _ = await task.result
      }
      quickest = min(quickest, spent)
      await #expect(throws: CancellationError.self) { _ = try await task.value }
    }
    #expect(quickest < .milliseconds(200))
    #expect(try await shop.result(done) == 1)
    #expect(shop.tally["make"] == 1)
  }

  @Test func `stages that do not listen hold up nobody who stops`() async throws {
    var settings = Runner.Settings()
    settings.concurrency = 4
    let shop = Workshop(settings: settings)
    let gate = Tally()
    let deaf = shop.stage("deaf", [.number("number")], effort: .heavy) { arguments in
      for _ in 0..<120_000 where gate["open"] == 0 { usleep(5000) }  // ten minutes
      gate.count("ended")
      return .int(arguments.whole("number"))
    }
    let calls = try await (1...4).map { $0 }.asyncMap {
      try await shop.graph.call(deaf, ["number": .int($0)])
    }
    let task = Task { try await shop.runner.resolved(.list(calls)) }
    while shop.tally["deaf"] < 4 { try await Task.sleep(for: .milliseconds(5)) }
    task.cancel()
    await #expect(throws: CancellationError.self) { try await task.value }
    #expect(gate["ended"] == 0, "who stopped does not wait for the stages")
    gate.count("open")
    #expect(try await shop.result(calls[0]) == 1)
    #expect(shop.tally["deaf"] == 4, "the next who asks waits for the first run to end")
  }

  @Test func `one who leaves does not stop the run for the others`() async throws {
    let shop = Workshop()
    let gate = Tally()
    let gated = shop.stage("gated", [], effort: .heavy) { _ in
      while gate["open"] == 0 { try await Task.sleep(for: .milliseconds(5)) }
      return .int(1)
    }
    let value = try await shop.graph.call(gated, [:])
    let leaving = Task { try await shop.runner.resolved(value) }
    let staying = Task { try await shop.result(value) }
    while await shop.runner.waitingCount < 2 { try await Task.sleep(for: .milliseconds(5)) }
    leaving.cancel()
    await #expect(throws: CancellationError.self) { _ = try await leaving.value }
    gate.count("open")
    #expect(try await staying.value == 1)
    #expect(shop.tally["gated"] == 1)
  }

  @Test func `stopping at any moment leaves a runner that works`() async throws {
    let shop = Workshop()
    let calls = try await (0..<20).map { $0 }.asyncMap {
      try await shop.graph.call(shop.sleeper(milliseconds: 3), ["number": .int($0)])
    }
    for delay in 0..<20 {
      let task = Task { try await shop.runner.resolved(.list(calls)) }
      try await Task.sleep(for: .milliseconds(delay))
      task.cancel()
      _ = await task.result
    }
    guard case .list(let all) = try await shop.runner.resolved(.list(calls)) else {
      Issue.record("no list")
      return
    }
    #expect(all.count == 20)
  }
}

/// The most that were inside at once.
final class Gauge: @unchecked Sendable {
  private let lock = NSLock()
  private var inside = 0
  private var highest = 0
  var most: Int { lock.withLock { highest } }
  func enter() {
    lock.withLock {
      inside += 1
      highest = max(highest, inside)
    }
  }
  func leave() { lock.withLock { inside -= 1 } }
}
