import Foundation
import Testing

/// Two hundred stays in a hospital.
private let stays: String = {
  var lines = ["id,age,ward,net,tax,total,smoker"]
  for row in 0..<200 {
    let (age, net) = (20 + (row * 37) % 60, 100 + (row * 53) % 400)
    let ward = ["eye", "ear", "heart"][age < 40 ? row % 2 : 2]
    lines.append(
      "P\(1000 + row),\(age),\(ward),\(net),\(net / 10),\(net + net / 10),\(row % 3 == 0 ? "yes" : "no")"
    )
  }
  return lines.joined(separator: "\n") + "\n"
}()

@Test func `a model is fitted, saved, loaded and sampled`() throws {
  let tool = try Tool()
  defer { tool.remove() }
  try tool.write(stays, to: "stays.csv")
  try tool.write(
    """
    m = load("stays.csv") |> fit(copula(), always: r => r.total == r.net + r.tax, seed: 5)
    show(m)
    save(m, "stays.model")
    save(sample(m, 50, seed: 2), "made.csv")
    """, to: "fit.gen")
  let fitted = try tool.run("run", "fit.gen")
  #expect(fitted.status == 0, "\(fitted.errors)")
  #expect(fitted.output.contains("made anew: P1200"))
  #expect(fitted.output.contains("= net + tax"))
  #expect(fitted.output.contains("Model<Table> by copula() of 200 rows, 7 columns, seed 5"))
  try tool.write(
    """
    m = load("stays.model")
    save(sample(m, 50, seed: 2), "again.csv")
    save(sample(m, 30, where: r => r.age > 70 and r.smoker == "yes"), "old.csv")
    """, to: "sample.gen")
  let sampled = try tool.run("run", "sample.gen")
  #expect(sampled.status == 0, "\(sampled.errors)")
  func lines(_ name: String) throws -> [[Substring]] {
    try String(contentsOfFile: tool.path(name), encoding: .utf8).split(separator: "\n").map {
      $0.split(separator: ",", omittingEmptySubsequences: false)
    }
  }
  #expect(try lines("again.csv") == lines("made.csv"))
  let old = try lines("old.csv").dropFirst()
  #expect(old.count == 30)
  #expect(old.allSatisfy { (Int($0[1]) ?? 0) > 70 && $0[6] == "yes" && $0[2] == "heart" })
  for row in try lines("made.csv").dropFirst() {
    let (net, tax, total) = (Int(row[3]) ?? -1, Int(row[4]) ?? -1, Int(row[5]) ?? -9)
    #expect(net + tax == total)
  }
  let info = try tool.run("info", "stays.model")
  #expect(info.output.contains("copula() of 200 rows, 7 columns"), "\(info.output)\(info.errors)")
  #expect(info.output.contains("fit(copula()"))
}

@Test func `rules that all rows keep are told as fit takes them`() throws {
  let tool = try Tool()
  defer { tool.remove() }
  try tool.write(stays, to: "stays.csv")
  try tool.write("load(\"stays.csv\") |> fit(copula()) |> sample(5) |> show", to: "a.gen")
  let told = try tool.run("run", "a.gen")
  let parts = told.errors.components(
    separatedBy: "so in every row; to have it in every made one, too: ")
  let rules = try #require(parts.last?.components(separatedBy: "\n").first)
  #expect(rules == "always: r => r.total == r.net + r.tax", "\(told.errors)")
  try tool.write("load(\"stays.csv\") |> fit(copula(), \(rules)) |> sample(5) |> show", to: "a.gen")
  let said = try tool.run("run", "a.gen")
  #expect(said.status == 0 && !said.errors.contains("so in every row"), "\(said.errors)")
}

@Test func `faults of fitting have a place, a cause and a fix`() throws {
  let tool = try Tool()
  defer { tool.remove() }
  try tool.write(stays, to: "stays.csv")
  try tool.write("a,b\n1,2\n", to: "one.csv")
  try tool.write("not a model at all, whatever its name says", to: "broken.model")
  try tool.write(
    "n,t\n" + (0..<40).map { "\($0),some text \($0)\n" }.joined(), to: "texts.csv")
  for (line, told) in [
    ("load(\"one.csv\") |> fit(copula()) |> show", "one row"),
    ("load(\"texts.csv\") |> fit(copula()) |> show", "'t' holds texts"),
    ("load(\"stays.csv\") |> fit(copula(), always: r => r.net < r.tax) |> show", "row 1"),
    (
      "load(\"stays.csv\") |> fit(copula()) |> sample(9, where: r => r.ward == \"foot\") |> show",
      "never \"foot\""
    ), ("load(\"broken.model\") |> sample(3) |> show", "broken.model"),
  ] {
    try tool.write(line, to: "a.gen")
    let outcome = try tool.run("run", "a.gen")
    #expect(outcome.status == 1 && outcome.errors.contains(told), "\(line): \(outcome.errors)")
    #expect(outcome.errors.contains("a.gen:1:"), "\(outcome.errors)")
  }
}

@Test func `a family of tables is fitted, saved, loaded and sampled`() throws {
  let tool = try Tool()
  defer { tool.remove() }
  try tool.write(
    """
    h = hospital(120, seed: 1)
    people = h.patients |> select(["patient", "born", "smoker"])
    m = fit({patients: people, visits: h.visits}, tabformer(epochs: 2, width: 16), key: "patient",
      by: {visits: "day"}, seed: 5)
    show(m)
    save(m, "hospital.model")
    made = sample(m, 40, seed: 2)
    save(made.patients, "patients.csv")
    save(made.visits, "visits.csv")
    """, to: "fit.gen")
  let fitted = try tool.run("run", "fit.gen")
  #expect(fitted.status == 0, "\(fitted.errors)")
  #expect(fitted.output.contains("visits.diagnosis"), "\(fitted.output)")
  #expect(
    fitted.output.contains(
      "Model by tabformer(epochs: 2, width: 16) of patients (120 rows), visits ("),
    "\(fitted.output)")
  try tool.write(
    """
    m = load("hospital.model")
    save(sample(m, 40, seed: 2).visits, "again.csv")
    """, to: "sample.gen")
  let sampled = try tool.run("run", "sample.gen")
  #expect(sampled.status == 0, "\(sampled.errors)")
  func lines(_ name: String) throws -> [String] {
    try String(contentsOfFile: tool.path(name), encoding: .utf8).split(separator: "\n").map(
      String.init)
  }
  #expect(try lines("again.csv") == lines("visits.csv"))
  let keys = try lines("patients.csv").dropFirst().map { $0.prefix { $0 != "," } }
  #expect(Set(keys).count == 40 && keys.allSatisfy { $0 > "P-00120" })
  let visits = try lines("visits.csv").dropFirst().map { $0.prefix { $0 != "," } }
  #expect(Set(visits).isSubset(of: keys))
  let info = try tool.run("info", "hospital.model")
  #expect(info.output.contains("patients of 3 columns, visits of 7 columns"), "\(info.output)")
}
