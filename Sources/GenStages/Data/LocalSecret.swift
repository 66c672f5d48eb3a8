import Foundation
import GenPipeline

/// Bytes that this machine alone knows, so that what is made by them can be made again here and be
/// undone nowhere else. They are in no script, manifest or cache.
enum LocalSecret {
  private static let byteCount = 32

  /// The secret in a file, which is made at first, for its owner's eyes only.
  ///
  /// - Throws: ``Diagnostic`` when the file can be neither read nor made, or is no secret.
  static func bytes(path: String) throws -> [UInt8] {
    if let known = try read(path) { return known }
    try? FileManager.default.createDirectory(
      atPath: (path as NSString).deletingLastPathComponent, withIntermediateDirectories: true)
    let descriptor = open(path, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0o600)
    guard descriptor >= 0 else {
      // Another run may have made it meanwhile.
      if errno == EEXIST, let known = try read(path) { return known }
      throw Diagnostic.noSecret(path, String(cString: strerror(errno)))
    }
    defer { close(descriptor) }
    var source = SystemRandomNumberGenerator()
    let made = (0..<byteCount).map { _ in UInt8.random(in: 0...255, using: &source) }
    guard write(descriptor, made, made.count) == made.count, fsync(descriptor) == 0 else {
      unlink(path)
      throw Diagnostic.noSecret(path, "it cannot be written")
    }
    return made
  }

  private static func read(_ path: String) throws -> [UInt8]? {
    guard FileManager.default.fileExists(atPath: path) else { return nil }
    guard let data = FileManager.default.contents(atPath: path), data.count == byteCount else {
      throw Diagnostic.noSecret(path, "it does not hold \(byteCount) bytes")
    }
    return Array(data)
  }
}

extension Diagnostic {
  static func noSecret(_ path: String, _ reason: String) -> Diagnostic {
    Diagnostic(
      "E0796", message: "the secret in \"\(path)\" cannot be used: \(reason)",
      hint:
        "GEN_HOME names the folder that it is kept in; a secret that is lost makes other entries")
  }
}
