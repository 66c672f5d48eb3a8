import Foundation
import GenSession
import Glibc

/// The two ends of the pipe to the editor.
struct Connection: Sendable {
  let input: Int32
  let output: Int32

  /// Calls `body` on a thread of its own with every message that comes, then once with nil.
  func read(_ body: @escaping @Sendable (MessageReader.Frame?) -> Void) {
    Thread.detachNewThread { [input] in
      var reader = MessageReader()
      var buffer = [UInt8](repeating: 0, count: 1 << 16)
      while true {
        let count = buffer.withUnsafeMutableBytes { Glibc.read(input, $0.baseAddress, $0.count) }
        if count < 0, errno == EINTR { continue }
        guard count > 0 else { return body(nil) }
        reader.append(buffer[..<count])
        while let frame = reader.next() { body(frame) }
      }
    }
  }

  func send(_ message: JSON) {
    let body = message.bytes
    put("Content-Length: \(body.count)\r\n\r\n" + String(decoding: body, as: UTF8.self), on: output)
  }

  func notify(_ method: String, _ parameters: JSON) {
    send(["jsonrpc": "2.0", "method": .text(method), "params": parameters])
  }

  func answer(_ id: JSON, _ result: JSON) {
    send(["jsonrpc": "2.0", "id": id, "result": result])
  }

  func refuse(_ id: JSON, _ error: ResponseError) {
    send(["jsonrpc": "2.0", "id": id, "error": error.json])
  }

  /// For whoever looks after the server.
  func log(_ text: String) { put("gen lsp: \(text)\n", on: STDERR_FILENO) }
}
