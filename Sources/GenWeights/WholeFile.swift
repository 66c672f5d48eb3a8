import Foundation

/// A file in the making that appears under its name whole or not at all.
///
/// Bytes go to a file beside the target; `finish` syncs it, renames it and syncs the folder.
/// A writer that goes away unfinished leaves nothing behind.
final class WholeFile {
  private let path: String
  private let temporaryPath: String
  private let handle: FileHandle
  private var isFinished = false

  /// - Throws: ``WeightsError`` with ``WeightsError/Fault/unwritable(reason:)``.
  init(path: String) throws {
    self.path = path
    let folder = (path as NSString).deletingLastPathComponent
    let name = (path as NSString).lastPathComponent
    let unique = "\(getpid())-\(UInt32.random(in: 0 ... .max))"
    temporaryPath = ((folder.isEmpty ? "." : folder) as NSString)
      .appendingPathComponent(".\(name).\(unique).part")
    let descriptor = open(temporaryPath, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0o644)
    guard descriptor >= 0 else {
      throw WeightsError(file: path, .unwritable(reason: String(cString: strerror(errno))))
    }
    handle = FileHandle(fileDescriptor: descriptor, closeOnDealloc: true)
  }

  deinit { if !isFinished { unlink(temporaryPath) } }

  func write(_ bytes: UnsafeRawBufferPointer) throws {
    var rest = bytes
    while let start = rest.baseAddress, !rest.isEmpty {
      let count = Foundation.write(handle.fileDescriptor, start, min(rest.count, 1 << 30))
      if count < 0 && errno == EINTR { continue }
      guard count > 0 else { throw unwritable() }
      rest = UnsafeRawBufferPointer(rebasing: rest[count...])
    }
  }

  func write(_ data: Data) throws { try data.withUnsafeBytes { try write($0) } }

  func finish() throws {
    guard fsync(handle.fileDescriptor) == 0 else { throw unwritable() }
    try? handle.close()
    guard rename(temporaryPath, path) == 0 else { throw unwritable() }
    isFinished = true
    let folder = (path as NSString).deletingLastPathComponent
    let descriptor = open(folder.isEmpty ? "." : folder, O_RDONLY | O_CLOEXEC)
    guard descriptor >= 0 else { return }
    _ = fsync(descriptor)
    close(descriptor)
  }

  private func unwritable() -> WeightsError {
    WeightsError(file: path, .unwritable(reason: String(cString: strerror(errno))))
  }
}
