#if canImport(Glibc)
  import Glibc
#else
  import Darwin
#endif

/// Reads whole files without Foundation, whose start costs milliseconds.
public enum FileBytes {
  static let largest = 64 << 20

  /// - Returns: nil when there is no such plain file, or it is too large for a program.
  public static func read(_ path: String) -> [UInt8]? {
    let handle = open(path, O_RDONLY | O_CLOEXEC)
    guard handle >= 0 else { return nil }
    defer { close(handle) }
    var status = stat()
    guard fstat(handle, &status) == 0, status.st_mode & S_IFMT == S_IFREG,
      status.st_size <= largest
    else { return nil }
    var bytes: [UInt8] = []
    var buffer = [UInt8](repeating: 0, count: 1 << 16)
    while bytes.count <= largest {
      let count = systemRead(handle, &buffer, buffer.count)
      if count == 0 { return bytes }
      if count < 0 {
        guard errno == EINTR else { return nil }
        continue
      }
      bytes += buffer[..<count]
    }
    return nil
  }
}

private func systemRead(_ handle: Int32, _ buffer: inout [UInt8], _ count: Int) -> Int {
  buffer.withUnsafeMutableBytes { read(handle, $0.baseAddress, count) }
}
