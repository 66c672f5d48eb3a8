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
    /// Depends on a result that is not there, so that nobody can tell what it will be.
    case unknown
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
    /// What it will take on this machine; else what it took when it last ran, or what the stage
    /// usually takes.
    public let seconds: Double?
    /// Bytes of memory at one time, beyond those of the program itself.
    public let memory: Int?
    /// Bytes of files.
    public let disk: Int?
    public let key: String
    public let line: Int?
    /// What it spends of the privacy of a table, as an epsilon. The noise of such a result is secret:
    /// it cannot be made again.
    public let epsilon: Double?
  }

  public let steps: [Step]
  /// Why the plan says no more, when what follows depends on a result that is not there.
  public let end: Diagnostic?

  let order: [Node]
  let states: [String: State]
  private let times: [String: Double]
  private let prices: Prices?

  /// The plan for the calls that are needed.
  ///
  /// - Parameter prices: Those of this machine; without them only earlier runs tell times.
  public init(
    of roots: [Node], cache: DiskCache?, prices: Prices? = nil, end: Diagnostic? = nil
  ) async {
    let order = Plan.order(roots)
    await self.init(
      order, Plan.states(order, roots: roots, cache: cache), Plan.times(order, cache: cache),
      prices, end)
  }

  private init(
    _ order: [Node], _ states: [String: State], _ times: [String: Double], _ prices: Prices?,
    _ end: Diagnostic?, lowering: Lowering? = nil
  ) async {
    (self.order, self.states, self.times) = (order, states, times)
    (self.prices, self.end) = (prices, end)
    let costs = await Plan.costs(order, states, prices, lowering)
    var numbers: [String: Int] = [:]
    var steps: [Step] = []
    for node in order {
      let number = steps.count + 1
      numbers[node.key] = number
      let cost = costs[node.key]
      steps.append(
        Step(
          number: number, state: states[node.key] ?? .run, stage: node.stage.name,
          call: node.callInPlan(numbers), result: "\(node.type)",
          inputs: node.inputs.compactMap { numbers[$0.key] },
          seconds: cost?.seconds ?? times[node.key], memory: cost?.memory, disk: cost?.disk,
          key: node.key, line: node.place?.line,
          epsilon: node.stage.spends.map { $0(node.arguments) }.flatMap { $0.isFinite ? $0 : nil }))
    }
    self.steps = steps
  }

  /// Whether times were asked for, so that one that is missing is worth a word.
  var isPriced: Bool { prices != nil }

  /// The same with another value for an argument.
  func lowered(_ lowering: Lowering) async -> Plan {
    await Plan(order, states, times, prices, end, lowering: lowering)
  }

  func node(of step: Step) -> Node? { order.first { $0.key == step.key } }

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
      if node.isUnknown {
        states[node.key] = .unknown
        needed.formUnion(node.inputs.map(\.key))
      } else if node.isKept, cache?.holds(node) == true {
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
