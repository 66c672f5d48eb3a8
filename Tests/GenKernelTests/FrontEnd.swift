import Foundation
import GenSession
import Synchronization

@testable import GenKernel

/// What Jupyter is to a kernel: it sends signed requests and keeps the messages that come.
final class FrontEnd: Sendable {
  struct Message {
    let channel: Channel
    let type: String
    let parent: String?
    let content: [String: Any]
    let envelope: Envelope

    func text(_ key: String) -> String { content[key] as? String ?? "" }
    var data: [String: String] { content["data"] as? [String: String] ?? [:] }
  }

  /// What the kernel did.
  private final class Record: Sendable {
    let received = Mutex<[(Channel, [[UInt8]])]>([])
    let isEnded = Mutex(false)
  }

  static let key = "a key"
  let kernel: Kernel
  private let seal = Seal(key: key)
  private let record = Record()
  private let folder = NSTemporaryDirectory() + "gen-kernel-\(UUID().uuidString)"
  private let serving: Task<Void, Never>

  init() throws {
    try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
    var options = Workshop.Options(
      stdlib: URL(filePath: #filePath).deletingLastPathComponent()
        .appending(path: "../../stdlib").standardizedFileURL.path)
    options.outputFolder = folder
    let kernel = Kernel(
      options, key: Self.key, history: History(path: folder + "/history"),
      sender: { [record] frames, channel in
        record.received.withLock { $0.append((channel, frames)) }
      },
      ended: { [record] in record.isEnded.withLock { $0 = true } })
    self.kernel = kernel
    serving = Task { await kernel.serve() }
  }

  deinit {
    serving.cancel()
    try? FileManager.default.removeItem(atPath: folder)
  }

  var hasEnded: Bool { record.isEnded.withLock(\.self) }

  /// The frames of a request, and the id by which its replies name it.
  func frames(_ type: String, content: String) -> (frames: [[UInt8]], id: String) {
    let id = UUID().uuidString
    let header = #"{"msg_id": "\#(id)", "msg_type": "\#(type)", "session": "s", "version": "5.3"}"#
    let envelope = Envelope(
      route: [Array("me".utf8)], header: Array(header.utf8), content: Array(content.utf8))
    return (seal.frames(of: envelope), id)
  }

  @discardableResult
  func send(_ type: String, _ content: String = "{}", on channel: Channel = .shell) -> String {
    let (frames, id) = frames(type, content: content)
    kernel.receive(frames, on: channel)
    return id
  }

  /// What came, signed rightly; for one request only where its id is given.
  func messages(for id: String? = nil) -> [Message] {
    let opener = Seal(key: Self.key)
    return record.received.withLock(\.self).compactMap { channel, frames in
      guard let envelope = try? opener.open(frames), let header = Self.object(envelope.header),
        let content = Self.object(envelope.content)
      else { return nil }
      let parent = Self.object(envelope.parent)?["msg_id"] as? String
      guard id == nil || id == parent else { return nil }
      return Message(
        channel: channel, type: header["msg_type"] as? String ?? "", parent: parent,
        content: content, envelope: envelope)
    }
  }

  private static func object(_ bytes: [UInt8]) -> [String: Any]? {
    try? JSONSerialization.jsonObject(with: Data(bytes)) as? [String: Any]
  }

  /// Everything that a request brought, once the kernel has nothing more to do for it.
  func finished(_ id: String) async throws -> [Message] {
    try await waited {
      messages(for: id)
    } until: { messages in
      messages.contains { $0.type == "status" && $0.text("execution_state") == "idle" }
    }
  }

  func waited(
    _ messages: () -> [Message], until isEnough: ([Message]) -> Bool
  ) async throws -> [Message] {
    for _ in 0..<3000 {
      let found = messages()
      if isEnough(found) { return found }
      try await Task.sleep(for: .milliseconds(10))
    }
    throw Silence()
  }

  struct Silence: Error {}

  /// Runs a cell to its end.
  func run(_ code: String, _ fields: [String: Any] = [:]) async throws -> [Message] {
    try await finished(execute(code, fields))
  }

  func execute(_ code: String, _ fields: [String: Any] = [:]) throws -> String {
    let content = fields.merging(["code": code, "allow_stdin": false]) { mine, _ in mine }
    let bytes = try JSONSerialization.data(withJSONObject: content)
    return send("execute_request", String(decoding: bytes, as: UTF8.self))
  }
}

extension [FrontEnd.Message] {
  var types: [String] { map(\.type) }
  func first(_ type: String) -> Element? { first { $0.type == type } }
  var reply: Element? { first { $0.channel == .shell || $0.channel == .control } }
  /// All that was printed.
  var printed: String { filter { $0.type == "stream" }.map { $0.text("text") }.joined() }
}
