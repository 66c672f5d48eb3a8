import Foundation
import Testing

private func withTool(_ body: (Tool) throws -> Void) throws {
  let tool = try Tool()
  defer { tool.remove() }
  try body(tool)
}

extension Tool {
  /// What drawings wrote down that are not finished, and what they are about to.
  fileprivate var journals: [String] {
    (try? FileManager.default.contentsOfDirectory(atPath: path("cache/unfinished"))) ?? []
  }

  /// Waits until a run has written down a step of its drawing, or is over.
  fileprivate func waitUntilDrawing(_ running: Running) {
    while running.process.isRunning, !journals.contains(where: { !$0.hasPrefix(".") }) {
      usleep(5000)
    }
  }
}

private func origins(_ outcome: Tool.Outcome, of stage: String) -> [String] {
  outcome.output.split(separator: "\n").compactMap { line in
    let event = try? JSONSerialization.jsonObject(with: Data(line.utf8)) as? [String: Any]
    guard event?["event"] as? String == "finished", event?["stage"] as? String == stage else {
      return nil
    }
    return event?["origin"] as? String
  }
}

@Test func `a sentence becomes a film, once, and the same film again after the cache is gone`()
  throws
{
  try withTool { tool in
    try tool.write(
      "diffuse(\"a red star in the snow\", frames: 5, steps: 2, seed: 3) |> save(\"a.gif\")\n",
      to: "a.gen")
    let first = try tool.run("run", "a.gen", "--json")
    #expect(first.status == 0, "\(first.errors)")
    #expect(origins(first, of: "diffuse") == ["computed"])
    let bytes = try Data(contentsOf: URL(filePath: tool.path("a.gif")))

    let second = try tool.run("run", "a.gen", "--json")
    #expect(origins(second, of: "diffuse") == ["cached"])
    #expect(try Data(contentsOf: URL(filePath: tool.path("a.gif"))) == bytes)

    #expect(try tool.run("cache", "clear").status == 0)
    let third = try tool.run("run", "a.gen", "--json")
    #expect(origins(third, of: "diffuse") == ["computed"])
    #expect(try Data(contentsOf: URL(filePath: tool.path("a.gif"))) == bytes)
  }
}

@Test func `a file that is as it was saved is not written again; any other is`() throws {
  try withTool { tool in
    func script(_ comment: String) -> String {
      "# \(comment)\nplain(8, 6) |> save(\"a.png\")\n"
    }
    let picture = URL(filePath: tool.path("a.png"))
    try tool.write(script("first"), to: "a.gen")
    #expect(try tool.run("run", "a.gen").errors.contains("saved a.png"))
    let bytes = try Data(contentsOf: picture)
    #expect(try tool.run("run", "a.gen").errors.contains("unchanged: a.png"))
    #expect(try tool.run("run", "a.gen", "--json").output.contains("\"unchanged\":true"))

    try Data(bytes.dropLast()).write(to: picture)
    #expect(try tool.run("run", "a.gen").errors.contains("saved a.png"))
    #expect(try Data(contentsOf: picture) == bytes)

    try FileManager.default.removeItem(at: picture)
    #expect(try tool.run("run", "a.gen").errors.contains("saved a.png"))
    #expect(try Data(contentsOf: picture) == bytes)

    try tool.write(script("second"), to: "a.gen")
    #expect(try tool.run("run", "a.gen").errors.contains("saved a.png"))
    #expect(try tool.run("info", "a.png").output.contains("# second"))
  }
}

@Test func `one changed argument computes only what depends on it`() throws {
  try withTool { tool in
    let script = "film = diffuse(\"a cat\", frames: 4, steps: 1)\n"
    try tool.write(script + "save(film |> speed(1), \"a.gif\")\n", to: "a.gen")
    #expect(try tool.run("run", "a.gen").status == 0)
    try tool.write(script + "save(film |> speed(50%), \"a.gif\")\n", to: "a.gen")
    #expect(origins(try tool.run("run", "a.gen", "--json"), of: "diffuse") == ["cached"])
    try tool.write(script + "save(film |> speed(50%), \"a.gif\")\n", to: "a.gen")
    let why = try tool.run("why", "a.gen", "film")
    #expect(why.output.contains("in the cache"))
  }
}

@Test func `a word that the model does not know is a warning that names near ones`() throws {
  try withTool { tool in
    try tool.write("show(diffuse(\"a red baloon\", as: image, steps: 1))\n", to: "a.gen")
    let outcome = try tool.run("check", "a.gen")
    #expect(outcome.status == 0)
    #expect(outcome.errors.contains("\"baloon\""))
    #expect(outcome.errors.contains("\"balloon\""))
  }
}

@Test func `a prompt of which nothing is known is an error before anything is computed`() throws {
  try withTool { tool in
    try tool.write("save(diffuse(\"xyzzy plugh\", frames: 4), \"a.gif\")\n", to: "a.gen")
    let outcome = try tool.run("run", "a.gen")
    #expect(outcome.status == 1)
    #expect(outcome.errors.contains("E0730"))
    #expect(!FileManager.default.fileExists(atPath: tool.path("a.gif")))
  }
}

@Test(arguments: [(SIGINT, 130), (SIGTERM, 143)] as [(Int32, Int32)])
func `a run that is asked to stop does so with the status of that and leaves no file`(
  signal: Int32, status: Int32
) throws {
  try withTool { tool in
    try tool.write("save(diffuse(\"a cat\", frames: 24, steps: 1000), \"a.gif\")\n", to: "a.gen")
    let running = try tool.start(["run", "a.gen"])
    tool.waitUntilDrawing(running)
    kill(running.process.processIdentifier, signal)
    let start = Date()
    let outcome = try running.finish()
    #expect(outcome.status == status)
    #expect(Date().timeIntervalSince(start) < 5)
    #expect(!FileManager.default.fileExists(atPath: tool.path("a.gif")))
  }
}

@Test func `a run that is killed at any moment leaves whole files and goes on the next time`()
  throws
{
  try withTool { tool in
    try tool.write(
      "save(diffuse(\"a cat\", frames: 4, steps: 6) |> loop(40), \"a.gif\")\n", to: "a.gen")
    for delay in [0.1, 0.4, 0.8, 1.2] {
      let running = try tool.start(["run", "a.gen"])
      Thread.sleep(forTimeInterval: delay)
      kill(running.process.processIdentifier, SIGKILL)
      _ = try running.finish()
      let made = try FileManager.default.contentsOfDirectory(atPath: tool.folder)
        .filter { !$0.hasPrefix(".") }
      #expect(Set(made).isSubset(of: ["a.gen", "a.gif", "cache", "history"]), "\(made)")
    }
    #expect(try tool.run("run", "a.gen").status == 0)
    #expect(try tool.run("info", "a.gif").output.contains("160 frames"))
  }
}

@Test func `a run that is killed in the middle of sampling goes on and ends in the same bytes`()
  throws
{
  try withTool { tool in
    try tool.write(
      "save(diffuse(\"a cat\", frames: 24, sampler: dpmpp(60)), \"a.gif\")\n", to: "a.gen")
    let running = try tool.start(["run", "a.gen"])
    tool.waitUntilDrawing(running)
    Thread.sleep(forTimeInterval: 0.5)
    kill(running.process.processIdentifier, SIGKILL)
    _ = try running.finish()
    #expect(!tool.journals.isEmpty)
    let second = try tool.run("run", "a.gen", "--json")
    #expect(second.status == 0, "\(second.errors)")
    #expect(!second.output.contains("step 1 of 120"))
    #expect(second.output.contains("step 120 of 120"))
    #expect(tool.journals.isEmpty)
    let bytes = try Data(contentsOf: URL(filePath: tool.path("a.gif")))
    #expect(try tool.run("cache", "clear").status == 0)
    let third = try tool.run("run", "a.gen", "--json")
    #expect(third.output.contains("step 1 of 120"))
    #expect(try Data(contentsOf: URL(filePath: tool.path("a.gif"))) == bytes)
  }
}

@Test func `a damaged cache is mended without a word about it`() throws {
  try withTool { tool in
    try tool.write(
      "save(diffuse(\"a cat\", as: image, steps: 1), \"a.png\")\n", to: "a.gen")
    #expect(try tool.run("run", "a.gen").status == 0)
    let bytes = try Data(contentsOf: URL(filePath: tool.path("a.png")))
    let files = FileManager.default.enumerator(atPath: tool.path("cache"))
    while let name = files?.nextObject() as? String {
      let path = tool.path("cache/" + name)
      guard let handle = FileHandle(forWritingAtPath: path) else { continue }
      try handle.truncate(atOffset: 100)
      try handle.close()
    }
    let again = try tool.run("run", "a.gen")
    #expect(again.status == 0, "\(again.errors)")
    #expect(try Data(contentsOf: URL(filePath: tool.path("a.png"))) == bytes)
  }
}

@Test func `a film flows through in the memory of a few frames`() throws {
  try withTool { tool in
    let long = "film([plain(640, 360), plain(640, 360, color: \"red\")]) |> loop(240)"
    try tool.write("save(\(long), \"long.mp4\")\n", to: "make.gen")
    try tool.write("load(\"long.mp4\") |> grayscale |> save(\"grey.mp4\")\n", to: "change.gen")
    // All 480 frames are 332 MB.
    for script in ["make.gen", "change.gen"] {
      let run = try tool.start(["run", script])
      let peak = run.peakMegabytes()
      let outcome = try run.finish()
      #expect(outcome.status == 0, "\(outcome.errors)")
      #expect(10..<120 ~= peak, "\(script) took \(peak) MB")
    }
    #expect(try tool.run("info", "grey.mp4").output.contains("480 frames"))
  }
}
