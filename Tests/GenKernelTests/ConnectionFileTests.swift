import Foundation
import Testing

@testable import GenKernel

@Suite struct ConnectionFileTests {
  private static let sound: [String: any Sendable] = [
    "transport": "tcp", "ip": "127.0.0.1", "shell_port": 1, "control_port": 2, "stdin_port": 3,
    "iopub_port": 4, "hb_port": 5, "key": "k", "signature_scheme": "hmac-sha256",
    "kernel_name": "gen",
  ]

  private func read(_ fields: [String: any Sendable]) throws -> ConnectionFile {
    try read(JSONSerialization.data(withJSONObject: fields))
  }

  private func read(_ data: Data) throws -> ConnectionFile {
    let path = NSTemporaryDirectory() + UUID().uuidString + ".json"
    defer { try? FileManager.default.removeItem(atPath: path) }
    try data.write(to: URL(filePath: path))
    return try ConnectionFile(path: path)
  }

  @Test func `it says where each channel is`() throws {
    let file = try read(Self.sound)
    #expect(file.endpoint(of: .shell) == "tcp://127.0.0.1:1")
    #expect(file.endpoint(of: .heartbeat) == "tcp://127.0.0.1:5")
    let local = try read(Self.sound.merging(["transport": "ipc", "ip": "/tmp/k"]) { $1 })
    #expect(local.endpoint(of: .iopub) == "ipc:///tmp/k-4")
  }

  @Test(arguments: [
    ("key", "\"key\" is missing"), ("hb_port", "\"hb_port\" is missing"),
  ])
  func `what is missing is named`(field: String, reason: String) throws {
    let error = #expect(throws: KernelError.self) {
      try read(Self.sound.filter { $0.key != field })
    }
    #expect(error?.description.contains(reason) == true)
  }

  @Test func `what makes no sense is refused with its reason`() throws {
    for (field, value, reason) in [
      ("transport", "carrier pigeon", "carrier pigeon"), ("signature_scheme", "md5", "md5"),
      ("shell_port", "none", "\"shell_port\" is of the wrong type"),
    ] {
      let error = #expect(throws: KernelError.self) {
        try read(Self.sound.merging([field: value]) { $1 })
      }
      #expect(error?.description.contains(reason) == true)
    }
    let error = #expect(throws: KernelError.self) { try read(Data("no JSON".utf8)) }
    #expect(error?.description.contains("it is not JSON") == true)
    #expect(throws: KernelError.self) { try ConnectionFile(path: "/no/such/file") }
  }
}
