import Foundation
import Testing

/// Python with what Jupyter tests kernels with, where the machine has it.
private let python: String? = {
  let named = ProcessInfo.processInfo.environment["GEN_JUPYTER_PYTHON"]
  let candidates = [named, "/usr/bin/python3", "/usr/local/bin/python3"].compactMap(\.self)
  return candidates.first { path in
    guard FileManager.default.isExecutableFile(atPath: path) else { return false }
    let process = Process()
    process.executableURL = URL(filePath: path)
    process.arguments = ["-c", "import jupyter_kernel_test, nbclient"]
    process.standardError = FileHandle.nullDevice
    guard (try? process.run()) != nil else { return false }
    process.waitUntilExit()
    return process.terminationStatus == 0
  }
}()

/// Gen as a kernel that Jupyter finds.
private struct Jupyter {
  let tool: Tool

  init() throws {
    var tool = try Tool()
    tool.environment["JUPYTER_PATH"] = tool.path("jupyter/share/jupyter")
    tool.environment["IPYTHONDIR"] = tool.path("ipython")
    tool.environment["JUPYTER_RUNTIME_DIR"] = tool.path("runtime")
    self.tool = tool
    let installed = try tool.run("kernel", "install", "--prefix", tool.path("jupyter"))
    try #require(installed.status == 0, "\(installed.errors)")
  }

  func run(_ script: String, _ arguments: String...) throws -> Tool.Outcome {
    let folder = URL(filePath: #filePath).deletingLastPathComponent().appending(path: "Jupyter")
    return try Running(
      executable: try #require(python),
      arguments: [folder.appending(path: script).path] + arguments,
      folder: tool.folder, environment: tool.environment, input: nil
    ).finish()
  }
}

@Suite(
  .enabled(
    if: python != nil,
    "no Python has jupyter_kernel_test and nbclient; GEN_JUPYTER_PYTHON can name one that does"))
struct JupyterTests {
  @Test func `Jupyter's own tests of kernels pass`() throws {
    let jupyter = try Jupyter()
    defer { jupyter.tool.remove() }
    let outcome = try jupyter.run("protocol.py")
    #expect(outcome.status == 0, "\(outcome.errors)")
    #expect(outcome.errors.contains("OK"), "\(outcome.errors)")
  }

  @Test func `an exported notebook runs in Jupyter and shows what it showed`() throws {
    let jupyter = try Jupyter()
    defer { jupyter.tool.remove() }
    let script = """
      # %% Pictures
      print("hello")
      plain(16, 16, color: "red")
      # %% A film
      film([plain(16, 16), plain(16, 16, color: "red")])
      [[1, 2], [3, 4]]
      ask("How many?", answer: 4)
      """
    try jupyter.tool.write(script, to: "a.gen")
    #expect(try jupyter.tool.run("export", "a.gen", "--to", "ipynb").status == 0)
    let path = jupyter.tool.path("a.ipynb")
    let outcome = try jupyter.run("run_notebook.py", path)
    #expect(outcome.output == "execute_result 3 stream 4\n", "\(outcome.errors)")
    let notebook = try String(contentsOfFile: path, encoding: .utf8)
    #expect(notebook.contains("data:video/mp4;base64,") && notebook.contains("image/png"))
  }

  @Test func `a kernel outlives what nobody should send`() throws {
    let jupyter = try Jupyter()
    defer { jupyter.tool.remove() }
    let outcome = try jupyter.run("hostile.py")
    #expect(outcome.output.hasSuffix("still there\n"), "\(outcome.errors)")
    #expect(outcome.errors.contains("dropped a message on shell: its signature is wrong"))
  }
}

@Test func `a kernel that cannot begin says why`() throws {
  let tool = try Tool()
  defer { tool.remove() }
  let missing = try tool.run("kernel", "run", "--connection-file", "no.json")
  #expect(missing.status == 1 && missing.errors.contains("no.json"))
  try tool.write(
    #"{"transport": "tcp", "ip": "256.0.0.1", "shell_port": 1, "control_port": 2, "#
      + #""stdin_port": 3, "iopub_port": 4, "hb_port": 5, "key": "", "signature_scheme": ""}"#,
    to: "bad.json")
  let refused = try tool.run("kernel", "run", "--connection-file", "bad.json")
  #expect(refused.status == 1 && refused.errors.contains("cannot listen at tcp://256.0.0.1:1"))
}
