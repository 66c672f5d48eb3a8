extension Plan {
  /// Bytes that the program itself takes before any work: measured, with nothing loaded.
  static let programMemory = 40 << 20

  /// Seconds that the calls to be run take one after the other: an upper bound where they run side
  /// by side. Those that nobody knows are left out; nil when nobody knows any.
  public var seconds: Double? {
    let known = working.compactMap(\.seconds)
    return known.isEmpty ? nil : known.reduce(0, +)
  }

  /// Whether the time of every call to be run is known.
  public var isWhole: Bool { end == nil && working.allSatisfy { $0.seconds != nil } }

  /// Bytes of memory at one time: of the calls that depend on each other the largest, of those that
  /// do not all that may run side by side, as if two could.
  public var memory: Int {
    var levels: [Int] = []
    var largest: [Int: [Int]] = [:]
    for step in steps {
      let level = 1 + (step.inputs.map { levels[$0 - 1] }.max() ?? 0)
      levels.append(level)
      guard step.state == .run, let memory = step.memory else { continue }
      largest[level] = Array(((largest[level] ?? []) + [memory]).sorted(by: >).prefix(2))
    }
    return Plan.programMemory + (largest.values.map { $0.reduce(0, +) }.max() ?? 0)
  }

  /// Bytes of files that the calls to be run write, those of the cache among them.
  public var disk: Int { working.reduce(0) { $0 + ($1.disk ?? 0) } }

  private var working: [Step] { steps.filter { $0.state == .run || $0.state == .quick } }

  /// The costs of calls by their keys; of those that are not to be run, the extent alone.
  static func costs(
    _ order: [Node], _ states: [String: State], _ prices: Prices?, _ lowering: Lowering?
  ) async -> [String: Cost] {
    var costs: [String: Cost] = [:]
    for node in order where !node.isUnknown {
      let state = states[node.key]
      let isWork = state == .run || state == .quick
      let arguments = lowering?.applied(to: node) ?? node.arguments
      var extents = KeyedExtents()
      for (parameter, value) in zip(arguments.parameters, arguments.values) {
        guard let extent = value.extent(costs) else { continue }
        extents.pairs.append((parameter.name, extent))
      }
      let rows = zip(arguments.parameters, arguments.values).flatMap { parameter, value in
        value.tables(costs, named: parameter.name)
      }
      let call = CostCall(
        arguments, extents: extents, rows: rows, prices: isWork ? prices : nil)
      guard var cost = try? await (node.stage.cost ?? .usual(node.stage.effort)).cost(call) else {
        continue
      }
      // What is kept is written as it is.
      if isWork, node.isKept { cost.disk += cost.extent?.byteCount ?? 0 }
      if !isWork { (cost.seconds, cost.memory, cost.disk) = (nil, 0, 0) }
      costs[node.key] = cost
    }
    return costs
  }
}
