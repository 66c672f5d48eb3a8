import Foundation

/// Threads for the work of stages, apart from those on which everybody waits for everybody: a
/// stage that computes for seconds without a pause holds up nobody who wants to stop it or to show
/// how far it is.
///
/// A thread is started when there is work and none is idle; idle ones stay for the next.
final class StageThreads: TaskExecutor {
  static let shared = StageThreads()
  private static let mostThreads = 64
  private static let stackSize = 8 << 20

  private let condition = NSCondition()
  private nonisolated(unsafe) var jobs: [UnownedJob] = []
  private nonisolated(unsafe) var idleCount = 0
  private nonisolated(unsafe) var threadCount = 0

  func enqueue(_ job: consuming ExecutorJob) {
    let job = UnownedJob(job)
    condition.withLock {
      jobs.append(job)
      if idleCount >= jobs.count || threadCount >= StageThreads.mostThreads {
        condition.signal()
      } else {
        threadCount += 1
        startThread()
      }
    }
  }

  private func startThread() {
    let thread = Thread { [self] in
      while true { next().runSynchronously(on: asUnownedTaskExecutor()) }
    }
    thread.stackSize = StageThreads.stackSize
    thread.name = "stage"
    thread.start()
  }

  private func next() -> UnownedJob {
    condition.withLock {
      while jobs.isEmpty {
        idleCount += 1
        condition.wait()
        idleCount -= 1
      }
      return jobs.removeFirst()
    }
  }
}
