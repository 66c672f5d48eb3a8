import Foundation

/// The bytes of a file, mapped into memory read-only for as long as this object lives.
///
/// - Departs: whoever shortens the file while it is mapped ends this process; weights are
///   replaced by renaming, never by writing into them.
public final class MappedFile: Sendable {
  public let path: String
  public nonisolated(unsafe) let bytes: UnsafeRawBufferPointer

  /// - Throws: ``WeightsError`` for anything but a regular file that can be read.
  public init(path: String) throws {
    self.path = path
    let descriptor = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK)
    guard descriptor >= 0 else { throw MappedFile.unreadable(path, errno) }
    defer { close(descriptor) }
    var facts = stat()
    guard fstat(descriptor, &facts) == 0 else { throw MappedFile.unreadable(path, errno) }
    guard facts.st_mode & S_IFMT == S_IFREG else {
      throw WeightsError(file: path, .unreadable(reason: "it is not a regular file"))
    }
    let count = Int(facts.st_size)
    guard count > 0 else {
      bytes = UnsafeRawBufferPointer(start: nil, count: 0)
      return
    }
    guard let start = mmap(nil, count, PROT_READ, MAP_PRIVATE, descriptor, 0),
      start != MAP_FAILED
    else { throw MappedFile.unreadable(path, errno) }
    bytes = UnsafeRawBufferPointer(start: start, count: count)
  }

  /// Bytes that were read elsewhere, under the name that messages are to have.
  ///
  /// - Throws: ``WeightsError`` where there is no memory for them.
  public init(_ content: [UInt8], named name: String) throws {
    path = name
    guard !content.isEmpty else {
      bytes = UnsafeRawBufferPointer(start: nil, count: 0)
      return
    }
    guard
      let start = mmap(
        nil, content.count, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0),
      start != MAP_FAILED
    else { throw MappedFile.unreadable(name, errno) }
    content.withUnsafeBytes { source in
      UnsafeMutableRawBufferPointer(start: start, count: content.count).copyMemory(from: source)
    }
    bytes = UnsafeRawBufferPointer(start: start, count: content.count)
  }

  deinit {
    if let start = bytes.baseAddress {
      munmap(UnsafeMutableRawPointer(mutating: start), bytes.count)
    }
  }

  private static func unreadable(_ path: String, _ code: Int32) -> WeightsError {
    WeightsError(file: path, .unreadable(reason: String(cString: strerror(code))))
  }
}
