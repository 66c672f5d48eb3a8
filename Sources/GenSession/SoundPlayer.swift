import CLineEdit
import Foundation
import GenMedia

/// Plays sounds through a program that the machine has for it.
enum SoundPlayer {
  /// Programs that play a WAV file that they are given, and what they want before its name.
  private static let programs: [(name: String, arguments: [String])] = [
    ("pw-play", []), ("paplay", []), ("aplay", ["-q"]), ("afplay", []),
    ("ffplay", ["-nodisp", "-autoexit", "-loglevel", "quiet"]), ("play", ["-q"]),
  ]

  /// Waits for the end, or for Ctrl-C.
  static func play(_ sound: Audio, say: @escaping @Sendable (String) -> Void) async throws {
    guard let (program, arguments) = found() else {
      let names = programs.map(\.name).joined(separator: ", ")
      return say("this machine has no program that plays sounds (\(names)); save it and open it")
    }
    let path = NSTemporaryDirectory() + "gen-\(UUID().uuidString).wav"
    defer { try? FileManager.default.removeItem(atPath: path) }
    var options = MediaWriteOptions()
    options.sampleBits = 16
    try MediaFile.write(sound, to: path, options: options)
    let process = Process()
    process.executableURL = URL(filePath: program)
    process.arguments = arguments + [path]
    process.standardInput = FileHandle.nullDevice
    process.standardError = FileHandle.nullDevice
    try process.run()
    _ = gen_line_take_interrupt()
    while process.isRunning {
      if gen_line_take_interrupt() == 1 { process.terminate() }
      try await Task.sleep(for: .milliseconds(50))
    }
    if process.terminationReason == .exit, process.terminationStatus != 0 {
      say("\(program) could not play it: it ended with status \(process.terminationStatus)")
    }
  }

  private static func found() -> (String, [String])? {
    let folders = (ProcessInfo.processInfo.environment["PATH"] ?? "").split(separator: ":")
    for program in programs {
      for folder in folders {
        let path = "\(folder)/\(program.name)"
        if FileManager.default.isExecutableFile(atPath: path) { return (path, program.arguments) }
      }
    }
    return nil
  }
}
