import Foundation

/// The losses of a run as a table of text: step, loss, norm of the gradients, rate.
final class LossCurve {
  private let handle: FileHandle

  /// Opens the table and drops lines of steps that will be done again.
  init(path: String, keepingSteps count: Int) throws {
    let old = (try? String(contentsOfFile: path, encoding: .utf8)) ?? ""
    let kept = old.split(separator: "\n").filter { line in
      line.split(separator: "\t").first.flatMap { Int($0) }.map { $0 <= count } ?? false
    }
    let text = (["step\tloss\tnorm\trate"] + kept.map(String.init)).joined(separator: "\n") + "\n"
    try Data(text.utf8).write(to: URL(fileURLWithPath: path), options: .atomic)
    handle = try FileHandle(forWritingTo: URL(fileURLWithPath: path))
    try handle.seekToEnd()
  }

  deinit { try? handle.close() }

  func add(_ outcome: TrainingOutcome) throws {
    let line = "\(outcome.number)\t\(outcome.loss)\t\(outcome.norm)\t\(outcome.rate)\n"
    try handle.write(contentsOf: Data(line.utf8))
  }
}
