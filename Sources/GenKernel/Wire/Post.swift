import Foundation
import GenDigest

/// Makes, signs and sends the messages of a kernel, and reads those that come.
struct Post: Sendable {
  typealias Sender = @Sendable ([[UInt8]], Channel) -> Void

  private let seal: Seal
  private let sender: Sender
  private let session = UUID().uuidString.lowercased()
  private let user = NSUserName()

  static let protocolVersion = "5.4"

  init(key: String, sender: @escaping Sender) {
    seal = Seal(key: key)
    self.sender = sender
  }

  /// The request that frames carry; nil, and a line to the log, where they carry none.
  func request(_ frames: [[UInt8]], on channel: Channel) -> Request? {
    do {
      let envelope = try seal.open(frames)
      let header = try JSONDecoder().decode(Request.Header.self, from: Data(envelope.header))
      return Request(envelope: envelope, channel: channel, type: header.msg_type)
    } catch let error as EnvelopeError {
      log("dropped a message on \(channel): \(error)")
    } catch {
      log("dropped a message on \(channel): its header cannot be read")
    }
    return nil
  }

  /// Answers a request where it came from.
  func reply(to request: Request, _ content: some Encodable) {
    let stem = request.type.hasSuffix("_request") ? request.type.dropLast(8) : request.type[...]
    send("\(stem)_reply", content, to: request, on: request.channel)
  }

  /// Asks who sent a request for something that is typed.
  func ask(_ request: Request, _ content: some Encodable) {
    send("input_request", content, to: request, on: .stdin)
  }

  /// Tells everybody.
  ///
  /// - Parameters:
  ///   - request: What it belongs to; nil for what nobody asked for.
  ///   - topic: What those who hear it have subscribed to; nil for the type.
  func publish(
    _ type: String, _ content: some Encodable, for request: Request?, topic: [UInt8]? = nil
  ) {
    var envelope = envelope(type, content)
    envelope.route = [topic ?? Array(type.utf8)]
    if let request { envelope.parent = request.envelope.header }
    sender(seal.frames(of: envelope), .iopub)
  }

  private func send(
    _ type: String, _ content: some Encodable, to request: Request, on channel: Channel
  ) {
    var envelope = envelope(type, content)
    envelope.route = request.envelope.route
    envelope.parent = request.envelope.header
    sender(seal.frames(of: envelope), channel)
  }

  private func envelope(_ type: String, _ content: some Encodable) -> Envelope {
    let header = Header(
      msgId: UUID().uuidString.lowercased(), session: session, username: user,
      date: Date.now.formatted(.iso8601.time(includingFractionalSeconds: true)), msgType: type,
      version: Self.protocolVersion)
    return Envelope(header: Self.json(header), content: Self.json(content))
  }

  private static func json(_ content: some Encodable) -> [UInt8] {
    let encoder = JSONEncoder()
    encoder.keyEncodingStrategy = .convertToSnakeCase
    encoder.outputFormatting = .withoutEscapingSlashes
    // Messages consist of texts, flags and whole numbers, which JSON can always hold.
    return (try? encoder.encode(content)).map(Array.init) ?? Array("{}".utf8)
  }

  private struct Header: Encodable {
    let msgId: String
    let session: String
    let username: String
    let date: String
    let msgType: String
    let version: String
  }
}

/// A message that has come.
struct Request: Sendable {
  let envelope: Envelope
  let channel: Channel
  let type: String

  /// - Throws: `DecodingError` where something is missing or of the wrong type.
  func content<Content: Decodable>(_ type: Content.Type) throws -> Content {
    try JSONDecoder().decode(type, from: Data(envelope.content))
  }

  /// The name is that of the message.
  fileprivate struct Header: Decodable { let msg_type: String }
}

/// Says something to whoever looks after the kernel.
func log(_ sentence: String) {
  FileHandle.standardError.write(Data("gen kernel: \(sentence)\n".utf8))
}
