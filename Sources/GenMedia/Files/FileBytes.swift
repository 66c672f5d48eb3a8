import Glibc

/// Opening and reading files, with errors that name them.
package enum FileBytes {
  /// The largest file that is read whole: 1 GiB.
  package static let limit = 1 << 30

  /// Opens a plain file for reading.
  package static func open(_ path: String) throws -> Int32 {
    let descriptor = Glibc.open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK)
    guard descriptor >= 0 else {
      if errno == ENOENT || errno == ENOTDIR { throw MediaError.fileMissing(path: path) }
      throw MediaError.fileUnreadable(path: path, reason: systemReason())
    }
    var about = stat()
    guard fstat(descriptor, &about) == 0, about.st_mode & S_IFMT == S_IFREG else {
      close(descriptor)
      throw MediaError.fileUnreadable(path: path, reason: "it is not a plain file")
    }
    return descriptor
  }

  /// The whole file.
  package static func read(_ path: String) throws -> [UInt8] {
    let descriptor = try open(path)
    defer { close(descriptor) }
    var about = stat()
    guard fstat(descriptor, &about) == 0, about.st_size <= limit else {
      throw MediaError.fileUnreadable(path: path, reason: "it is larger than 1 GiB")
    }
    return try read(descriptor, at: 0, count: Int(about.st_size), of: path)
  }

  /// Up to `count` bytes from `offset` on; fewer at the file's end.
  package static func read(
    _ descriptor: Int32, at offset: Int, count: Int, of path: String
  ) throws -> [UInt8] {
    try [UInt8](unsafeUninitializedCapacity: count) { buffer, filled in
      while filled < count, let base = buffer.baseAddress {
        let got = pread(descriptor, base + filled, count - filled, off_t(offset + filled))
        if got == 0 { return }
        if got > 0 {
          filled += got
        } else if errno != EINTR {
          throw MediaError.fileUnreadable(path: path, reason: systemReason())
        }
      }
    }
  }
}

/// Who reads a file.
enum FileKind {
  /// A PNG of one picture, read in this process.
  case png
  case wav
  /// One of the formats of meshes.
  case mesh(MediaFormat)
  /// One of the formats of tables, told by the name.
  case table(MediaFormat)
  /// Anything else, animated PNGs included: read by ``MediaTool``.
  case other

  init(ofFileAt path: String) throws {
    let descriptor = try FileBytes.open(path)
    defer { close(descriptor) }
    let head = try FileBytes.read(descriptor, at: 0, count: 512, of: path)
    self = .other
    if head.starts(with: "RIFF".utf8), head.dropFirst(8).starts(with: "WAVE".utf8) {
      self = .wav
    } else if let format = MeshFile.format(head: head, path) {
      self = .mesh(format)
    } else if let format = MediaFormat(path: path), format.holds == .table {
      self = .table(format)
    }
    guard head.starts(with: PNGChunk.signature) else { return }
    var offset = 8
    for _ in 0..<4096 {
      let head = try FileBytes.read(descriptor, at: offset, count: 8, of: path)
      let kind = head.dropFirst(4)
      if head.count < 8 || kind.elementsEqual("IDAT".utf8) {
        self = .png
        return
      }
      if kind.elementsEqual("acTL".utf8) { return }
      offset += 12 + Int(PNGChunk.bigEndian(head[..<4]))
    }
  }
}
