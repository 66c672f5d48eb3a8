import Foundation
import GenSession

/// A kernel at its sockets.
public enum KernelHost {
  /// Serves until the kernel is shut down, or whoever started it is gone.
  ///
  /// - Parameter path: The connection file.
  /// - Throws: ``KernelError``.
  public static func run(_ options: Workshop.Options, connectionFile path: String) async throws {
    let connection = try ConnectionFile(path: path)
    Interrupts.catchThem()
    let switchboard = Switchboard(connection)
    let kernel = Kernel(
      options, key: connection.key, history: .standard(), sender: switchboard.send,
      ended: switchboard.close)
    let serving = Task { await kernel.serve() }
    let parent = getppid()
    let isStartedByJupyter = getenv("JPY_PARENT_PID") != nil
    let outcome = await withCheckedContinuation {
      (ended: CheckedContinuation<Result<Void, any Error>, Never>) in
      let thread = Thread {
        ended.resume(
          returning: Result {
            try switchboard.run(
              isWanted: { !isStartedByJupyter || getppid() == parent },
              receive: { kernel.receive($1, on: $0) })
          })
      }
      thread.name = "switchboard"
      thread.start()
    }
    serving.cancel()
    // Work that ends by itself leaves nothing half done; what does not is left behind.
    kernel.stop()
    for _ in 0..<20 where !kernel.isIdle { try? await Task.sleep(for: .milliseconds(50)) }
    try outcome.get()
  }
}
