public final class DiskCache: Sendable {
  func value(for node: Node) -> Value? { nil }
  func store(
    _ value: Value, for node: Node, filmLimit: Int, seconds: () -> Double,
    progress: (StageContext.Progress) -> Void
  ) throws -> Value? { nil }
}
struct CacheFailure: Error { var warning: Diagnostic? }
