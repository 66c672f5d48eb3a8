import Glibc

/// What the program puts out.
public enum Output {
  /// A text, and the descriptor that it is meant for.
  public typealias Taker = @Sendable (String, Int32) -> Void

  /// A function by itself as a value of a task ends programs that Swift 6.3 has optimized.
  struct Redirection: Sendable { let taker: Taker }
  @TaskLocal static var redirection: Redirection?

  /// Does something, and hands over what it puts out instead of letting it out.
  public static func taken<Result>(
    by taker: @escaping Taker, from body: () async -> Result
  ) async -> Result {
    await $redirection.withValue(Redirection(taker: taker), operation: body)
  }
}

/// Writes all of a text; a reader that went away is no error of ours.
public func put(_ text: String, on descriptor: Int32 = STDOUT_FILENO) {
  if let redirection = Output.redirection { return redirection.taker(text, descriptor) }
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
