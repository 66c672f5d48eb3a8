/// A message as the frames that carry it: who it is from or for, and four texts of JSON.
struct Envelope: Sendable, Equatable {
  /// The names that sockets know its way by; on iopub, its topic.
  var route: [[UInt8]] = []
  var header: [UInt8]
  /// The header of the request that it belongs to; `{}` where there is none.
  var parent: [UInt8] = Array("{}".utf8)
  var metadata: [UInt8] = Array("{}".utf8)
  var content: [UInt8]

  /// Ends the route.
  static let delimiter = Array("<IDS|MSG>".utf8)
}

/// Why the frames of a message are not taken.
enum EnvelopeError: Error, Equatable {
  case noDelimiter
  case tooFewFrames(Int)
  case wrongSignature
  case repeated
}

extension EnvelopeError: CustomStringConvertible {
  var description: String {
    switch self {
    case .noDelimiter: "it has no delimiter"
    case .tooFewFrames(let count): "it has \(count) frames behind the delimiter instead of 5"
    case .wrongSignature: "its signature is wrong"
    case .repeated: "it has been sent before"
    }
  }
}
