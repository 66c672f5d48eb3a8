import Foundation

/// What a program would do, in the order in which it would: the calls below those that somebody
/// needs, each after the calls whose results it takes.
public struct Plan: Sendable {
  public enum State: String, Sendable, Codable {
    /// The result is in the cache.
    case cached
    /// The work has to be done.
    case run
    /// Done again each time, since it takes no time to speak of.
    case quick
    /// Only needed by calls whose results are in the cache.
    case spared
  }

  public struct Step: Sendable, Codable {
    /// From 1, in the order of the plan.
    public let number: Int
    public let state: State
    public let stage: String
    /// With `#2` for the result of step 2.
    public let call: String
    public let result: String
    public let inputs: [Int]
    /// What it took when it last ran, or what the stage usually takes.
    public let seconds: Double?
    public let key: String
    public let line: Int?
  }

  public let steps: [Step]
  /// Why the plan says no more, when what follows depends on a result that is not there.
  public let end: Diagnostic?

  /// The plan for the calls that are needed.
  public init(of roots: [Node], cache: DiskCache?, end: Diagnostic? = nil) {
    let order = Plan.order(roots)
    let states = Plan.states(order, roots: roots, cache: cache)
    let times = Plan.times(order, cache: cache)
    var numbers: [String: Int] = [:]
    var steps: [Step] = []
    for node in order {
      let number = steps.count + 1
      numbers[node.key] = number
      steps.append(
        Step(
          number: number, state: states[node.key] ?? .run, stage: node.stage.name,
          call: node.callText { "#\(numbers[$0.key] ?? 0)" }, result: "\(node.type)",
          inputs: node.inputs.compactMap { numbers[$0.key] }, seconds: times[node.key],
          key: node.key, line: node.place?.line))
    }
    self.steps = steps
    self.end = end
  }

  /// Seconds that the calls to be run usually take; nil when one of them is not known.
  public var seconds: Double? {
    steps.filter { $0.state == .run }.reduce(0 as Double?) { sum, step in
      sum.flatMap { sum in step.seconds.map { sum + $0 } }
    }
  }

  /// Each call after its inputs, without recursion since chains may be long.
  private static func order(_ roots: [Node]) -> [Node] {
    var done = Set<String>()
    var order: [Node] = []
    for root in roots {
      var path = [(node: root, isReady: false)]
      while let (node, isReady) = path.popLast() {
        if isReady {
          if done.insert(node.key).inserted { order.append(node) }
        } else if !done.contains(node.key) {
          path.append((node, true))
          for input in node.inputs.reversed() where !done.contains(input.key) {
            path.append((input, false))
          }
        }
      }
    }
    return order
  }

  private static func states(
    _ order: [Node], roots: [Node], cache: DiskCache?
  ) -> [String: State] {
    var needed = Set(roots.map(\.key))
    var states: [String: State] = [:]
    for node in order.reversed() {
      if node.isKept, cache?.holds(node) == true {
        states[node.key] = .cached
      } else if needed.contains(node.key) {
        let isWork = node.stage.effort == .heavy || node.stage.effect == .tells
        states[node.key] = isWork ? .run : .quick
        needed.formUnion(node.inputs.map(\.key))
      } else {
        states[node.key] = .spared
      }
    }
    return states
  }

  private static func times(_ order: [Node], cache: DiskCache?) -> [String: Double] {
    let heavy = order.filter { $0.stage.effort == .heavy }
    guard let cache, !heavy.isEmpty else { return [:] }
    let found = cache.ask { index in
      var known = Dictionary(try index.entries().map { ($0.key, $0.seconds) }) { $1 }
      for node in heavy where known[node.key] == nil {
        known[node.key] = try index.usualSeconds(of: node.stage.name)
      }
      return known
    }
    return found ?? [:]
  }
}

/// Finds out what a program needs without doing it: stands in for the runner.
///
/// A result that the program looks into is taken from the cache; where it is not there, the plan
/// ends with ``Diagnostic`` `E0804`.
public final class Planner: Demanding {
  private let cache: DiskCache?
  private let state = Locked<(roots: [Node], end: Diagnostic?)>(([], nil))

  public init(cache: DiskCache?) { self.cache = cache }

  public func value(of node: Node) async throws -> Value {
    if node.stage.effect == .tells {
      state.with { $0.roots.append(node) }
      return .none
    }
    if node.stage.effort == .heavy {
      if node.isKept, let value = cache?.value(for: node) { return value }
    } else {
      let values = try await resolved(node.arguments.values)
      return try await node.stage.run(
        Arguments(parameters: node.arguments.parameters, values: values)
      ) { try await self.resolved($0) }
    }
    let end = Diagnostic.planEnds(at: node)
    state.with { state in
      state.roots.append(node)
      state.end = state.end ?? end
    }
    throw end
  }

  /// Adds a call that somebody will need, such as the value of a cell.
  public func need(_ value: Value) { state.with { $0.roots += value.deferredNodes } }

  public var plan: Plan {
    let (roots, end) = state.with { $0 }
    return Plan(of: roots, cache: cache, end: end)
  }
}
