import CLineEdit
import Foundation
import Synchronization

/// Ctrl-C as a cancellation of the work at hand.
public enum Interrupts {
  /// From here on Ctrl-C no longer ends the program.
  public static func catchThem() { gen_line_catch_interrupts(nil) }

  /// From here on the first SIGTERM stops work as Ctrl-C does, and the second one ends the program.
  public static func catchTermination() { gen_line_catch_termination() }

  /// The exit status of a program that was stopped: 143 by SIGTERM, 130 by Ctrl-C.
  public static var status: Int32 { gen_line_was_terminated() == 1 ? 143 : 130 }

  /// Waits for work and cancels it within 20 ms of Ctrl-C, or when the task that waits is cancelled.
  ///
  /// The watch has a thread of its own, because the work may hold all of Swift's.
  /// - Throws: what the work throws; `CancellationError` when it was stopped.
  public static func cancelling<Result: Sendable>(
    _ work: Task<Result, any Error>
  ) async throws -> Result {
    catchThem()
    _ = gen_line_take_interrupt()
    let isDone = Atomic<Bool>.Box(false)
    Thread.detachNewThread {
      while !isDone.value.load(ordering: .relaxed) {
        if gen_line_take_interrupt() == 1 { work.cancel() }
        usleep(20_000)
      }
    }
    defer { isDone.value.store(true, ordering: .relaxed) }
    return try await withTaskCancellationHandler {
      try await work.value
    } onCancel: {
      work.cancel()
    }
  }
}

extension Atomic where Value == Bool {
  /// An atomic that several owners share.
  fileprivate final class Box: Sendable {
    let value: Atomic<Bool>
    init(_ value: Bool) { self.value = Atomic(value) }
  }
}
