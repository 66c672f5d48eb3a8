import Foundation

/// A program run to its end, with nothing to read and its words kept in a file.
struct ChildProcess {
  struct Result {
    let status: Int32
    /// What it wrote to its error stream, the last 64 kB of it.
    let errors: String
  }

  let executable: String
  let arguments: [String]
  /// Where it keeps its temporary files.
  let folder: String
  /// Where it works; this process's own folder when `nil`.
  var workingFolder: String?

  /// - Throws: ``ModelStoreError/missingPython(executable:)`` when there is no such program;
  ///   `CancellationError` after the program was ended because the task was cancelled.
  func run() async throws -> Result {
    let errorPath = "\(folder)/\(UUID().uuidString).log"
    guard FileManager.default.createFile(atPath: errorPath, contents: nil),
      let errorFile = FileHandle(forWritingAtPath: errorPath)
    else { throw ModelStoreError.unwritable(path: folder, reason: "no file can be made there") }
    defer { try? errorFile.close() }
    let process = Process()
    process.executableURL = try URL(fileURLWithPath: located())
    process.arguments = arguments
    if let workingFolder {
      process.currentDirectoryURL = URL(fileURLWithPath: workingFolder, isDirectory: true)
    }
    process.environment = ProcessInfo.processInfo.environment
      .merging(["TMPDIR": folder, "PYTHONIOENCODING": "utf-8"]) { $1 }
    process.standardInput = FileHandle.nullDevice
    process.standardOutput = FileHandle.nullDevice
    process.standardError = errorFile
    let status = try await finish(Running(process))
    try Task.checkCancellation()
    let words = (try? Data(contentsOf: URL(fileURLWithPath: errorPath))) ?? Data()
    return Result(status: status, errors: String(decoding: words.suffix(65536), as: UTF8.self))
  }

  private func finish(_ running: Running) async throws -> Int32 {
    try await withTaskCancellationHandler {
      try await withCheckedThrowingContinuation { continuation in
        running.start(continuation, ifMissing: .missingPython(executable: executable))
      }
    } onCancel: {
      running.end()
    }
  }

  private func located() throws -> String {
    if executable.contains("/") { return executable }
    let path = ProcessInfo.processInfo.environment["PATH"] ?? "/usr/local/bin:/usr/bin:/bin"
    for folder in path.split(separator: ":") {
      let candidate = "\(folder)/\(executable)"
      if access(candidate, X_OK) == 0 { return candidate }
    }
    throw ModelStoreError.missingPython(executable: executable)
  }
}

/// `@unchecked`: the process is touched under the lock only.
private final class Running: @unchecked Sendable {
  private let process: Process
  private let lock = NSLock()
  private var isEnded = false

  init(_ process: Process) { self.process = process }

  func start(
    _ continuation: CheckedContinuation<Int32, any Error>, ifMissing missing: ModelStoreError
  ) {
    lock.withLock {
      guard !isEnded else { return continuation.resume(throwing: CancellationError()) }
      process.terminationHandler = { continuation.resume(returning: $0.terminationStatus) }
      do {
        try process.run()
      } catch {
        process.terminationHandler = nil
        continuation.resume(throwing: missing)
      }
    }
  }

  /// Asks the program to end, and two seconds later insists.
  func end() {
    lock.withLock {
      isEnded = true
      if process.isRunning { process.terminate() }
    }
    DispatchQueue.global().asyncAfter(deadline: .now() + 2) { [self] in
      lock.withLock {
        if process.isRunning { kill(process.processIdentifier, SIGKILL) }
      }
    }
  }
}
