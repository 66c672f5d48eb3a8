import Foundation
import Testing

/// An editor as the server sees one: speaks to `gen lsp` over pipes.
final class EditorClient {
  typealias Object = [String: Any]

  let process = Process()
  let uri: String
  private let input = Pipe()
  private let output = Pipe()
  private var buffer = Data()
  private var lastID = 0
  /// What the server has said of itself until now.
  private(set) var notifications: [(method: String, params: Object)] = []

  init(_ tool: Tool, file: String = "a.gen") throws {
    uri = URL(filePath: tool.path(file)).absoluteString
    process.executableURL = URL(filePath: Tool.executable)
    process.arguments = ["lsp"]
    process.environment = tool.environment
    process.currentDirectoryURL = URL(filePath: tool.folder)
    process.standardInput = input
    process.standardOutput = output
    process.standardError = FileHandle.nullDevice
    try process.run()
  }

  deinit {
    if process.isRunning { process.terminate() }
  }

  func write(_ text: String) throws {
    try input.fileHandleForWriting.write(contentsOf: Data(text.utf8))
  }

  func send(_ message: Object) throws {
    let body = try JSONSerialization.data(withJSONObject: message)
    try write("Content-Length: \(body.count)\r\n\r\n" + String(decoding: body, as: UTF8.self))
  }

  func notify(_ method: String, _ params: Object) throws {
    try send(["jsonrpc": "2.0", "method": method, "params": params])
  }

  /// Sends a request without waiting for the answer.
  func ask(_ method: String, _ params: Object) throws -> Int {
    lastID += 1
    try send(["jsonrpc": "2.0", "id": lastID, "method": method, "params": params])
    return lastID
  }

  /// The whole answer to a request: with `result` or `error`.
  func answer(_ method: String, _ params: Object) throws -> Object {
    try answer(to: try ask(method, params))
  }

  func answer(to id: Int) throws -> Object {
    while true {
      let message = try #require(try next(), "the server has ended")
      if message["method"] == nil, message["id"] as? Int == id { return message }
      if message["method"] == nil, message["id"] is NSNull { return message }
    }
  }

  func result(_ method: String, _ params: Object) throws -> Any? {
    try answer(method, params)["result"]
  }

  /// Waits for a notification, one that has come already included.
  func notification(_ method: String, where fits: (Object) -> Bool = { _ in true }) throws -> Object
  {
    while true {
      if let index = notifications.firstIndex(where: { $0.method == method && fits($0.params) }) {
        return notifications.remove(at: index).params
      }
      _ = try #require(try next(), "the server has ended before \(method)")
    }
  }

  /// The next message; nil at the end.
  func next() throws -> Object? {
    while true {
      if let end = buffer.range(of: Data("\r\n\r\n".utf8)) {
        let head = String(decoding: buffer[..<end.lowerBound], as: UTF8.self)
        let count = try #require(head.split(separator: " ").last.flatMap { Int($0) })
        if buffer.endIndex - end.upperBound >= count {
          let body = buffer[end.upperBound..<end.upperBound + count]
          let message = try #require(try JSONSerialization.jsonObject(with: Data(body)) as? Object)
          buffer = Data(buffer[(end.upperBound + count)...])
          if let method = message["method"] as? String {
            notifications.append((method, message["params"] as? Object ?? [:]))
          }
          return message
        }
      }
      let data = output.fileHandleForReading.availableData
      if data.isEmpty { return nil }
      buffer += data
    }
  }

  /// Greets the server and opens a text.
  @discardableResult
  func open(_ text: String, capabilities: Object = [:]) throws -> Object {
    let greeting = try result("initialize", ["processId": NSNull(), "capabilities": capabilities])
    try notify("initialized", [:])
    try openDocument(text)
    return greeting as? Object ?? [:]
  }

  func openDocument(_ text: String, uri: String? = nil) throws {
    try notify(
      "textDocument/didOpen",
      [
        "textDocument": [
          "uri": uri ?? self.uri, "languageId": "gen", "version": 1, "text": text,
        ] as Object
      ])
  }

  func place(_ line: Int, _ character: Int) -> Object {
    [
      "textDocument": ["uri": uri], "position": ["line": line, "character": character] as Object,
    ]
  }

  var document: Object { ["textDocument": ["uri": uri]] }

  func replace(_ line: Int, _ from: Int, _ to: Int, _ text: String, version: Int = 2) throws {
    let range: Object = [
      "start": ["line": line, "character": from], "end": ["line": line, "character": to],
    ]
    try notify(
      "textDocument/didChange",
      [
        "textDocument": ["uri": uri, "version": version] as Object,
        "contentChanges": [["range": range, "text": text] as Object],
      ])
  }

  /// The exit status after a polite goodbye.
  func leave() throws -> Int32 {
    _ = try answer("shutdown", [:])
    try notify("exit", [:])
    process.waitUntilExit()
    return process.terminationStatus
  }
}
