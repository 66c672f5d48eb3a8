import Foundation
import GenDigest
import GenMedia
import Synchronization

@testable import GenPipeline

/// How often each stage of a test has run.
final class Tally: Sendable {
  private let counts = Mutex<[String: Int]>([:])
  func count(_ name: String) { counts.withLock { $0[name, default: 0] += 1 } }
  subscript(name: String) -> Int { counts.withLock { $0[name] ?? 0 } }
}

/// Events in the order they were told.
final class Journal: Sendable {
  private let list = Mutex<[RunEvent]>([])
  func write(_ event: RunEvent) { list.withLock { $0.append(event) } }
  var events: [RunEvent] { list.withLock { $0 } }

  var lines: [String] {
    events.map { event in
      switch event {
      case .started(let node): "started \(node.stage.name)"
      case .progressed(let node, let progress, _): "\(node.stage.name): \(progress.note)"
      case .finished(let node, _, let origin): "\(origin) \(node.stage.name)"
      case .failed(let node, let diagnostic): "failed \(node.stage.name): \(diagnostic.message)"
      case .warned(let diagnostic): "warned \(diagnostic.code)"
      }
    }
  }
}

/// A graph and a runner over a few stages that count how often they run.
struct Workshop: Sendable {
  let tally = Tally()
  let journal = Journal()
  let runner: Runner
  let graph: Graph

  init(
    program: String = "gen 0.1", cache: DiskCache? = nil, weights: String = "w1",
    settings: Runner.Settings = Runner.Settings()
  ) {
    let world = Graph.World(program: program, numericMode: "f32") { name in
      guard name == "toy" else { throw Failure(text: "no model \(name)") }
      return Graph.ModelFacts(hash: weights, licence: "Apache-2.0")
    }
    runner = Runner(
      world: world, cache: cache, settings: settings, events: { [journal] in journal.write($0) })
    graph = Graph(world: world, demanding: runner)
  }

  struct Failure: Error, CustomStringConvertible {
    let text: String
    var description: String { text }
  }

  func stage(
    _ name: String, _ parameters: [ParameterInfo], effort: Stage.Effort = .light,
    effect: Stage.Effect = .none, version: Int = 1, models: [String] = [], reads: [String] = [],
    type: ValueType = .int, body: @escaping @Sendable (Arguments) async throws -> Value
  ) -> Stage {
    Stage(
      name, "A stage of the tests.", parameters: parameters, result: .fixed(type), examples: [],
      version: version, effort: effort, effect: effect, models: { _ in models }, reads: reads
    ) { [tally] arguments in
      tally.count(name)
      return try await body(arguments)
    }
  }

  /// A whole number that is made by work.
  func make(effort: Stage.Effort = .heavy, version: Int = 1) -> Stage {
    stage("make", [.number("number")], effort: effort, version: version, models: ["toy"]) {
      .int($0.whole("number"))
    }
  }

  func add(effort: Stage.Effort = .light) -> Stage {
    stage("add", [.number("left"), .number("right", 1)], effort: effort) {
      .int($0.whole("left") + $0.whole("right"))
    }
  }

  /// Sleeps without holding a thread, then gives its number.
  func sleeper(milliseconds: Int, effort: Stage.Effort = .heavy) -> Stage {
    stage("sleeper", [.number("number")], effort: effort) { arguments in
      try await Task.sleep(for: .milliseconds(milliseconds))
      return .int(arguments.whole("number"))
    }
  }

  func result(_ value: Value) async throws -> Int? {
    guard case .int(let whole) = try await runner.resolved(value) else { return nil }
    return whole
  }
}

extension ParameterInfo {
  static func number(
    _ name: String, _ initial: Int? = nil, in range: ClosedRange<Double>? = nil,
    setting: String? = nil, meanings: [String: Value] = [:]
  ) -> ParameterInfo {
    ParameterInfo(
      name: name, documentation: "A whole number.", type: .int, range: range,
      initial: initial.map(Value.int), setting: setting, meanings: meanings)
  }

  static func any(_ name: String, _ type: ValueType) -> ParameterInfo {
    ParameterInfo(name: name, documentation: "A value.", type: type)
  }
}

extension Arguments {
  func whole(_ name: String) -> Int {
    guard case .int(let whole) = self[name] else { return Int.min }
    return whole
  }
}

extension Value {
  var node: Node? {
    guard case .deferred(let node) = self else { return nil }
    return node
  }
}

/// A folder for one test, removed with the value.
final class Folder: Sendable {
  let path: String
  init() throws {
    path = NSTemporaryDirectory() + "/gen-test-" + UUID().uuidString
    try FileManager.default.createDirectory(atPath: path, withIntermediateDirectories: true)
  }
  deinit { try? FileManager.default.removeItem(atPath: path) }
  func file(_ name: String) -> String { path + "/" + name }
}

func place(_ line: Int) -> SourcePlace {
  SourcePlace(file: "test.gen", line: line, column: 1, length: 4, offset: 0)
}
