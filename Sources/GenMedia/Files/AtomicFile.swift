import Glibc

/// A file that appears under its name whole or not at all: written beside, synced, renamed.
///
/// Where the file system can, it has no name while it is written, so that even a killed process
/// leaves nothing behind; elsewhere it is a hidden file beside the name.
package final class AtomicFile {
  package let path: String
  /// Open for reading and writing.
  package let descriptor: Int32
  private let folder: String
  /// The hidden name; nil while the file has none.
  private var temporary: String?

  /// - Parameter staysNameless: false gives it a hidden name from the start, as file systems do that
  ///   know no nameless files.
  package init(_ path: String, staysNameless: Bool = true) throws {
    let slash = path.lastIndex(of: "/")
    let folder = slash.map { $0 == path.startIndex ? "/" : String(path[..<$0]) } ?? "."
    self.path = path
    self.folder = folder
    var about = stat()
    if stat(path, &about) == 0, about.st_mode & S_IFMT != S_IFREG {
      throw MediaError.cannotWrite(path: path, reason: "there is something that is not a file")
    }
    // O_TMPFILE, which the C library's module does not show.
    let flags = O_RDWR | O_CLOEXEC | 0o20200000
    let nameless = staysNameless ? open(folder, flags, 0o666) : -1
    if nameless >= 0 {
      descriptor = nameless
      return
    }
    let hidden = AtomicFile.hiddenName(in: folder)
    descriptor = open(hidden, O_RDWR | O_CREAT | O_EXCL | O_CLOEXEC, 0o666)
    guard descriptor >= 0 else {
      throw MediaError.cannotWrite(path: path, reason: systemReason())
    }
    temporary = hidden
  }

  deinit {
    close(descriptor)
    if let temporary { unlink(temporary) }
  }

  /// A path at which the open file can be opened once more, by libraries that want a name.
  package var descriptorPath: String { "/proc/self/fd/\(descriptor)" }

  /// Appends to the file.
  package func write(_ bytes: UnsafeRawBufferPointer) throws {
    var done = 0
    while done < bytes.count, let base = bytes.baseAddress {
      let count = Glibc.write(descriptor, base + done, bytes.count - done)
      if count >= 0 {
        done += count
      } else if errno != EINTR {
        throw MediaError.cannotWrite(path: path, reason: systemReason())
      }
    }
  }

  package func write(_ bytes: [UInt8]) throws { try bytes.withUnsafeBytes { try write($0) } }

  package var byteCount: Int {
    var about = stat()
    return fstat(descriptor, &about) == 0 ? Int(about.st_size) : 0
  }

  /// Puts the file on the disk and gives it its name, in place of what had it before.
  package func commit() throws {
    guard fsync(descriptor) == 0 else { throw failure() }
    if temporary == nil {
      let hidden = AtomicFile.hiddenName(in: folder)
      guard linkat(AT_FDCWD, descriptorPath, AT_FDCWD, hidden, AT_SYMLINK_FOLLOW) == 0 else {
        throw failure()
      }
      temporary = hidden
    }
    guard let temporary, rename(temporary, path) == 0 else { throw failure() }
    self.temporary = nil
    let place = open(folder, O_RDONLY | O_DIRECTORY | O_CLOEXEC)
    if place >= 0 {
      fsync(place)
      close(place)
    }
  }

  private func failure() -> MediaError { .cannotWrite(path: path, reason: systemReason()) }

  /// A name for something unfinished, which sorts and hides as such.
  static func hiddenName(in folder: String) -> String {
    let tag = String(UInt32.random(in: 0...UInt32.max), radix: 36)
    return "\(folder)/.gen.\(getpid()).\(tag).part"
  }
}
