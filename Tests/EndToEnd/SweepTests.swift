import Foundation
import Testing

private func withTool(_ body: (Tool) throws -> Void) throws {
  let tool = try Tool()
  defer { tool.remove() }
  try body(tool)
}

private let grid =
  "g = diffuse(\"a red star in the snow\", as: image, steps: 1, seed: 1..2, guidance: [1, 3])\n"

@Test func `a sweep draws each element once and its sheet and an element are made again`() throws {
  try withTool { tool in
    try tool.write(
      grid + "save(g, \"sheet.png\")\nsave(g |> pick(seed: 2, guidance: 3), \"one.png\")\n",
      to: "a.gen")
    let plan = try tool.run("plan", "a.gen", "--json")
    #expect(plan.output.components(separatedBy: "\"stage\" : \"diffuse\"").count == 5)
    let run = try tool.run("run", "a.gen", "--json")
    #expect(run.status == 0, "\(run.errors)")
    let drawn = run.output.split(separator: "\n").filter {
      $0.contains("\"finished\"") && $0.contains("\"diffuse\"")
    }
    #expect(drawn.count == 4)
    #expect(try tool.run("reproduce", "sheet.png").status == 0)
    #expect(try tool.run("reproduce", "one.png").status == 0)
  }
}

@Test func `a name with a number's place makes a file for each element that can be made again`()
  throws
{
  try withTool { tool in
    try tool.write(grid + "save(g, \"star-%02d.png\")\n", to: "a.gen")
    #expect(try tool.run("run", "a.gen").status == 0)
    let names = (0..<4).map { "star-0\($0).png" }
    #expect(names.allSatisfy { FileManager.default.fileExists(atPath: tool.path($0)) })
    let again = try tool.run("reproduce", "star-03.png")
    #expect(again.status == 0, "\(again.output) \(again.errors)")
  }
}

@Test func `a grid of films is saved as a film of them all`() throws {
  try withTool { tool in
    try tool.write(
      "g = film([plain(64, 48), plain(64, 48)]) |> blur(1..3)\n"
        + "save(g, \"g.gif\")\nsave(g, \"g.png\")\n", to: "a.gen")
    let run = try tool.run("run", "a.gen")
    #expect(run.status == 0, "\(run.errors)")
    #expect(try tool.run("info", "g.gif").output.contains("2 frames"))
    #expect(FileManager.default.fileExists(atPath: tool.path("g.png")))
  }
}

@Test func `a session shows a grid with the values on its axes`() throws {
  try withTool { tool in
    let session = try tool.run("repl", input: "plain(8, 6) |> blur([1, 2, 4])\n")
    #expect(session.output.contains("Grid of 3 Images: radius 1, 2, 4"), "\(session.output)")
  }
}
