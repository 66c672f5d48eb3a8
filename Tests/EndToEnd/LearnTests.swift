import Foundation
import Testing

private func withTool(_ body: (Tool) throws -> Void) throws {
  let tool = try Tool()
  defer { tool.remove() }
  try body(tool)
}

@Test func `learn lists the lessons, runs one through without a terminal, and knows no fifteenth`()
  throws
{
  try withTool { tool in
    let list = try tool.run("learn")
    #expect(list.status == 0)
    #expect(list.output.contains(" 1  What is noise") && list.output.contains("12  Cost"))
    let lesson = try tool.run("learn", "10")
    #expect(lesson.status == 0, "\(lesson.errors)")
    #expect(lesson.output.contains("✓ It looks only twice."))
    #expect(lesson.output.contains("? Which") || lesson.output.contains("Which family?"))
    #expect(!lesson.output.contains("answer:"))
    let missing = try tool.run("learn", "15")
    #expect(missing.status == 2)
    #expect(missing.errors.contains("they go from 1 to 14"))
  }
}

@Test func `a session walks through a run with :step`() throws {
  try withTool { tool in
    let outcome = try tool.run(
      "--quiet",
      input: """
        :step
        cat = diffuse("a cat", as: image, steps: 3)
        :step cat
        :step
        :step back
        :step 7
        :step 1 + 1
        :step nothing
        """)
    #expect(outcome.status == 0)
    #expect(outcome.output.contains("there is no run to walk through"))
    #expect(outcome.output.components(separatedBy: "step 1 of 3, euler").count == 3)
    #expect(outcome.output.contains("step 2 of 3, euler"))
    #expect(outcome.output.contains("there is no step 7; they go from 1 to 3"))
    #expect(outcome.errors.contains("E0736"))
    #expect(outcome.errors.contains("'nothing'"))
  }
}

@Test func `a trace is kept in the cache, and saved as a picture and as a film`() throws {
  try withTool { tool in
    try tool.write(
      """
      t = trace(diffuse("a cat", as: image, steps: 2))
      save(t, "trace.png")
      save(t, "trace.gif")
      save(t.steps[1].predicted, "step.png")
      claim(t.schedule == [1, 0.5, 0], "Two even steps.")
      """, to: "a.gen")
    for origin in ["computed", "cached"] {
      let outcome = try tool.run("run", "a.gen", "--json")
      #expect(outcome.status == 0, "\(outcome.errors)\(outcome.output)")
      #expect(outcome.output.contains("\"origin\":\"\(origin)\""))
    }
    for name in ["trace.png", "trace.gif", "step.png"] {
      #expect(FileManager.default.fileExists(atPath: tool.path(name)), "\(name)")
    }
    let info = try tool.run("info", "trace.png")
    #expect(info.status == 0 && info.output.contains("trace"))
  }
}

@Test func `a claim that fails is status 1, with its place`() throws {
  try withTool { tool in
    try tool.write("claim(1 > 2, \"One is more.\")\n", to: "a.gen")
    let outcome = try tool.run("run", "a.gen")
    #expect(outcome.status == 1)
    #expect(outcome.errors.contains("a.gen:1:1  this does not hold: One is more."))
  }
}
