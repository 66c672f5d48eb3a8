import Foundation
import Testing

private let patients = """
  id;age;bmi;smoker;born;marital-status
  1;34;22,5;yes;31.01.1990;single
  2;51;;no;01.12.1885;married
  3;;31,25;no;15.06.1972;single
  4;47;27,0;yes;02.02.1977;divorced
  """

@Test func `a table is loaded, worked on, saved, and comes back`() throws {
  let tool = try Tool()
  defer { tool.remove() }
  try tool.write(patients, to: "p.csv")
  try tool.write(
    """
    p = load("p.csv")
    grown = p |> where(r => r.age > 40 and r.smoker == "yes")
    save(grown, "grown.csv")
    named = p |> rename("marital-status", "status") |> derive(next: r => r.age + 1)
    save(named |> select(["id", "next", "status"]) |> sort(by: "next", descending: true), "n.jsonl")
    save(p |> group(by: "smoker", bmi: mean, age: max), "g.tsv")
    print("{length(rows(p |> where(r => r["marital-status"] == "single")))} are single")
    """, to: "a.gen")
  let made = try tool.run("run", "a.gen")
  #expect(made.status == 0, "\(made.errors)")
  #expect(made.output.contains("2 are single"))
  #expect(made.errors.contains("decimal comma"))
  #expect(
    try String(contentsOfFile: tool.path("grown.csv"), encoding: .utf8)
      == "id,age,bmi,smoker,born,marital-status\n4,47,27,yes,02.02.1977,divorced\n")
  #expect(
    try String(contentsOfFile: tool.path("n.jsonl"), encoding: .utf8).split(separator: "\n").first
      == "{\"id\": \"2\", \"next\": 52, \"status\": \"married\"}")
  #expect(
    try String(contentsOfFile: tool.path("g.tsv"), encoding: .utf8)
      == "smoker\trows\tbmi\tage\nyes\t2\t24.75\t47\nno\t2\t31.25\t51\n")
  let info = try tool.run("info", "g.tsv")
  #expect(info.output.hasPrefix("g.tsv: tsv, 2 rows, 4 columns"), "\(info.output)")
}

@Test func `a misspelt column costs nothing`() throws {
  let tool = try Tool()
  defer { tool.remove() }
  try tool.write(patients, to: "p.csv")
  try tool.write("a,b\n1,2\n3\n", to: "ragged.csv")
  for (line, told) in [
    ("load(\"p.csv\") |> where(r => r.agee > 3)", "Did you mean 'age'?"),
    ("load(\"p.csv\") |> where(r => r.age)", "Bool"),
    ("load(\"p.csv\") |> where(r => r.smoker > 3)", "Text"),
    ("load(\"p.csv\") |> select([\"age\", \"bmj\"])", "no column 'bmj'"),
    ("load(\"p.csv\") |> sort(by: \"born_\")", "Did you mean 'born'?"),
    ("load(\"p.csv\") |> sort(by: 3)", "takes the name of a column"),
    ("load(\"p.csv\") |> group(by: \"smoker\", agge: mean)", "Did you mean 'age'?"),
    ("load(\"p.csv\") |> schema(bron: date(\"%d.%m.%Y\"))", "Did you mean 'born'?"),
    ("load(\"p.csv\") |> schema(born: date(\"%q\"))", "no format of dates"),
    ("load(\"p.csv\") |> schema(born: 3)", "no type of a column"),
    ("load(\"p.csv\") |> derive(x: r => r.bmi + r.agge)", "Did you mean 'age'?"),
    ("load(\"p.csv\") |> derive(x: r => r.age) |> select(\"y\")", "no column 'y'"),
    ("load(\"p.csv\") |> save(\"a.png\")", "a table does not fit into PNG"),
    ("load(\"ragged.csv\")", "line 3"), ("load(\"none.csv\")", "none.csv"),
  ] {
    try tool.write(line, to: "a.gen")
    let outcome = try tool.run("check", "a.gen")
    #expect(outcome.status == 1 && outcome.errors.contains(told), "\(line): \(outcome.errors)")
    #expect(outcome.errors.contains("a.gen:1:"), "\(outcome.errors)")
  }
}

@Test func `a table is shown in the session and on every kind of page`() throws {
  let tool = try Tool()
  defer { tool.remove() }
  try tool.write(patients, to: "p.csv")
  try tool.write("load(\"p.csv\")\n", to: "a.gen")
  let shown = try tool.run("repl", input: "load(\"p.csv\")\n")
  for text in ["22.5", "34…51", "yes 50%", "1 missing", "…31.01.1990", "4 rows, 6 columns"] {
    #expect(shown.output.contains(text), "\(text): \(shown.output)")
  }
  let rest = try tool.run(
    "repl", input: "load(\"p.csv\") |> select([\"id\", \"marital-status\"])\n")
  for text in ["marital-status", "category", "single 50%", "divorced"] {
    #expect(rest.output.contains(text), "\(text): \(rest.output)")
  }
  for page in ["a.html", "a.md", "a.ipynb"] {
    let made = try tool.run("export", "a.gen", "--out", page)
    #expect(made.status == 0, "\(made.errors)")
    let text = try String(contentsOfFile: tool.path(page), encoding: .utf8)
    for word in ["marital", "category", "31.01.1990", "34…51"] {
      #expect(text.contains(word), "\(page) lacks \(word)")
    }
  }
}

@Test func `a report says how good a synthetic table is, in words, as a page and for programs`()
  throws
{
  let tool = try Tool()
  defer { tool.remove() }
  func rows(_ shift: Int) -> String {
    "age,smoker,charges\n"
      + (0..<120).map { row in
        let age = 20 + (row * 37 + shift) % 50
        return "\(age),\((row + shift) % 3 == 0 ? "yes" : "no"),\(age * 90 + row % 7 * 11)\n"
      }.joined()
  }
  try tool.write(rows(0), to: "real.csv")
  try tool.write(rows(5), to: "fake.csv")
  try tool.write(
    """
    (fake, real) = [load("fake.csv"), load("real.csv")]
    report(fake, real, to: "r.html")
    report(fake, real, target: "smoker", to: "r.json")
    """, to: "a.gen")
  let told = try tool.run("run", "a.gen")
  #expect(told.status == 0, "\(told.errors)")
  #expect(told.output.contains("120 synthetic rows beside 120 real ones"))
  #expect(told.output.contains("Quality 0."))
  let page = try String(contentsOfFile: tool.path("r.html"), encoding: .utf8)
  #expect(page.contains("<svg") && !page.contains("http:") && !page.contains("https:"))
  let numbers =
    try JSONSerialization.jsonObject(
      with: Data(contentsOf: URL(filePath: tool.path("r.json")))) as? [String: Any]
  #expect((numbers?["scores"] as? [String: Double])?.isEmpty == false)
  for (line, code) in [
    ("report(load(\"fake.csv\"), load(\"real.csv\"), to: \"r.txt\")", "E0782"),
    ("report(load(\"fake.csv\"), load(\"real.csv\"), to: \"../r.html\")", "E0702"),
    ("report(load(\"fake.csv\"), load(\"real.csv\"), target: \"nobody\")", "E0781"),
  ] {
    try tool.write(line + "\n", to: "b.gen")
    let refused = try tool.run("run", "b.gen")
    #expect(refused.status == 1)
    #expect(refused.errors.contains(code), "\(refused.errors)")
  }
}
