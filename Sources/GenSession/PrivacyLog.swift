import GenPipeline
import Synchronization

/// The calls of a session that spent of the privacy of tables: what a cell spends adds to what
/// earlier ones did.
final class PrivacyLog: Sendable {
  private let calls = Mutex<[PrivacyCall]>([])

  /// - Throws: ``Diagnostic`` `E0810` where it becomes too much; nothing is spent then.
  func spend(_ more: [PrivacyCall], of budget: Double) throws {
    try calls.withLock { calls in
      let all = calls + more.filter { call in !calls.contains { $0.key == call.key } }
      if let refusal = all.refusal(over: budget) { throw refusal }
      calls = all
    }
  }
}
