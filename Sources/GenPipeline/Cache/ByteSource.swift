import Foundation

/// What was read makes no sense, or ended too early.
struct Damage: Error, Hashable {
  let reason: String
}

/// Bytes to be read from any place, in memory or in a file that stays open.
///
/// Files are read, not mapped: when another program shortens one, reading fails and the program
/// goes on.
enum ByteSource: Sendable {
  case memory([UInt8])
  case file(OpenFile)

  var byteCount: Int {
    switch self {
    case .memory(let bytes): bytes.count
    case .file(let file): file.byteCount
    }
  }

  /// - Throws: ``Damage`` when there are fewer bytes.
  func bytes(at offset: Int, count: Int) throws -> [UInt8] {
    guard offset >= 0, count >= 0, count <= byteCount - offset else {
      throw Damage(reason: "it ends too early")
    }
    switch self {
    case .memory(let bytes): return Array(bytes[offset..<offset + count])
    case .file(let file): return try file.bytes(at: offset, count: count)
    }
  }
}

/// A file open for reading, which nobody removes from the cache meanwhile.
final class OpenFile: Sendable {
  private let descriptor: Int32
  let byteCount: Int

  /// nil when there is no such plain file or it cannot be opened.
  init?(path: String) {
    descriptor = open(path, O_RDONLY | O_CLOEXEC)
    guard descriptor >= 0 else { return nil }
    var status = stat()
    guard fstat(descriptor, &status) == 0, status.st_mode & S_IFMT == S_IFREG else {
      close(descriptor)
      return nil
    }
    byteCount = Int(status.st_size)
    _ = flock(descriptor, LOCK_SH | LOCK_NB)
  }

  deinit { close(descriptor) }

  func bytes(at offset: Int, count: Int) throws -> [UInt8] {
    try Array(unsafeUninitializedCapacity: count) { buffer, filled in
      filled = 0
      while filled < count {
        let rest = UnsafeMutableRawBufferPointer(
          rebasing: UnsafeMutableRawBufferPointer(buffer)[filled..<count])
        let got = pread(descriptor, rest.baseAddress, rest.count, off_t(offset + filled))
        if got < 0, errno == EINTR { continue }
        guard got > 0 else { throw Damage(reason: "it ends too early") }
        filled += got
      }
    }
  }

  /// Notes that the file was used now: the time of its last change says so.
  func touch() { futimens(descriptor, nil) }

  /// Whether nobody has the file open, so that it may be removed.
  func isFree() -> Bool { flock(descriptor, LOCK_EX | LOCK_NB) == 0 }
}
