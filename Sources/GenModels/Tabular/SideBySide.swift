import Dispatch

/// `count` things, each made on a processor of its own, in order.
func sideBySide<Made: Sendable>(_ count: Int, _ make: @Sendable (Int) -> Made) -> [Made] {
  var made = [Made?](repeating: nil, count: count)
  made.withUnsafeMutableBufferPointer {
    nonisolated(unsafe) let made = $0
    DispatchQueue.concurrentPerform(iterations: count) { made[$0] = make($0) }
  }
  return made.compactMap { $0 }
}
