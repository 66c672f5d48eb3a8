import Glibc

/// The lines of a file, one after the other; only a piece of it is in memory.
final class LineReader {
  private static let longest = 64 << 20

  /// Of the line that was read last, from 1.
  private(set) var number = 0
  private let path: String
  private let descriptor: Int32
  private let stamp: FileStamp
  private var buffer: [UInt8] = []
  private var position = 0
  private var offset = 0

  init(_ path: String) throws {
    self.path = path
    descriptor = try FileBytes.open(path)
    stamp = FileStamp(descriptor)
  }

  deinit { close(descriptor) }

  var consumed: Int { offset - (buffer.count - position) }
  var isDone: Bool { consumed >= stamp.size }

  /// - Throws: ``MediaError/fileUnreadable(path:reason:)`` when it is not what it was when opened.
  func checkUnchanged() throws {
    guard FileStamp(descriptor) == stamp else {
      throw MediaError.fileUnreadable(path: path, reason: "it was changed while it was read")
    }
  }

  /// The next line without its end; nil at the end of the file.
  func next() throws -> [UInt8]? {
    var line: [UInt8] = []
    var hasSome = false
    while true {
      if position == buffer.count {
        buffer = try FileBytes.read(descriptor, at: offset, count: 1 << 20, of: path)
        position = 0
        offset += buffer.count
        if buffer.isEmpty { break }
      }
      hasSome = true
      if let end = buffer[position...].firstIndex(of: 0x0A) {
        line += buffer[position..<end]
        position = end + 1
        break
      }
      line += buffer[position...]
      position = buffer.count
      guard line.count <= Self.longest else {
        throw MediaError.entry(
          path: path, line: number + 1, column: nil,
          reason: "it is longer than \(Self.longest >> 20) MiB", hint: "end lines with LF")
      }
    }
    guard hasSome else { return nil }
    number += 1
    if number == 1, line.starts(with: [0xEF, 0xBB, 0xBF]) { line.removeFirst(3) }
    return line
  }
}
