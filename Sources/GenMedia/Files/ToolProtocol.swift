/// The conversation between a program and `gen-media`, over its standard input and output.
///
/// | command line | input | output |
/// | --- | --- | --- |
/// | `gen-media probe PATH` | | `info` or `failure` |
/// | `gen-media read PATH [first]` | | `info`, a `frame` each, `end` or `failure` |
/// | `gen-media write` | `request`, a `frame` each, `end` | `progress`…, `report` or `failure` |
/// | `gen-media listen PATH` | | `info`, a `frame` for some samples each, `end` or `failure` |
/// | `gen-media record` | `request`, a `frame` for some samples each, `end` | `report` or `failure` |
///
/// Everything said is a record: one byte that tells its kind, the payload's length in eight bytes
/// (little-endian), the payload. Frames are raw samples as in ``Image``, all of the size that the
/// `info` or `request` names; those of a sound are floating point samples, the channels' side by
/// side. Every other payload is JSON. Input that stops before `end` means that the writer's partner
/// died: nothing is written then. While it reads, `gen-media` ends when its input does.
package enum ToolRecordKind: UInt8, Sendable {
  case info = 0x49  // I
  case request = 0x57  // W
  case frame = 0x46  // F
  case progress = 0x50  // P
  case report = 0x52  // R
  case end = 0x45  // E
  case failure = 0x58  // X
}

package enum ToolRecord {
  /// Bytes of kind and length.
  package static let headCount = 9
  /// The longest JSON payload: a manifest in which every character is escaped.
  package static let textLimit = 8 * MediaFile.manifestLimit
  /// The most bytes of samples in one record of a sound.
  package static let soundLimit = 1 << 18

  package static func head(_ kind: ToolRecordKind, count: Int) -> [UInt8] {
    [kind.rawValue] + (0..<8).map { UInt8(truncatingIfNeeded: count >> (8 * $0)) }
  }

  /// Kind and length; nil for bytes that are neither.
  package static func parse(head: [UInt8]) -> (kind: ToolRecordKind, count: Int)? {
    guard head.count == headCount, let kind = ToolRecordKind(rawValue: head[0]) else { return nil }
    let count = head[1...].reversed().reduce(UInt64(0)) { $0 << 8 | UInt64($1) }
    guard let count = Int(exactly: count) else { return nil }
    return (kind, count)
  }
}

/// What `gen-media write` is asked for.
package struct ToolWriteRequest: Codable, Sendable {
  package var path: String
  package var format: MediaFormat
  package var width: Int
  package var height: Int
  package var channelCount: Int
  package var rate: FrameRate
  /// Whether one frame is to become a picture and not a film of one frame.
  package var isStill: Bool
  package var manifest: String?
  package var options: MediaWriteOptions
}

/// What `gen-media record` is asked for.
package struct ToolSoundRequest: Codable, Sendable {
  package var path: String
  package var format: MediaFormat
  package var sampleRate: Int
  package var channelCount: Int
  package var manifest: String?
  package var options: MediaWriteOptions
}

package struct ToolProgress: Codable, Sendable {
  package var framesEncoded: Int

  package init(framesEncoded: Int) { self.framesEncoded = framesEncoded }
}
