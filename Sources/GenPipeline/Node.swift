/// One call of a stage in the graph: equal calls are equal nodes.
///
/// The key is the SHA-256 of stage, version, arguments (deferred ones by their key), weights and
/// numeric mode; it is the node's identity and its address in the cache.
public struct Node: Sendable {
  private final class Storage: Sendable {
    let stage: Stage
    let arguments: Arguments
    let facts: CallFacts
    let key: String
    let place: SourcePlace?
    let type: ValueType
    let mayBeKept: Bool

    init(
      stage: Stage, arguments: Arguments, facts: CallFacts, place: SourcePlace?, type: ValueType,
      mayBeKept: Bool
    ) {
      self.stage = stage
      self.arguments = arguments
      self.facts = facts
      self.key = facts.key.hex
      self.place = place
      self.type = type
      self.mayBeKept = mayBeKept
    }
  }

  private let storage: Storage

  public var stage: Stage { storage.stage }
  public var arguments: Arguments { storage.arguments }
  /// Everything that the key is made of, as text: what `why` compares.
  public var facts: CallFacts { storage.facts }
  /// Hexadecimal SHA-256.
  public var key: String { storage.key }
  /// The call in the script that asked for it.
  public var place: SourcePlace? { storage.place }
  /// The type of its result, as the checker found it.
  public var type: ValueType { storage.type }
  var mayBeKept: Bool { storage.mayBeKept }
  /// Whether the result belongs into the cache on disk: a heavy call's, unless `set cache = off`.
  public var isKept: Bool { storage.mayBeKept && stage.effort == .heavy && stage.effect == .none }

  /// Made by ``Graph``, which gathers the facts.
  init(
    stage: Stage, arguments: Arguments, facts: CallFacts, place: SourcePlace?, type: ValueType,
    mayBeKept: Bool
  ) {
    storage = Storage(
      stage: stage, arguments: arguments, facts: facts, place: place, type: type,
      mayBeKept: mayBeKept)
  }

  /// The calls whose results are arguments of this one, each once, in the order of the arguments.
  public var inputs: [Node] {
    var seen = Set<String>()
    return arguments.values.flatMap(\.deferredNodes).filter { seen.insert($0.key).inserted }
  }
}

extension Node: Hashable {
  public static func == (left: Node, right: Node) -> Bool { left.key == right.key }
  public func hash(into hasher: inout Hasher) { hasher.combine(key) }
}

/// Who can turn a call into its result: the runner, or a plan that only says what would run.
public protocol Demanding: Sendable {
  /// - Throws: ``Diagnostic`` with the place of the call; `CancellationError` when stopped.
  func value(of node: Node) async throws -> Value

  /// What a statement goes on with that could not be evaluated; nil where it has to be.
  func standIn(for error: Diagnostic, of type: ValueType, at place: SourcePlace) -> Value?
}

extension Demanding {
  public func standIn(for error: Diagnostic, of type: ValueType, at place: SourcePlace) -> Value? {
    nil
  }

  /// The value with every deferred call in it run; independent ones run side by side.
  public func resolved(_ value: Value) async throws -> Value {
    switch value {
    case .deferred(let node): return try await resolved(self.value(of: node))
    case .list(let elements) where value.isDeferred:
      return .list(try await resolved(elements))
    case .record(let fields) where value.isDeferred:
      let values = try await resolved(fields.map(\.value))
      return .record(zip(fields, values).map { RecordField($0.name, $1) })
    case .grid(let grid) where value.isDeferred:
      return .grid(Grid(grid.axes, try await resolved(grid.elements)))
    default: return value
    }
  }

  func resolved(_ values: [Value]) async throws -> [Value] {
    let waiting = values.indices.filter { values[$0].isDeferred }
    if waiting.count == 1, let only = waiting.first {
      var all = values
      all[only] = try await resolved(values[only])
      return all
    }
    return try await withThrowingTaskGroup(of: (Int, Value).self) { group in
      for index in waiting { group.addTask { (index, try await resolved(values[index])) } }
      var all = values
      for try await (index, value) in group { all[index] = value }
      return all
    }
  }
}

extension Value {
  /// Whether a call in it has still to be run.
  public var isDeferred: Bool {
    switch self {
    case .deferred: true
    case .list(let elements): elements.contains(where: \.isDeferred)
    case .record(let fields): fields.contains { $0.value.isDeferred }
    case .grid(let grid): grid.elements.contains(where: \.isDeferred)
    default: false
    }
  }

  /// The calls in it that have still to be run, in reading order.
  public var deferredNodes: [Node] {
    switch self {
    case .deferred(let node): [node]
    case .list(let elements): elements.flatMap(\.deferredNodes)
    case .record(let fields): fields.flatMap(\.value.deferredNodes)
    case .grid(let grid): grid.elements.flatMap(\.deferredNodes)
    default: []
    }
  }
}
