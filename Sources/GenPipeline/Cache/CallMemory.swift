/// What a call that tells the world notes for the next run of the same call, kept like a result.
public struct CallMemory: Sendable {
  let cache: DiskCache
  let node: Node

  /// What was noted last; nil when nothing was or it is gone.
  public var value: Value? { cache.value(for: node) }

  /// Takes the place of what was noted before.
  public func keep(_ value: Value) {
    _ = try? cache.store(value, for: node, filmLimit: 0, seconds: { 0 }, progress: { _ in })
  }
}
