import GenPipeline
import Synchronization

/// Where results came from and how long they took, for the line of facts under a value.
public final class Ledger: Sendable {
  private struct Entry {
    let seconds: Double
    let origin: RunEvent.Origin
  }

  private let entries = Mutex<[String: Entry]>([:])

  public init() {}

  public func note(_ event: RunEvent) {
    guard case .finished(let node, let seconds, let origin) = event else { return }
    entries.withLock { $0[node.key] = Entry(seconds: seconds, origin: origin) }
  }

  /// `seed 7, took 2.1 s`, or `from boat.mp4, cached`; empty for what was known at once.
  public func facts(of value: Value) -> String {
    guard case .deferred(let node) = value else { return "" }
    var parts: [String] = []
    if let path = node.filePath { parts.append("from \(path)") }
    // A fitted model tells its own.
    let isModel = if case .model = node.type { true } else { false }
    if !isModel, let seed = node.seed { parts.append("seed \(seed)") }
    if let entry = entries.withLock({ $0[node.key] }) {
      parts.append(entry.origin == .cached ? "cached" : "took \(timeText(entry.seconds))")
    }
    return parts.joined(separator: ", ")
  }
}

extension Node {
  /// The file that the call reads.
  fileprivate var filePath: String? {
    stage.reads.lazy.compactMap { arguments[$0] }.compactMap { String($0) }.first
  }

  /// The seed of the call, or of the nearest call before it that has one.
  fileprivate var seed: Int? {
    if case .int(let seed)? = arguments["seed"] { return seed }
    return inputs.lazy.compactMap(\.seed).first
  }
}
