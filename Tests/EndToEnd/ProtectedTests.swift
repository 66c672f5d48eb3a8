import Foundation
import Testing

/// A hundred and twenty people, as a file has them.
private let people: String = {
  let rows = (0..<120).map {
    "\(20 + ($0 * 37) % 60),\($0 % 3 == 0 ? "yes" : "no"),\(($0 * 53) % 90)"
  }
  return (["age,smoker,score"] + rows).joined(separator: "\n") + "\n"
}()

private let script = """
  t = load("people.csv") |> schema(age: whole, smoker: category, score: whole)
  m = fit(
    t,
    tabdiff(steps: 3, batch: 40),
    privacy: dp(epsilon: 2, delta: 1e-6, age: [0, 120], smoker: ["no", "yes"], score: [0, 100])
  )
  save(m, "people.model")
  """

@Test func `what was made with secret noise says that it cannot be made again`() throws {
  let tool = try Tool()
  defer { tool.remove() }
  try tool.write(people, to: "people.csv")
  try tool.write(script, to: "fit.gen")
  let planned = try tool.run("plan", "fit.gen")
  #expect(
    planned.output.contains("spends an epsilon of 2; its noise is secret"), "\(planned.output)")
  let fitted = try tool.run("run", "fit.gen")
  #expect(fitted.status == 0, "\(fitted.errors)")
  let info = try tool.run("info", "people.model")
  #expect(
    info.output.contains("3 columns, with secret noise: it cannot be made again"), "\(info.output)")
  #expect(!info.output.contains("0 rows"))
  let again = try tool.run("reproduce", "people.model")
  #expect(again.status == 1)
  #expect(again.output.contains("people.model: cannot be made again"), "\(again)")
  #expect(again.output.contains("load(\"people.csv\")"), "\(again)")
}

@Test func `the check refuses what rows and types do not allow, before anything is fitted`() throws
{
  let tool = try Tool()
  defer { tool.remove() }
  try tool.write(people, to: "people.csv")
  for (line, told) in [
    (
      "fit(t, marginals(), privacy: dp(epsilon: 1, delta: 1e-6, others: buy))",
      "|> schema(age: whole"
    ),
    ("fit(t, copula(), privacy: dp(epsilon: 1, delta: 1e-6))", "copula cannot protect"),
    ("fit(t, copula(), always: r => r.age > r.score)", "is not so in row"),
    ("fit(t, copula(), always: r => r.age > 90 and r.age < 18)", "cannot be so where"),
  ] {
    try tool.write("t = load(\"people.csv\")\nshow(\(line))\n", to: "a.gen")
    for command in ["check", "run"] {
      let outcome = try tool.run(command, "a.gen")
      #expect(outcome.status == 1 && outcome.errors.contains(told), "\(line): \(outcome.errors)")
      #expect(outcome.errors.contains("a.gen:2:"), "\(outcome.errors)")
    }
  }
}
