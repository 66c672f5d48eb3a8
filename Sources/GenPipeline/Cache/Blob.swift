import Foundation
import GenDigest
import GenMedia

/// A result as a file: the value, what it is the result of, and a sum over both.
///
/// - Layout: `GENBLOB1`, the value (see ``ValueEncoder``), the facts as JSON, their length in eight
///   bytes, the SHA-256 of everything before.
enum Blob {
  struct Facts: Codable, Sendable {
    let call: CallFacts
    /// Seconds that the work took.
    let seconds: Double
  }

  static let mark = Array("GENBLOB1".utf8)
  private static let factsLimit = 16 << 20
  private static let overhead = mark.count + 8 + Digest.byteCount

  /// Writes a file beside the final one, syncs it and moves it into place.
  ///
  /// - Returns: The size of the file in bytes.
  /// - Throws: ``Unkeepable``; ``CacheFailure`` when the system refuses; what making frames throws.
  static func write(
    _ value: Value, of call: CallFacts, seconds: () -> Double, filmLimit: Int, to path: String,
    beside temporary: String, frameWritten: @escaping (Int, Int?) -> Void
  ) throws -> Int {
    let writer = try FileWriter(path: temporary)
    defer { unlink(temporary) }
    try writer.write(mark)
    try ValueEncoder(filmLimit: filmLimit, frameWritten: frameWritten) { try writer.write($0) }
      .encode(value)
    let facts = [UInt8](try JSONEncoder.stable.encode(Facts(call: call, seconds: seconds())))
    try writer.write(facts)
    try withUnsafeBytes(of: UInt64(facts.count).littleEndian) { try writer.write($0) }
    let size = try writer.finish()
    guard rename(temporary, path) == 0 else { throw CacheFailure(system: errno) }
    return size
  }

  /// What it says it is the result of; the sum is not checked.
  ///
  /// - Throws: ``Damage``.
  static func facts(of file: OpenFile) throws -> Facts {
    let range = try factsRange(of: file)
    let bytes = try ByteSource.file(file).bytes(at: range.lowerBound, count: range.count)
    do {
      return try JSONDecoder().decode(Facts.self, from: Data(bytes))
    } catch {
      throw Damage(reason: "its facts make no sense")
    }
  }

  /// Checks the sum over the whole file.
  ///
  /// - Throws: ``Damage``; `CancellationError`.
  static func verify(_ file: OpenFile) throws {
    let source = ByteSource.file(file)
    let end = file.byteCount - Digest.byteCount
    guard file.byteCount >= overhead else { throw Damage(reason: "it ends too early") }
    let hasher = Hasher256()
    for start in stride(from: 0, to: end, by: 1 << 20) {
      try Task.checkCancellation()
      hasher.update(try source.bytes(at: start, count: min(1 << 20, end - start)))
    }
    let sum = try source.bytes(at: end, count: Digest.byteCount)
    guard hasher.finalize().bytes == sum else { throw Damage(reason: "its sum is wrong") }
    guard try source.bytes(at: 0, count: mark.count) == mark else {
      throw Damage(reason: "it is of another kind")
    }
  }

  /// - Throws: ``Damage``.
  static func value(of file: OpenFile) throws -> Value {
    var decoder = ValueDecoder(
      .file(file), from: mark.count, to: try factsRange(of: file).lowerBound)
    return try decoder.wholeValue()
  }

  private static func factsRange(of file: OpenFile) throws -> Range<Int> {
    guard file.byteCount >= overhead else { throw Damage(reason: "it ends too early") }
    let end = file.byteCount - Digest.byteCount - 8
    let length = try ByteSource.file(file).bytes(at: end, count: 8).reversed()
      .reduce(0 as UInt64) { $0 << 8 | UInt64($1) }
    guard length <= UInt64(min(factsLimit, end - mark.count)) else {
      throw Damage(reason: "its facts are too long")
    }
    return end - Int(length)..<end
  }
}

/// Why a result was not kept, although it could have been.
struct CacheFailure: Error {
  let diagnostic: Diagnostic

  init(system code: Int32) {
    let reason = String(cString: strerror(code)).lowercased()
    diagnostic =
      [ENOSPC, EDQUOT, EFBIG].contains(code) ? .cacheFull(reason) : .cacheUnusable(reason)
  }
}

/// Writes a file in large pieces and sums what it writes.
private final class FileWriter {
  private let descriptor: Int32
  private let hasher = Hasher256()
  private var buffer: [UInt8] = []
  private var byteCount = 0

  init(path: String) throws {
    descriptor = open(path, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0o644)
    guard descriptor >= 0 else { throw CacheFailure(system: errno) }
    buffer.reserveCapacity(1 << 18)
  }

  deinit { close(descriptor) }

  func write(_ bytes: [UInt8]) throws { try bytes.withUnsafeBytes { try write($0) } }

  func write(_ bytes: UnsafeRawBufferPointer) throws {
    guard buffer.count + bytes.count > 1 << 18 else {
      buffer.append(contentsOf: bytes)
      return
    }
    try flush()
    if bytes.count > 1 << 16 {
      hasher.update(bytes)
      try put(bytes)
    } else {
      buffer.append(contentsOf: bytes)
    }
  }

  /// Adds the sum and waits until the disk has everything.
  func finish() throws -> Int {
    try flush()
    try hasher.finalize().bytes.withUnsafeBytes { try put($0) }
    guard fsync(descriptor) == 0 else { throw CacheFailure(system: errno) }
    return byteCount
  }

  private func flush() throws {
    hasher.update(buffer)
    try buffer.withUnsafeBytes { try put($0) }
    buffer.removeAll(keepingCapacity: true)
  }

  private func put(_ bytes: UnsafeRawBufferPointer) throws {
    var rest = bytes[...]
    while !rest.isEmpty {
      let piece = UnsafeRawBufferPointer(rebasing: rest)
      let count = Foundation.write(descriptor, piece.baseAddress, piece.count)
      if count < 0, errno == EINTR { continue }
      guard count > 0 else { throw CacheFailure(system: count < 0 ? errno : ENOSPC) }
      rest = rest.dropFirst(count)
      byteCount += count
    }
  }
}

extension JSONEncoder {
  /// The same bytes for the same content.
  static var stable: JSONEncoder {
    let encoder = JSONEncoder()
    encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
    return encoder
  }
}
