/// One call of a stage in the graph: equal calls are equal nodes.
///
/// The key is the SHA-256 of stage, version, arguments (deferred ones by their key), weights and
/// numeric mode; it is the node's identity and its address in the cache.
public struct Node: Sendable {
  public let stage: Stage
  public let arguments: Arguments
  /// Hexadecimal SHA-256.
  public let key: String
  /// The call in the script that asked for it.
  public let place: SourcePlace?
  /// The type of its result, as the checker found it.
  public let type: ValueType

  /// Made by ``Graph``, which computes the key.
  init(
    stage: Stage, arguments: Arguments, key: String, place: SourcePlace?, type: ValueType
  ) {
    self.stage = stage
    self.arguments = arguments
    self.key = key
    self.place = place
    self.type = type
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
}
