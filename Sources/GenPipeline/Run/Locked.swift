import Synchronization

/// A value that several tasks change, one at a time.
final class Locked<Content: Sendable>: Sendable {
  private let content: Mutex<Content>
  init(_ content: Content) { self.content = Mutex(content) }
  func with<Result>(_ body: (inout Content) throws -> Result) rethrows -> Result {
    try content.withLock { content in try body(&content) }
  }
}
