import Foundation

/// Where a kernel is to listen, as Jupyter tells it when it starts one.
///
/// - Source: "Connection files", jupyter_client 8.6.
public struct ConnectionFile: Sendable, Equatable {
  public let transport: String
  public let ip: String
  public let ports: [Channel: Int]
  /// What messages are signed with; empty where they are not.
  public let key: String

  /// - Throws: ``KernelError/connectionFile(path:reason:)``.
  public init(path: String) throws(KernelError) {
    let fields: Fields
    do {
      fields = try JSONDecoder().decode(Fields.self, from: Data(contentsOf: URL(filePath: path)))
    } catch let error as DecodingError {
      throw .connectionFile(path: path, reason: error.reason)
    } catch {
      throw .connectionFile(path: path, reason: (error as NSError).localizedDescription)
    }
    guard ["tcp", "ipc"].contains(fields.transport) else {
      throw .connectionFile(path: path, reason: "the transport \"\(fields.transport)\" is unknown")
    }
    guard fields.key.isEmpty || fields.signature_scheme == "hmac-sha256" else {
      throw .connectionFile(
        path: path, reason: "the signature scheme \"\(fields.signature_scheme)\" is unknown")
    }
    (transport, ip, key) = (fields.transport, fields.ip, fields.key)
    ports = [
      .shell: fields.shell_port, .control: fields.control_port, .stdin: fields.stdin_port,
      .iopub: fields.iopub_port, .heartbeat: fields.hb_port,
    ]
  }

  /// Such as `tcp://127.0.0.1:5555`.
  func endpoint(of channel: Channel) -> String {
    "\(transport)://\(ip)\(transport == "ipc" ? "-" : ":")\(ports[channel] ?? 0)"
  }

  /// The names are those of the file.
  private struct Fields: Decodable {
    let transport: String
    let ip: String
    let shell_port: Int
    let control_port: Int
    let stdin_port: Int
    let iopub_port: Int
    let hb_port: Int
    let key: String
    let signature_scheme: String
  }
}

/// The ways between a kernel and those who use it.
public enum Channel: Int, Sendable, Hashable, CaseIterable {
  case shell, control, stdin, iopub, heartbeat
}

extension DecodingError {
  /// What is wrong with the data, in few words.
  var reason: String {
    switch self {
    case .keyNotFound(let key, _): "\"\(key.stringValue)\" is missing"
    case .typeMismatch(_, let context), .valueNotFound(_, let context):
      context.codingPath.last.map { "\"\($0.stringValue)\" is of the wrong type" }
        ?? "it is no object"
    case .dataCorrupted: "it is not JSON"
    @unknown default: "it cannot be read"
    }
  }
}
