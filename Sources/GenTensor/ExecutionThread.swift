import Dispatch

#if canImport(Glibc)
  import Glibc
#elseif canImport(Musl)
  import Musl
#else
  import Darwin
#endif

/// The one thread on which every program is prepared and run.
///
/// The kernels' pool of threads belongs to whichever thread enters it, so only this one does.
final class ExecutionThread: @unchecked Sendable {
  static let shared = ExecutionThread()

  private let lock = UnsafeMutablePointer<pthread_mutex_t>.allocate(capacity: 1)
  private let wakeUp = UnsafeMutablePointer<pthread_cond_t>.allocate(capacity: 1)
  private var queue: [Job] = []

  /// Work to do; its closure is gone before anybody is told that it is done.
  private final class Job {
    var body: (() -> Void)?
    let isDone = DispatchSemaphore(value: 0)

    init(_ body: @escaping () -> Void) { self.body = body }

    func run() {
      body?()
      body = nil
      isDone.signal()
    }
  }

  private var thread = pthread_t?.none

  private init() {
    pthread_mutex_init(lock, nil)
    pthread_cond_init(wakeUp, nil)
    var attributes = pthread_attr_t()
    pthread_attr_init(&attributes)
    pthread_attr_setdetachstate(&attributes, Int32(PTHREAD_CREATE_DETACHED))
    pthread_attr_setstacksize(&attributes, 8 << 20)
    var created = pthread_t?.none
    #if canImport(Darwin)
      pthread_create(&created, &attributes, { _ in ExecutionThread.shared.loop() }, nil)
    #else
      var identity = pthread_t()
      pthread_create(&identity, &attributes, { _ in ExecutionThread.shared.loop() }, nil)
      created = identity
    #endif
    pthread_attr_destroy(&attributes)
    thread = created
  }

  private func loop() -> Never {
    while true {
      pthread_mutex_lock(lock)
      while queue.isEmpty { pthread_cond_wait(wakeUp, lock) }
      let job = queue.removeFirst()
      pthread_mutex_unlock(lock)
      job.run()
    }
  }

  private func enqueue(_ job: Job) {
    pthread_mutex_lock(lock)
    queue.append(job)
    pthread_cond_signal(wakeUp)
    pthread_mutex_unlock(lock)
  }

  private var isCurrent: Bool {
    thread.map { pthread_equal($0, pthread_self()) != 0 } ?? false
  }

  /// Runs `body` on the thread and waits for it.
  func sync<Result>(_ body: () throws -> Result) throws -> Result {
    if isCurrent { return try body() }
    var outcome: Swift.Result<Result, any Error>?
    withoutActuallyEscaping(body) { body in
      let job = Job { outcome = Swift.Result { try body() } }
      enqueue(job)
      job.isDone.wait()
    }
    guard let outcome else { throw CancellationError() }
    return try outcome.get()
  }

  /// Runs `body` on the thread without holding a thread of the caller.
  func run<Result: Sendable>(_ body: @escaping @Sendable () throws -> Result) async throws
    -> Result
  {
    try await withCheckedThrowingContinuation { continuation in
      enqueue(Job { continuation.resume(with: Swift.Result { try body() }) })
    }
  }
}
