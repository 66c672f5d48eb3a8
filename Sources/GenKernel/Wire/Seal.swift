import GenDigest
import Synchronization

/// Signs messages and takes only those that are signed with the same key.
///
/// - Source: "The wire protocol", messages of Jupyter 5.4.
final class Seal: Sendable {
  /// nil where messages are not signed.
  private let hmac: HMAC?
  private let seen = Mutex(RecentCodes())

  init(key: String) { hmac = key.isEmpty ? nil : HMAC(key: Array(key.utf8)) }

  func frames(of envelope: Envelope) -> [[UInt8]] {
    let texts = [envelope.header, envelope.parent, envelope.metadata, envelope.content]
    let code = hmac?.code(of: Array(texts.joined())).hex ?? ""
    return envelope.route + [Envelope.delimiter, Array(code.utf8)] + texts
  }

  /// - Throws: ``EnvelopeError`` for what nobody with the key has sent just now.
  func open(_ frames: [[UInt8]]) throws(EnvelopeError) -> Envelope {
    guard let end = frames.firstIndex(of: Envelope.delimiter) else { throw .noDelimiter }
    // What follows the fifth are buffers, which a kernel without widgets has no use for.
    let parts = frames[(end + 1)...].prefix(5).map(\.self)
    guard parts.count == 5 else { throw .tooFewFrames(parts.count) }
    if let hmac {
      guard let code = Digest(hex: String(decoding: parts[0], as: UTF8.self)),
        hmac.isValid(code, of: Array(parts[1...].joined()))
      else { throw .wrongSignature }
      guard seen.withLock({ $0.insert(code) }) else { throw .repeated }
    }
    return Envelope(
      route: Array(frames[..<end]), header: parts[1], parent: parts[2], metadata: parts[3],
      content: parts[4])
  }
}

/// The signatures of the last messages, so that none is taken twice.
private struct RecentCodes: Sendable {
  private var codes: Set<Digest> = []
  private var order: [Digest] = []
  private var oldest = 0
  private let limit = 1 << 16

  /// Whether it is new.
  mutating func insert(_ code: Digest) -> Bool {
    guard codes.insert(code).inserted else { return false }
    if order.count < limit {
      order.append(code)
    } else {
      codes.remove(order[oldest])
      order[oldest] = code
      oldest = (oldest + 1) % limit
    }
    return true
  }
}
