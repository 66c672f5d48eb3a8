import Foundation
import Testing

private func withTool(_ script: String, _ body: (Tool) throws -> Void) throws {
  let tool = try Tool()
  defer { tool.remove() }
  try tool.write(script, to: "a.gen")
  try body(tool)
}

/// A drawing that is small enough for a test.
private let star = "star = diffuse(\"a red star\", frames: 4, steps: 2)\n"

@Test func `a plan foretells time, memory and disk, and that a second run costs nothing`() throws {
  try withTool(star + "save(star |> resize(width: 32), \"a.gif\")\n") { tool in
    let before = try tool.run("plan", "a.gen")
    #expect(before.status == 0, "\(before.errors)")
    let summary = try #require(before.output.split(separator: "\n").first)
    #expect(summary.hasPrefix("a.gen: 3 steps, 2 to run, about "), "\(summary)")
    #expect(summary.contains(" of memory, ") && summary.hasSuffix(" on disk"), "\(summary)")
    #expect(FileManager.default.fileExists(atPath: tool.path("cache/prices.json")))
    #expect(try tool.run("run", "a.gen").status == 0)
    let after = try tool.run("plan", "a.gen").output
    #expect(after.hasPrefix("a.gen: 3 steps, 1 cached, 1 to run"), "\(after)")
  }
}

@Test func `a plan goes on where a list depends on a result that is not there`() throws {
  let script =
    star + """
      pictures = for picture in frames(star) { picture |> blur }
      save(sheet(pictures), "sheet.png")
      save(star, "a.gif")

      """
  try withTool(script) { tool in
    let plan = try tool.run("plan", "a.gen")
    #expect(plan.status == 0, "\(plan.errors)")
    #expect(plan.output.contains("unknown"), "\(plan.output)")
    #expect(plan.output.contains("save(path: \"a.gif\")"), "\(plan.output)")
    #expect(plan.output.contains("the result of diffuse is needed (line 1)"), "\(plan.output)")
    #expect(!(plan.output + plan.errors).contains("E0804"))
  }
}

@Test func `a program that does not fit its budget is not begun, and told what to lower`() throws {
  let script = "set budget = \"1ms\"\n" + star + "save(star, \"a.gif\")\n"
  try withTool(script) { tool in
    let refused = try tool.run("run", "a.gen")
    #expect(refused.status == 1)
    #expect(refused.errors.contains("[E0809]"), "\(refused.errors)")
    #expect(!FileManager.default.fileExists(atPath: tool.path("a.gif")))
    let lenient = try tool.run("run", "a.gen", "--set", "budget=\"10min, 100GB\"")
    #expect(lenient.status == 0, "\(lenient.errors)")
    let cached = try tool.run("run", "a.gen", "--set", "budget=\"5min, 1KB disk\"")
    #expect(cached.errors.contains("on disk"), "\(cached.errors)")
  }
}

@Test func `a session plans a line without running it and keeps to the budget of earlier cells`()
  throws
{
  try withTool("") { tool in
    let input = """
      :plan diffuse("a red star", frames: 4, steps: 2)
      :plan
      set budget = "1ms"
      diffuse("a red star", frames: 4, steps: 2)
      :plan nonsense
      1 + 1

      """
    let outcome = try tool.run("repl", input: input)
    #expect(outcome.output.contains("plan: 1 step, 1 to run, about "), "\(outcome.output)")
    #expect(outcome.output.contains("there is no cell yet"))
    #expect((outcome.output + outcome.errors).contains("does not fit its budget"))
    #expect(outcome.output.hasSuffix("2\n"), "\(outcome.output)")
  }
}

@Test func `a plan foretells fits of sequences and of families`() throws {
  let script = """
    h = hospital(60, seed: 1)
    people = h.patients |> select(["patient", "born", "smoker"])
    method = tabformer(epochs: 2, width: 8)
    save(fit(h.visits, method, of: "patient", by: "day"), "visits.model")
    save(fit({patients: people, visits: h.visits}, method, key: "patient"), "family.model")

    """
  struct Step: Decodable {
    let stage: String
    let seconds: Double?
  }
  try withTool(script) { tool in
    let plan = try tool.run("plan", "--json", "a.gen")
    #expect(plan.status == 0, "\(plan.errors)")
    let steps = try JSONDecoder().decode([Step].self, from: Data(plan.output.utf8))
    let fits = steps.filter { $0.stage == "fit" }.map { $0.seconds ?? 0 }
    #expect(fits.count == 2 && fits.allSatisfy { $0 > 0 }, "\(plan.output)")
  }
}
