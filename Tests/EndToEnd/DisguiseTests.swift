import Foundation
import Testing

private let patients = """
  id,name,mail,age
  P-001,Ada Lovelace,ada@mail.org,36
  P-002,Bo Olsen,bo@mail.org,41
  P-003,Cy Young,cy@other.net,29
  """
private let visits = """
  patient,day
  P-002,2026-01-02
  P-002,2026-02-03
  P-003,2026-02-04
  """

@Test func `people are replaced, alike in both tables, and joins still hold`() throws {
  let tool = try Tool()
  defer { tool.remove() }
  try tool.write(patients, to: "patients.csv")
  try tool.write(visits, to: "visits.csv")
  try tool.write(
    """
    a = load("patients.csv") |> disguise(id: code)
    b = load("visits.csv") |> disguise(patient: code)
    save(a, "a.csv")
    save(join(b, rename(a, "id", "patient"), by: "patient"), "b.csv")
    """, to: "a.gen")
  let outcome = try tool.run("run", "a.gen")
  #expect(outcome.status == 0, "\(outcome.errors)")
  #expect(outcome.errors.contains("name (names of people)"), "\(outcome.errors)")
  let a = try String(contentsOfFile: tool.path("a.csv"), encoding: .utf8)
  #expect(["Lovelace", "mail.org", "P-001"].allSatisfy { !a.contains($0) }, "\(a)")
  #expect(a.contains(",36") && a.contains(".example"))
  let b = try String(contentsOfFile: tool.path("b.csv"), encoding: .utf8)
  #expect(b.split(separator: "\n").count == 4, "\(b)")
}

@Test func `a kind that is none and a column that is none cost nothing`() throws {
  let tool = try Tool()
  defer { tool.remove() }
  try tool.write(patients, to: "patients.csv")
  try tool.write("load(\"patients.csv\") |> disguise(mial: email) |> print\n", to: "a.gen")
  let outcome = try tool.run("check", "a.gen")
  #expect(outcome.status == 1 && outcome.errors.contains("E0771"))
  #expect(outcome.errors.contains("'mail'"), "\(outcome.errors)")
}

@Test func `numbers do not become names, and the file says so rather than stay as it was`() throws {
  let tool = try Tool()
  defer { tool.remove() }
  try tool.write(patients, to: "patients.csv")
  try tool.write("load(\"patients.csv\") |> disguise(age: name) |> show\n", to: "a.gen")
  let outcome = try tool.run("run", "a.gen")
  #expect(outcome.status == 1 && outcome.errors.contains("E0795"), "\(outcome.errors)")
  #expect(outcome.errors.contains("'age' holds numbers"))
}

@Test func `a category of names is learned only when somebody decided so`() throws {
  let tool = try Tool()
  defer { tool.remove() }
  let rows = (0..<60).map { "\(["Ada Bell", "Bo Olsen", "Cy Young"][$0 % 3]),\(20 + $0)" }
  try tool.write((["doctor name,age"] + rows).joined(separator: "\n"), to: "a.csv")
  let script = "load(\"a.csv\") |> fit(copula()PERSONAL) |> sample(60) |> show\n"
  try tool.write(script.replacingOccurrences(of: "PERSONAL", with: ""), to: "a.gen")
  let refused = try tool.run("run", "a.gen")
  #expect(refused.status == 1 && refused.errors.contains("E0797"), "\(refused.errors)")
  #expect(refused.errors.contains("names of people") && refused.output.isEmpty)
  let decided = script.replacingOccurrences(
    of: "PERSONAL", with: ", personal: [\"doctor name\"]")
  try tool.write(decided, to: "a.gen")
  let outcome = try tool.run("run", "a.gen")
  #expect(outcome.status == 0 && outcome.output.contains("Ada Bell"), "\(outcome.errors)")
}

@Test func `texts that tell who somebody is are made up, and what is disguised is learned`()
  throws
{
  let tool = try Tool()
  defer { tool.remove() }
  let rows = (0..<60).map {
    let guest = "Ada Lovelace \(["A", "B", "C", "D"][$0 % 4])."
    return "\(guest),a\($0 * 2 / 3)@mail.org,+49 30 \(123_400 + $0),\(20 + $0)"
  }
  try tool.write((["guest,mail,phone,age"] + rows).joined(separator: "\n"), to: "guests.csv")
  try tool.write("load(\"guests.csv\") |> fit(copula()) |> sample(5) |> print\n", to: "a.gen")
  let refused = try tool.run("check", "a.gen")
  #expect(refused.status == 1 && refused.errors.contains("E0797"), "\(refused.errors)")
  #expect(refused.errors.contains("'guest' looks like names of people"))
  try tool.write(
    "load(\"guests.csv\") |> disguise(phone: keep, mail: keep) |> fit(copula()) |> sample(40) "
      + "|> save(\"new.csv\")\n", to: "b.gen")
  let outcome = try tool.run("run", "b.gen")
  #expect(outcome.status == 0, "\(outcome.errors)")
  #expect(outcome.errors.contains("made up: mail (e-mail addresses), phone (phone numbers)"))
  let made = try String(contentsOfFile: tool.path("new.csv"), encoding: .utf8)
  #expect(["Lovelace", "mail.org"].allSatisfy { !made.contains($0) }, "\(made)")
  #expect(made.components(separatedBy: ".example,+49 ").count == 41, "\(made)")
}
