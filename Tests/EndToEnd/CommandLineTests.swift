import Foundation
import Testing

private func withTool(_ body: (Tool) throws -> Void) throws {
  let tool = try Tool()
  defer { tool.remove() }
  try body(tool)
}

@Test func `a line of the language shows what it comes to`() throws {
  try withTool { tool in
    let outcome = try tool.run("eval", "1 + 1")
    #expect(outcome.output == "2\n")
    #expect(outcome.status == 0)
  }
}

@Test func `a fault of the script is status 1, with place, cause and fix`() throws {
  try withTool { tool in
    try tool.write("a = plain(8, 8)\nsave(a |> resize(widht: 4), \"a.png\")\n", to: "a.gen")
    let outcome = try tool.run("run", "a.gen")
    #expect(outcome.status == 1)
    #expect(outcome.errors.contains("a.gen:2:"))
    #expect(outcome.errors.contains("Did you mean 'width'?"))
    #expect(!FileManager.default.fileExists(atPath: tool.path("a.png")))
  }
}

@Test(arguments: [
  ["frobnicate"], ["run"], ["run", "missing.gen"], ["eval", "1", "--set", "seed"],
  ["eval", "1", "--set", "sed=1"], ["explain", "X1"], ["cache", "trim", "--to", "many"],
])
func `a fault of the command line is status 2`(arguments: [String]) throws {
  try withTool { tool in
    let outcome = try tool.start(arguments).finish()
    #expect(outcome.status == 2, "\(arguments): \(outcome.errors)")
    #expect(!outcome.errors.isEmpty)
  }
}

@Test func `a script may come from standard input`() throws {
  try withTool { tool in
    let outcome = try tool.run("run", "-", input: "print(\"hello {1 + 2}\")\n")
    #expect(outcome.output == "hello 3\n")
  }
}

@Test func `check names what a script would read and write and runs nothing`() throws {
  try withTool { tool in
    try tool.write("save(plain(8, 8), \"a.png\")\n", to: "a.gen")
    let outcome = try tool.run("check", "a.gen")
    #expect(outcome.status == 0)
    #expect(outcome.errors.contains("writes a.png"))
    #expect(!FileManager.default.fileExists(atPath: tool.path("a.png")))
  }
}

@Test func `a script may set the folder that it saves in, and is made again from there`() throws {
  try withTool { tool in
    try tool.write("set output = \"films/one\"\nsave(plain(8, 8), \"a.png\")\n", to: "a.gen")
    #expect(try tool.run("check", "a.gen").errors.contains("writes films/one/a.png"))
    let outcome = try tool.run("run", "a.gen", "--out", "all")
    #expect(outcome.status == 0, "\(outcome.errors)")
    let path = "all/films/one/a.png"
    #expect(FileManager.default.fileExists(atPath: tool.path(path)))
    #expect(try tool.run("reproduce", path).output.contains("made again, the same"))
    for folder in ["../up", "/tmp", "a/../../b"] {
      try tool.write("set output = \"\(folder)\"\n1\n", to: "b.gen")
      let refused = try tool.run("check", "b.gen")
      #expect(refused.status == 1)
      #expect(refused.errors.contains("E0224"), "\(refused.errors)")
    }
  }
}

@Test func `the quality that is set says how many steps a drawing takes`() throws {
  try withTool { tool in
    for (word, steps) in [("draft", 8), ("normal", 20), ("fine", 40)] {
      let script = "set quality = \(word)\ntrace(diffuse(\"a cat\", as: image)).questions"
      #expect(try tool.run("eval", script).output == "\(2 * steps)\n")
    }
    let device = try tool.run("eval", "set device = gpu\n1")
    #expect(device.status == 1)
    #expect(device.errors.contains("cpu"), "\(device.errors)")
  }
}

@Test func `a script writes below its output folder only`() throws {
  try withTool { tool in
    try tool.write("save(plain(8, 8), \"../a.png\")\n", to: "a.gen")
    let outcome = try tool.run("run", "a.gen")
    #expect(outcome.status == 1)
    #expect(outcome.errors.contains("--allow-write"))
  }
}

@Test(arguments: ["png", "gif", "mp4", "webm", "webp", "apng", "jpg"])
func `a saved file tells how it was made and is made again to the byte`(format: String) throws {
  try withTool { tool in
    let picture = "plain(48, 32, color: \"teal\")"
    let value = ["png", "jpg"].contains(format) ? picture : "film([\(picture), plain(48, 32)])"
    try tool.write("save(\(value) |> grain(5%, seed: 3), \"a.\(format)\")\n", to: "a.gen")
    #expect(try tool.run("run", "a.gen").status == 0)
    let info = try tool.run("info", "a.\(format)")
    #expect(info.output.contains("grain(5%, seed: 3)"), "\(info.output)\(info.errors)")
    let again = try tool.run("reproduce", "a.\(format)")
    #expect(again.status == 0, "\(again.output)\(again.errors)")
    #expect(again.output.contains("the same"))
  }
}

@Test func `json gives an event a line`() throws {
  try withTool { tool in
    let outcome = try tool.run("eval", "print(\"a\")\n1 + 1", "--json")
    let events = outcome.output.split(separator: "\n").compactMap {
      try? JSONSerialization.jsonObject(with: Data($0.utf8)) as? [String: Any]
    }
    let kinds = events.compactMap { $0["event"] as? String }
    #expect(kinds.contains("printed"))
    #expect(kinds.last == "value")
    #expect(events.count == outcome.output.split(separator: "\n").count)
  }
}

@Test func `a session reads cells from a pipe and outlives a fault`() throws {
  try withTool { tool in
    let outcome = try tool.run(
      "repl", input: "a = 2\nb = a +\n3\nb\nnonsense(1)\n:type b\n[1,\n2]\n:quit\n99\n")
    #expect(outcome.output == "5\nInt\n[1, 2]\n")
    #expect(outcome.errors.contains("nonsense"))
    #expect(outcome.status == 0)
  }
}

@Test func `any bytes as a script are an error and no crash`() throws {
  try withTool { tool in
    for (seed, length) in [1, 17, 4000].enumerated() {
      var state = UInt64(seed)
      let bytes = (0..<length).map { _ -> UInt8 in
        state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
        return UInt8(truncatingIfNeeded: state >> 56)
      }
      try Data(bytes).write(to: URL(filePath: tool.path("x.gen")))
      let outcome = try tool.run("run", "x.gen")
      #expect([0, 1].contains(outcome.status), "seed \(seed): \(outcome.errors)")
    }
  }
}
