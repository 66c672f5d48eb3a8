import CLineEdit
import Foundation

/// Reads what a person types: through a line editor at a terminal, plainly from a pipe.
public final class LineReader: Sendable {
  public enum Input: Equatable {
    /// Of several lines when it was pasted or taken up.
    case line(String)
    /// The line so far, when somebody wants to go back to those above it.
    case back(String)
    case interrupted
    case end
  }

  /// What could stand from a byte of the line up to the cursor.
  typealias Completer = (_ line: String, _ cursor: Int) -> (start: Int, candidates: [String])

  public let isTerminal: Bool

  /// The completer of the line being read. The editors know no context, read one line at a time, and
  /// ask on the thread that reads.
  nonisolated(unsafe) private static var completer: Completer?

  public init(history: History) {
    isTerminal = isatty(STDIN_FILENO) == 1
    guard isTerminal else { return }
    gen_line_open("gen") { line, cursor, start, candidates in
      guard let line, let start, let candidates, let completer = LineReader.completer else {
        return 0
      }
      let found = completer(String(cString: line), Int(cursor))
      start.pointee = Int32(found.start)
      let list = UnsafeMutablePointer<UnsafeMutablePointer<CChar>?>.allocate(
        capacity: max(found.candidates.count, 1))
      for (index, candidate) in found.candidates.enumerated() { list[index] = strdup(candidate) }
      candidates.pointee = list
      return Int32(found.candidates.count)
    }
    for entry in history.entries() { gen_line_remember(entry) }
  }

  /// - Parameters:
  ///   - begun: What already stands in the line, to be edited.
  ///   - goesBack: Whether there are lines above to go back to.
  ///   - completer: Asked on Tab.
  func read(
    prompt: String, begun: String = "", goesBack: Bool = false,
    completer: @escaping Completer = { ($1, []) }
  ) -> Input {
    guard isTerminal else { return readLine().map(Input.line) ?? .end }
    LineReader.completer = completer
    defer { LineReader.completer = nil }
    var status = GenLineOK
    guard let line = gen_line_read(prompt, begun, goesBack ? 1 : 0, &status) else {
      return status == GenLineInterrupted ? .interrupted : .end
    }
    defer { free(line) }
    let text = String(cString: line)
    return status == GenLineBack ? .back(text) : .line(text)
  }

  /// Takes lines that were just read, with their prompts, off the screen.
  func erase(_ shown: String) {
    gen_line_erase(shown, Int32(Terminal.current().columns))
  }

  /// What is typed at a prompt, without spaces around it; nil at the end of the input. Ctrl-C begins
  /// the line anew.
  public func answer(to prompt: String) -> String? {
    while true {
      switch read(prompt: prompt) {
      case .line(let line), .back(let line): return line.trimmingCharacters(in: .whitespaces)
      case .interrupted: continue
      case .end: return nil
      }
    }
  }

  public func remember(_ entry: String) {
    if isTerminal { gen_line_remember(entry) }
  }
}
