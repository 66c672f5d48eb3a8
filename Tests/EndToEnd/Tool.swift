import Foundation

/// The program under test, as a person runs it.
struct Tool {
  let folder: String
  var environment: [String: String]

  struct Outcome {
    let status: Int32
    let output: String
    let errors: String
  }

  /// A fresh folder with a cache of its own.
  init() throws {
    folder = NSTemporaryDirectory() + "gen-e2e-\(UUID().uuidString)"
    try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
    let stdlib = URL(filePath: #filePath).deletingLastPathComponent()
      .appending(path: "../../stdlib").standardizedFileURL.path
    environment = ProcessInfo.processInfo.environment.merging([
      "GEN_STDLIB": stdlib, "GEN_CACHE": folder + "/cache", "GEN_HISTORY": folder + "/history",
      "TERM": "dumb", "SWIFT_BACKTRACE": "enable=no",
    ]) { $1 }
  }

  func remove() { try? FileManager.default.removeItem(atPath: folder) }

  func path(_ name: String) -> String { folder + "/" + name }

  func write(_ text: String, to name: String) throws {
    try Data(text.utf8).write(to: URL(filePath: path(name)))
  }

  static let executable: String = {
    let program = URL(filePath: "/proc/self/exe").resolvingSymlinksInPath()
    return program.deletingLastPathComponent().appending(path: "gen").path
  }()

  func start(_ arguments: [String], input: String? = nil) throws -> Running {
    try Running(
      executable: Tool.executable, arguments: arguments, folder: folder, environment: environment,
      input: input)
  }

  @discardableResult
  func run(_ arguments: String..., input: String? = nil) throws -> Outcome {
    try start(arguments, input: input).finish()
  }
}

/// A started program whose output goes to files, so that nothing can block.
struct Running {
  let process = Process()
  private let outputPath: String
  private let errorPath: String

  init(
    executable: String, arguments: [String], folder: String, environment: [String: String],
    input: String?
  ) throws {
    let stem = folder + "/." + UUID().uuidString
    (outputPath, errorPath) = (stem + ".out", stem + ".err")
    for path in [outputPath, errorPath] {
      FileManager.default.createFile(atPath: path, contents: nil)
    }
    try Data((input ?? "").utf8).write(to: URL(filePath: stem + ".in"))
    process.executableURL = URL(filePath: executable)
    process.arguments = arguments
    process.currentDirectoryURL = URL(filePath: folder)
    process.environment = environment
    process.standardInput = try FileHandle(forReadingFrom: URL(filePath: stem + ".in"))
    process.standardOutput = try FileHandle(forWritingTo: URL(filePath: outputPath))
    process.standardError = try FileHandle(forWritingTo: URL(filePath: errorPath))
    try process.run()
  }

  /// What it has said of errors until now.
  var errorsSoFar: String { (try? String(contentsOfFile: errorPath, encoding: .utf8)) ?? "" }

  /// The most memory that it had at a time until its end, in megabytes.
  func peakMegabytes() -> Int {
    var peak = 0
    while process.isRunning {
      let status = try? String(
        contentsOfFile: "/proc/\(process.processIdentifier)/status", encoding: .utf8)
      let line = status?.split(separator: "\n").first { $0.hasPrefix("VmHWM:") }
      let kilobytes = line?.split(whereSeparator: \.isWhitespace).dropFirst().first
      peak = max(peak, kilobytes.flatMap { Int($0) } ?? 0)
      usleep(5000)
    }
    return peak / 1024
  }

  func finish() throws -> Tool.Outcome {
    process.waitUntilExit()
    return Tool.Outcome(
      status: process.terminationStatus,
      output: try String(contentsOfFile: outputPath, encoding: .utf8),
      errors: try String(contentsOfFile: errorPath, encoding: .utf8))
  }
}
