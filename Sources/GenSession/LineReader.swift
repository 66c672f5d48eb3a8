import CLineEdit
import Glibc

/// Reads what a person types, through libedit at a terminal and plainly from a pipe.
public final class LineReader {
  public enum Input: Equatable {
    case line(String)
    case interrupted
    case end
  }

  public let isTerminal: Bool

  public init(history: History) {
    isTerminal = isatty(STDIN_FILENO) == 1
    guard isTerminal else { return }
    gen_line_open("gen", nil)
    for entry in history.entries() { gen_line_remember(entry) }
  }

  public func read(prompt: String) -> Input {
    guard isTerminal else { return readLine().map(Input.line) ?? .end }
    var status = GenLineOK
    guard let line = gen_line_read(prompt, &status) else {
      return status == GenLineInterrupted ? .interrupted : .end
    }
    defer { free(line) }
    return .line(String(cString: line))
  }

  public func remember(_ entry: String) {
    if isTerminal { gen_line_remember(entry) }
  }
}
