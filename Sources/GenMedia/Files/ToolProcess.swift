import Glibc

/// A running `gen-media` and a line to talk with it.
///
/// The line is a socket, so that writing to a process that died is an error and not a signal; the
/// process stands in a group of its own and is ended with this object.
final class ToolProcess {
  private let path: String
  private let stallSeconds: Int
  private var process: pid_t = 0
  private let line: Int32

  /// - Parameter path: the file worked on, for errors.
  init(_ tool: MediaTool, arguments: [String], workingOn path: String) throws {
    self.path = path
    self.stallSeconds = tool.stallSeconds
    var ends: (Int32, Int32) = (-1, -1)
    let stream = Int32(SOCK_STREAM.rawValue) | Int32(SOCK_CLOEXEC.rawValue)
    let code = withUnsafeMutableBytes(of: &ends) {
      socketpair(AF_UNIX, stream, 0, $0.baseAddress?.assumingMemoryBound(to: Int32.self))
    }
    guard code == 0 else {
      throw MediaError.toolConfused(path: path, reason: "no line to it: \(systemReason())")
    }
    line = ends.0
    defer { close(ends.1) }
    process = try ToolProcess.spawn(tool.executable, arguments, talkingOn: ends.1)
  }

  deinit {
    close(line)
    guard process > 0 else { return }
    kill(process, SIGKILL)
    var status: Int32 = 0
    while waitpid(process, &status, 0) < 0, errno == EINTR {}
  }

  // MARK: Listening

  /// The next record's kind and payload length.
  func nextHead() throws -> (kind: ToolRecordKind, count: Int) {
    var bytes = [UInt8](repeating: 0, count: ToolRecord.headCount)
    try bytes.withUnsafeMutableBytes { try readFully($0) }
    guard let head = ToolRecord.parse(head: bytes) else {
      throw MediaError.toolConfused(path: path, reason: "a record of an unknown kind")
    }
    return head
  }

  /// The payload of a record that holds text.
  func nextText(count: Int) throws -> [UInt8] {
    guard count <= ToolRecord.textLimit else {
      throw MediaError.toolConfused(path: path, reason: "a text of \(count) bytes")
    }
    var bytes = [UInt8](repeating: 0, count: count)
    try bytes.withUnsafeMutableBytes { try readFully($0) }
    return bytes
  }

  /// Fills `buffer` from the tool, or throws when it ends or keeps silent.
  func readFully(_ buffer: UnsafeMutableRawBufferPointer) throws {
    var filled = 0
    while filled < buffer.count {
      guard let base = buffer.baseAddress else { return }
      _ = try wait(for: POLLIN)
      let count = read(line, base + filled, buffer.count - filled)
      if count > 0 {
        filled += count
      } else if count == 0 {
        throw exitError()
      } else if errno == ECONNRESET {
        throw exitError()
      } else if errno != EINTR && errno != EAGAIN {
        throw MediaError.toolConfused(path: path, reason: systemReason())
      }
    }
  }

  var hasSomethingToSay: Bool {
    var descriptor = pollfd(fd: line, events: Int16(POLLIN), revents: 0)
    return poll(&descriptor, 1, 0) == 1
  }

  // MARK: Talking

  /// Sends all bytes; false when the tool no longer listens.
  func write(_ bytes: UnsafeRawBufferPointer, whenItSpeaks listen: () throws -> Void) throws -> Bool
  {
    var sent = 0
    while sent < bytes.count {
      guard let base = bytes.baseAddress else { return true }
      let flags = Int32(MSG_NOSIGNAL) | Int32(MSG_DONTWAIT)
      let count = send(line, base + sent, bytes.count - sent, flags)
      if count >= 0 {
        sent += count
      } else if errno == EAGAIN {
        if try wait(for: POLLIN | POLLOUT) & POLLIN != 0 { try listen() }
      } else if errno == EPIPE || errno == ECONNRESET {
        return false
      } else if errno != EINTR {
        throw MediaError.toolConfused(path: path, reason: systemReason())
      }
    }
    return true
  }

  /// Waits for one of the events and tells which came.
  private func wait(for events: Int32) throws -> Int32 {
    var descriptor = pollfd(fd: line, events: Int16(events), revents: 0)
    for _ in 0..<max(1, stallSeconds) * 4 {
      try Task.checkCancellation()
      let count = poll(&descriptor, 1, 250)
      if count > 0 { return Int32(descriptor.revents) }
      if count < 0, errno != EINTR {
        throw MediaError.toolConfused(path: path, reason: systemReason())
      }
    }
    throw MediaError.toolStalled(path: path, seconds: stallSeconds)
  }

  // MARK: Ending

  /// Why the tool went away without a last word.
  func exitError() -> MediaError {
    guard let status = waitForExit() else {
      return .toolConfused(path: path, reason: "it closed its output")
    }
    let signal = status & 0x7f
    if signal != 0 { return .toolCrashed(path: path, signal: Int(signal)) }
    let code = (status >> 8) & 0xff
    return .toolConfused(path: path, reason: "it ended with status \(code)")
  }

  private func waitForExit() -> Int32? {
    var status: Int32 = 0
    for _ in 0..<200 {
      let ended = waitpid(process, &status, WNOHANG)
      if ended == process {
        process = 0
        return status
      }
      if ended < 0, errno != EINTR { return nil }
      usleep(10_000)
    }
    return nil
  }

  // MARK: Starting

  private static func spawn(
    _ executable: String, _ arguments: [String], talkingOn line: Int32
  ) throws -> pid_t {
    var actions = posix_spawn_file_actions_t()
    posix_spawn_file_actions_init(&actions)
    defer { posix_spawn_file_actions_destroy(&actions) }
    posix_spawn_file_actions_adddup2(&actions, line, 0)
    posix_spawn_file_actions_adddup2(&actions, line, 1)
    posix_spawn_file_actions_addopen(&actions, 2, "/dev/null", O_WRONLY, 0)

    var attributes = posix_spawnattr_t()
    posix_spawnattr_init(&attributes)
    defer { posix_spawnattr_destroy(&attributes) }
    var none = sigset_t()
    var all = sigset_t()
    sigemptyset(&none)
    sigfillset(&all)
    posix_spawnattr_setsigmask(&attributes, &none)
    posix_spawnattr_setsigdefault(&attributes, &all)
    posix_spawnattr_setpgroup(&attributes, 0)
    let flags = POSIX_SPAWN_SETPGROUP | POSIX_SPAWN_SETSIGDEF | POSIX_SPAWN_SETSIGMASK
    posix_spawnattr_setflags(&attributes, Int16(flags))

    let words = ([executable] + arguments).map { strdup($0) } + [nil]
    let surroundings = environment().map { strdup($0) } + [nil]
    defer { for word in words + surroundings { free(word) } }
    var process: pid_t = 0
    let code = posix_spawn(&process, executable, &actions, &attributes, words, surroundings)
    guard code == 0 else { throw MediaError.toolMissing(executable: executable) }
    return process
  }

  /// Only what a program needs to start: a decoder of strangers' files has no use for the rest.
  private static func environment() -> [String] {
    let names: [String] = ["PATH", "HOME", "TMPDIR", "LANG", "LD_LIBRARY_PATH"]
    return names.compactMap { name in
      getenv(name).map { "\(name)=" + String(cString: $0) }
    }
  }
}

/// What the system said about the call that just failed.
func systemReason(_ code: Int32 = errno) -> String {
  String(cString: strerror(code))
}
