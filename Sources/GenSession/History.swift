import Glibc

/// The lines typed in earlier sessions: a text file, one entry a line, that several sessions may
/// append to at once.
///
/// A file that cannot be read or written is no history, never an error.
public struct History: Sendable {
  private let path: String?
  private let limit = 5000
  /// What of a long file is read.
  private static let mostBytes = 1 << 20

  /// - Parameter path: nil keeps nothing.
  public init(path: String?) { self.path = path }

  /// `$GEN_HISTORY`, else `history` in `$XDG_STATE_HOME/gen` or `~/.local/state/gen`.
  public static func standard() -> History {
    if let path = environment("GEN_HISTORY") { return History(path: path) }
    let state = environment("XDG_STATE_HOME") ?? environment("HOME").map { $0 + "/.local/state" }
    guard let state else { return History(path: nil) }
    var folder = ""
    for part in (state + "/gen").split(separator: "/") {
      folder += "/" + part
      mkdir(folder, 0o755)
    }
    return History(path: folder + "/history")
  }

  /// The newest entries, oldest first; an entry may have several lines.
  public func entries() -> [String] {
    guard let path, let descriptor = Self.opened(path, O_RDONLY) else { return [] }
    defer { close(descriptor) }
    let start = max(0, lseek(descriptor, 0, SEEK_END) - Self.mostBytes)
    lseek(descriptor, start, SEEK_SET)
    var bytes: [UInt8] = []
    var buffer = [UInt8](repeating: 0, count: 65536)
    while case let count = read(descriptor, &buffer, buffer.count), count > 0 {
      bytes += buffer[..<count]
    }
    let lines = bytes.split(separator: 10)
    return lines.dropFirst(start > 0 ? 1 : 0).suffix(limit).map {
      Self.unescaped(String(decoding: $0, as: UTF8.self))
    }
  }

  /// Appends in one write while nobody else writes, so that entries of two sessions never mix.
  public func append(_ entry: String) {
    guard let path, !entry.isEmpty,
      let descriptor = Self.opened(path, O_WRONLY | O_APPEND | O_CREAT)
    else { return }
    defer { close(descriptor) }
    // Where the file system has no locks, O_APPEND alone has to do.
    flock(descriptor, LOCK_EX)
    let line = Array((Self.escaped(entry) + "\n").utf8)
    _ = write(descriptor, line, line.count)
  }

  /// Waits for nobody: a history that is a pipe is none.
  private static func opened(_ path: String, _ flags: Int32) -> Int32? {
    let descriptor = open(path, flags | O_CLOEXEC | O_NONBLOCK, 0o600)
    return descriptor >= 0 ? descriptor : nil
  }

  static func escaped(_ entry: String) -> String {
    var text = ""
    for scalar in entry.unicodeScalars {
      switch scalar {
      case "\\": text += "\\\\"
      case "\n": text += "\\n"
      default: text.unicodeScalars.append(scalar)
      }
    }
    return text
  }

  static func unescaped(_ line: String) -> String {
    var text = String.UnicodeScalarView()
    var isEscaped = false
    for scalar in line.unicodeScalars {
      if isEscaped {
        text.append(scalar == "n" ? "\n" : scalar)
        isEscaped = false
      } else if scalar == "\\" {
        isEscaped = true
      } else {
        text.append(scalar)
      }
    }
    return String(text)
  }
}
