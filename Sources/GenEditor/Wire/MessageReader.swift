/// Cuts a stream of bytes into messages, each behind a `Content-Length`; after bytes that are no
/// message it goes on with the next header.
///
/// - Source: Language Server Protocol 3.17, base protocol.
struct MessageReader {
  enum Frame: Sendable, Hashable {
    case message([UInt8])
    /// What is wrong with a header.
    case malformed(String)
  }

  private var buffer: [UInt8] = []
  private static let field = Array("content-length:".utf8)
  /// The longest message that is read, in bytes.
  static let longest = 64 << 20
  private static let longestHeader = 4096

  mutating func append(_ bytes: some Sequence<UInt8>) { buffer += bytes }

  /// The next message; nil until more bytes have come.
  mutating func next() -> Frame? {
    guard let start = fieldStart() else {
      // A header may have begun in the last bytes.
      buffer.removeFirst(max(0, buffer.count - Self.field.count))
      return nil
    }
    let digits = start + Self.field.count
    guard let end = headerEnd(from: digits) else {
      guard buffer.count - digits > Self.longestHeader else { return nil }
      buffer.removeFirst(digits)
      return .malformed("a header has no end")
    }
    let line = buffer[digits..<end].prefix { $0 != UInt8(ascii: "\r") && $0 != UInt8(ascii: "\n") }
    let text = String(decoding: line, as: UTF8.self).filter { !$0.isWhitespace }
    guard let count = Int(text), (0...Self.longest).contains(count) else {
      buffer.removeFirst(end)
      return .malformed("\"\(text.prefix(40))\" is no length that a message can have")
    }
    guard buffer.count >= end + count else { return nil }
    defer { buffer.removeFirst(end + count) }
    return .message(Array(buffer[end..<end + count]))
  }

  private func fieldStart() -> Int? {
    let count = Self.field.count
    guard buffer.count >= count else { return nil }
    return (0...buffer.count - count).first { start in
      buffer[start] | 0x20 == Self.field[0]
        && zip(buffer[start...], Self.field).allSatisfy { Self.lowercased($0) == $1 }
    }
  }

  private static func lowercased(_ byte: UInt8) -> UInt8 {
    (UInt8(ascii: "A")...UInt8(ascii: "Z")).contains(byte) ? byte | 0x20 : byte
  }

  /// The byte behind the blank line that ends a header.
  private func headerEnd(from start: Int) -> Int? {
    let blank = Array("\r\n\r\n".utf8)
    guard buffer.count >= start + 4 else { return nil }
    let limit = min(buffer.count, start + Self.longestHeader + 4)
    return (start...limit - 4).first { buffer[$0..<$0 + 4].elementsEqual(blank) }.map { $0 + 4 }
  }
}
