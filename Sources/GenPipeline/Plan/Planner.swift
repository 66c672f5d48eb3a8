import GenDigest

/// Finds out what a program needs without doing it: stands in for the runner.
///
/// A result that the program looks into is taken from the cache; where it is not there, the statement
/// ends with ``Diagnostic`` `E0804` and what it would have bound is an unknown call.
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
      if !node.isUnknown { state.end = state.end ?? end }
      state.roots.append(node)
    }
    throw end
  }

  /// Adds a call that somebody will need, such as the value of a cell.
  public func need(_ value: Value) { state.with { $0.roots += value.deferredNodes } }

  public func standIn(
    for error: Diagnostic, of type: ValueType, at place: SourcePlace
  ) -> Value? {
    guard error.code == "E0804" else { return nil }
    let node = Node(
      unknown: type, at: place, dependingOn: state.with { $0.roots.last })
    return .deferred(node)
  }

  /// - Parameter prices: Those of this machine; without them only earlier runs tell times.
  public func plan(_ prices: Prices? = nil) async -> Plan {
    let (roots, end) = state.with { $0 }
    return await Plan(of: roots, cache: cache, prices: prices, end: end)
  }
}

extension Node {
  private static let unknownName = "unknown"

  /// What a statement would have come to whose value depends on a result that is not there.
  fileprivate init(unknown type: ValueType, at place: SourcePlace, dependingOn input: Node?) {
    let parameters = [ParameterInfo(name: "of", documentation: "", type: .unknown)]
    let stage = Stage(
      Self.unknownName, "", parameters: parameters, result: .fixed(type), examples: [],
      effort: .heavy
    ) { _ in throw Diagnostic("E0804", message: "the plan ends here") }
    let text = "\(place.file):\(place.offset)"
    let facts = CallFacts(
      stage: stage.name, version: 1,
      arguments: [.init(name: "of", text: text, digest: Digest(of: text), call: nil)],
      models: [:], files: [:], numericMode: "", program: "")
    self.init(
      stage: stage,
      arguments: Arguments(
        parameters: parameters, values: [input.map(Value.deferred) ?? Value.none]),
      facts: facts, place: place, type: type, mayBeKept: false)
  }

  /// With `#2` for the result of step 2.
  func callInPlan(_ numbers: [String: Int]) -> String {
    guard isUnknown else { return callText { "#\(numbers[$0.key] ?? 0)" } }
    return inputs.first.map { "depends on #\(numbers[$0.key] ?? 0)" } ?? "depends on what is above"
  }

  var isUnknown: Bool { stage.name == Self.unknownName }
}
