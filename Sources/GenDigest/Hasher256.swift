import CCrypto
import Foundation

/// A SHA-256 sum in the making: bytes go in by and by, a ``Digest`` comes out.
///
///     let hasher = Hasher256()
///     hasher.update("resize")
///     hasher.update(pixels)
///     let key = hasher.finalize()
///
/// `finalize` may be called once, or again after more bytes: it sums what was given so far.
public final class Hasher256 {
  private let context: OpaquePointer

  public init() {
    guard let context = EVP_MD_CTX_new(), EVP_DigestInit_ex(context, EVP_sha256(), nil) == 1 else {
      preconditionFailure("libcrypto has no SHA-256 or no memory")
    }
    self.context = context
  }

  deinit { EVP_MD_CTX_free(context) }

  public func update(_ bytes: UnsafeRawBufferPointer) {
    guard let start = bytes.baseAddress, !bytes.isEmpty else { return }
    let status = EVP_DigestUpdate(context, start, bytes.count)
    precondition(status == 1, "libcrypto refused to sum bytes")
  }

  public func update(_ data: Data) { data.withUnsafeBytes { update($0) } }

  public func update(_ bytes: [UInt8]) { bytes.withUnsafeBytes { update($0) } }

  public func update(_ text: String) {
    var text = text
    text.withUTF8 { update(UnsafeRawBufferPointer($0)) }
  }

  /// Adds a number as eight bytes, lowest first, on every machine.
  public func update(_ number: UInt64) {
    withUnsafeBytes(of: number.littleEndian) { update($0) }
  }

  /// The sum of all bytes given so far.
  public func finalize() -> Digest {
    var bytes = [UInt8](repeating: 0, count: Digest.byteCount)
    guard let copy = EVP_MD_CTX_new() else { preconditionFailure("no memory for a digest") }
    defer { EVP_MD_CTX_free(copy) }
    let status = bytes.withUnsafeMutableBufferPointer { buffer in
      EVP_MD_CTX_copy_ex(copy, context) & EVP_DigestFinal_ex(copy, buffer.baseAddress, nil)
    }
    guard status == 1, let digest = Digest(bytes: bytes) else {
      preconditionFailure("libcrypto gave no sum")
    }
    return digest
  }
}

extension Digest {
  public init(of bytes: UnsafeRawBufferPointer) {
    let hasher = Hasher256()
    hasher.update(bytes)
    self = hasher.finalize()
  }

  public init(of data: Data) { self = data.withUnsafeBytes { Digest(of: $0) } }

  public init(of bytes: [UInt8]) { self = bytes.withUnsafeBytes { Digest(of: $0) } }

  public init(of text: String) {
    let hasher = Hasher256()
    hasher.update(text)
    self = hasher.finalize()
  }

  /// The sum of a file's bytes, read piece by piece.
  ///
  /// - Throws: `CocoaError` when the file cannot be opened or read; `CancellationError` when the
  ///   task around it is cancelled.
  public init(ofFileAt path: String) throws {
    let file = try FileHandle(forReadingFrom: URL(fileURLWithPath: path))
    defer { try? file.close() }
    let hasher = Hasher256()
    while let piece = try file.read(upToCount: 1 << 20), !piece.isEmpty {
      try Task.checkCancellation()
      hasher.update(piece)
    }
    self = hasher.finalize()
  }
}
