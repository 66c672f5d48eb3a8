import GenMedia
import Glibc

#if canImport(FoundationEssentials)
  import FoundationEssentials
#else
  import Foundation
#endif

/// The program at the other end of standard input and output.
struct Partner: Sendable {
  /// Nothing can be said to somebody who is gone, nor heard.
  struct Gone: Error {}

  func send(_ kind: ToolRecordKind, _ payload: [UInt8]) throws {
    try send(ToolRecord.head(kind, count: payload.count))
    try send(payload)
  }

  func send(_ kind: ToolRecordKind, message: some Encodable) throws {
    try send(kind, Array(JSONEncoder().encode(message)))
  }

  private func send(_ bytes: [UInt8]) throws {
    try bytes.withUnsafeBytes { buffer in
      var done = 0
      while done < buffer.count, let base = buffer.baseAddress {
        let count = write(1, base + done, buffer.count - done)
        if count > 0 { done += count } else if errno != EINTR { throw Gone() }
      }
    }
  }

  /// The next record's kind and length; the payload has to be taken before the next one.
  func nextHead() throws -> (kind: ToolRecordKind, count: Int) {
    var bytes = [UInt8](repeating: 0, count: ToolRecord.headCount)
    try fill(&bytes)
    guard let head = ToolRecord.parse(head: bytes) else {
      throw MediaError.toolConfused(path: "-", reason: "it was sent a record of an unknown kind")
    }
    return head
  }

  /// Fills `bytes` from what the partner sends.
  func fill(_ bytes: inout [UInt8]) throws {
    try bytes.withUnsafeMutableBytes { buffer in
      var done = 0
      while done < buffer.count, let base = buffer.baseAddress {
        let count = read(0, base + done, buffer.count - done)
        if count == 0 { throw Gone() }
        if count > 0 { done += count } else if errno != EINTR { throw Gone() }
      }
    }
  }

  func decode<Message: Decodable>(_ type: Message.Type, count: Int) throws -> Message {
    guard count <= ToolRecord.textLimit else {
      throw MediaError.toolConfused(path: "-", reason: "it was sent a text of \(count) bytes")
    }
    var bytes = [UInt8](repeating: 0, count: count)
    try fill(&bytes)
    do {
      return try JSONDecoder().decode(type, from: Data(bytes))
    } catch {
      throw MediaError.toolConfused(path: "-", reason: "it was sent a message that does not parse")
    }
  }

  /// Ends this process as soon as the partner closes our input, even in the midst of decoding.
  func endWhenItGoes() {
    var thread = pthread_t()
    let code = pthread_create(&thread, nil, { _ in watchForTheEnd() }, nil)
    if code == 0 { pthread_detach(thread) }
  }
}

private func watchForTheEnd() -> UnsafeMutableRawPointer? {
  var byte: UInt8 = 0
  while true {
    let count = read(0, &byte, 1)
    if count == 0 || (count < 0 && errno != EINTR) { _exit(1) }
  }
}
