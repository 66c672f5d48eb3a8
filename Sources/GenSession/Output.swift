import Glibc

/// What the program puts out.
public enum Output {
  /// Takes what a task puts out, in the program's place: a text, and the descriptor it was meant for.
  @TaskLocal public static var taker: (@Sendable (String, Int32) -> Void)?
}

/// Writes all of a text; a reader that went away is no error of ours.
public func put(_ text: String, on descriptor: Int32 = STDOUT_FILENO) {
  if let taker = Output.taker { return taker(text, descriptor) }
  var bytes = Array(text.utf8)[...]
  while !bytes.isEmpty {
    let count = bytes.withUnsafeBytes { write(descriptor, $0.baseAddress, $0.count) }
    if count < 0, errno == EINTR || errno == EAGAIN { continue }
    guard count > 0 else { return }
    bytes = bytes.dropFirst(count)
  }
}

/// The same with a line break behind it.
func putLine(_ text: some CustomStringConvertible) { put("\(text)\n") }
