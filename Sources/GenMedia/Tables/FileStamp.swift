import Glibc

/// What tells whether a file is still what it was.
package struct FileStamp: Sendable, Hashable {
  let size: Int
  private let seconds: Int
  private let nanoseconds: Int
  private let inode: UInt64

  /// - Throws: ``MediaError`` where there is no such file.
  package init(_ path: String) throws {
    let descriptor = try FileBytes.open(path)
    defer { close(descriptor) }
    self.init(descriptor)
  }

  init(_ descriptor: Int32) {
    var about = stat()
    if fstat(descriptor, &about) != 0 { about = stat() }
    size = Int(about.st_size)
    (seconds, nanoseconds) = (about.st_mtim.tv_sec, about.st_mtim.tv_nsec)
    inode = UInt64(about.st_ino)
  }
}
