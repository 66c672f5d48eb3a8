import Foundation
import GenLanguage
import GenMedia
import GenPipeline
import Testing

@testable import GenModels
@testable import GenStages

private let world = Graph.World(program: "test", describe: Studio.describe) {
  Graph.ModelFacts(hash: $0, licence: "CC0-1.0")
}

/// What the expressions of a program come to, as text.
private func values(_ text: String) async throws -> [String] {
  let language = Language(vocabulary: standardCatalog())
  var scope = Scope()
  let program = language.check(Source(name: "test.gen", text: text), in: scope)
  #expect(program.diagnostics.map(\.message) == [])
  let runner = Runner(world: world)
  let evaluator = Evaluator(
    language, graph: Graph(world: world, demanding: runner), demanding: runner)
  var texts: [String] = []
  for result in try await evaluator.run(program, in: &scope) {
    texts.append(try await runner.resolved(result.value).shortText(limit: 20_000))
  }
  return texts
}

/// What a program ends with.
private func failure(_ text: String) async -> Diagnostic? {
  do {
    _ = try await values(text)
    return nil
  } catch { return Studio.describe(error) }
}

/// Numbers, texts and truths, some of them missing, in a file: columns of files may lack entries.
private let people: String = {
  let path = NSTemporaryDirectory() + "gen-fit-\(getpid()).csv"
  let rows = [
    "n,x,w,v,f", "0,0.5,a,a,true", "1,1,b,c,false", "2,,c,c,", ",3.5,,b,true", "4,4,b,,false",
    "5,-2.25,a,a,true", "-6,0,c,b,true", "7,7,c,b,false",
  ]
  try? rows.joined(separator: "\n").write(toFile: path, atomically: true, encoding: .utf8)
  return "t = load(\"\(path)\")\n"
}()

@Test(arguments: [
  "r.n > 1", "r.n <= r.x", "1 < r.n", "r.n == r.x", "r.n != r.x", "r.n == none", "none != r.w",
  "r.w == \"b\"", "r.w != \"b\"", "r.w < \"b\"", "r.w >= r.v", "r.w == r.v", "r.w != r.v",
  "r.f", "r.f == true", "r.f == none", "r.f and r.n > 0", "r.f or r.n > 0", "not (r.n > 1)",
  "r.n + r.x > 4", "r.n * 2 - r.x == 1", "-r.n < 2", "r.n / 2 >= 1", "r.x - r.n / 2 < r.n * -1",
  "r.n > 0 and (r.x < 4 or r.w == \"c\") and not (r.v == \"a\")", "r[\"n\"] >= low", "true",
  "r.n > 0 and 10 / r.n > 2", "r.w == r.v or r.f == (r.n > 2)",
])
func `a condition that is looked into says the same as one that is called`(_ condition: String)
  async throws
{
  let program =
    people + "low = 2\ndef called(r) = \(condition)\n"
    + "rows(where(t, r => \(condition)))\nrows(where(t, r => called(r)))\n"
  let found = try await values(program)
  #expect(found.count == 2 && found[0] == found[1], "\(found)")
}

@Test func `a division by zero is told whether a condition is looked into or not`() async {
  #expect(await failure(people + "where(t, r => 1 / r.n > 0)")?.message.contains("zero") ?? false)
}

@Test(arguments: [
  ("fit(t, copula())", "Model<Table>"), ("t |> fit(copula()) |> sample(3)", "Table"),
  ("fit(t, tabformer(), of: \"w\", by: \"n\") |> sample(3)", "Table"),
  ("fit({a: u, b: t}, tabformer(), key: \"w\")", "Model<{a: Table, b: Table}>"),
  (
    "fit({a: u, b: t}, tabformer(), key: \"w\", always: {b: r => r.n > 0 and r.born < 3},"
      + " together: {b: [\"v\", \"f\"]}, unique: {a: \"born\", b: [\"n\"]})",
    "Model<{a: Table, b: Table}>"
  ),
  (
    "fit({a: u, b: t, c: t}, tabformer(), key: {b: \"w\", c: \"w\"}, by: {c: \"n\"})"
      + " |> sample(3, where: r => r.born > 2)",
    "{a: Table, b: Table, c: Table}"
  ),
  ("rows(sample(fit({a: u, b: t}, tabformer(), key: \"w\"), 3).b)[0].n", "Int"),
  ("rows(sample(fit(t, copula()), 3))[0].n", "Int"),
])
func `columns go through a model into its rows`(_ text: String, _ type: String) {
  let language = Language(vocabulary: standardCatalog())
  let program = language.check(
    Source(
      name: "test.gen", text: people + "u = table(w: [\"a\", \"b\"], born: [1, 2])\n" + text),
    in: Scope())
  #expect(program.diagnostics.map(\.message) == [])
  #expect(program.expressionTypes.map(\.description) == [type])
}

@Test(arguments: [
  ("fit(t, copula()) |> sample(3, where: r => r.nn > 1)", "nn"),
  ("fit(t, copula()) |> sample(3, where: r => r.n)", "Bool"),
  ("fit(t, copula(), always: r => r.q < 3)", "q"), ("fit(t, copula(), unique: \"q\")", "'q'"),
  ("fit(t, copula(), together: [\"w\", \"q\"])", "'q'"),
  ("fit(t, copula(), together: [\"w\"])", "alone"), ("fit(t, 3)", "Method"),
  ("fit(t, copula(marginals: worst))", "worst"), ("sample(t, 3)", "Model"),
  ("fit(t, tabformer(), of: \"q\")", "'q'"), ("fit(t, tabformer(), by: \"n\")", "of:"),
  ("fit(t, tabformer(), of: \"w\", by: \"q\")", "'q'"),
  ("fit(t, tabformer(), of: \"w\", privacy: dp(epsilon: 1, delta: 1e-6))", "privacy"),
  ("fit({a: t, b: t}, tabformer(), key: \"q\")", "'a' has no column 'q'"),
  ("fit({a: t, b: t}, tabformer(), key: \"w\", by: {c: \"n\"})", "called 'c'"),
  ("fit({a: t, b: t}, tabformer(), key: \"w\", by: {b: \"q\"})", "'b' has no column 'q'"),
  ("fit({a: t, b: t}, tabformer(), key: \"w\", by: \"n\")", "{visits: \"day\"}"),
  ("fit({a: t, b: 3}, tabformer(), key: \"w\")", "joins the tables"),
  ("fit(t, tabformer(), key: \"w\")", "of:"),
  ("sample(fit({a: t, b: t}, tabformer(), key: \"w\"), 3).c", "'c'"),
  ("sample(fit({a: t, b: t}, tabformer(), key: \"w\"), 3, where: r => r.q > 1)", "'q'"),
  ("sample(fit({a: t, b: t}, tabformer(), key: \"w\"), 3, where: r => r.n)", "Bool"),
  ("fit({a: t, b: t}, tabformer(), key: \"w\", always: {b: r => r.q > 1})", "'q'"),
  ("fit({a: t, b: t}, tabformer(), key: \"w\", always: {b: r => r.n})", "Bool"),
  ("fit({a: t, b: t}, tabformer(), key: \"w\", always: {c: r => true})", "called 'c'"),
  ("fit({a: t, b: t}, tabformer(), key: \"w\", always: {b: 3})", "not an Int"),
  ("fit({a: t, b: t}, tabformer(), key: \"w\", always: r => r.n > 1)", "by table"),
  ("fit({a: t, b: t}, tabformer(), key: \"w\", together: [\"n\", \"x\"])", "by table"),
  ("fit({a: t, b: t}, tabformer(), key: \"w\", together: {b: [\"n\", \"q\"]})", "column 'q'"),
  ("fit({a: t, b: t}, tabformer(), key: \"w\", together: {b: [\"n\"]})", "alone"),
  ("fit({a: t, b: t}, tabformer(), key: \"w\", unique: {b: \"q\"})", "column 'q'"),
  ("fit({a: t, b: t}, tabformer(), key: \"w\", unique: {c: \"n\"})", "called 'c'"),
  (
    "fit({a: t, b: t}, tabformer(), key: \"w\", privacy: dp(epsilon: 1, delta: 1e-6))",
    "shows in many rows"
  ),
  ("fit({a: t, b: t}, tabformer(), key: {a: \"w\"})", "called 'a'"),
  ("fit({a: t, b: t, c: t}, tabformer(), key: {b: \"w\"})", "what the rows of 'c' belong to"),
  ("fit({a: t, b: t}, tabformer(), key: {b: \"q\"})", "'a' has no column 'q'"),
  ("fit({a: t, b: t}, tabformer(), key: 3)", "one for each table"),
  (
    "fit({a: t, b: t, c: t}, tabformer(), key: {b: \"w\", c: \"n\"})", "has 'w' as well"
  ),
  ("fit(t, copula()) |> save(\"a.csv\")", "fitted model"), ("load(\"none.model\")", "none.model"),
])
func `what cannot be fitted or sampled is told before anything runs`(_ text: String, _ told: String)
{
  let language = Language(vocabulary: standardCatalog())
  let program = language.check(Source(name: "test.gen", text: people + text), in: Scope())
  let messages = program.diagnostics.map { "\($0.message) \($0.hint ?? "")" }
  #expect(messages.contains { $0.contains(told) }, "\(messages)")
}

@Test func `rules are looked into, and told where they cannot be`() async throws {
  let opaque = people + "fit(t, copula(), always: r => if r.n > 0 then true else false)"
  #expect(await failure(opaque)?.code == "E0785")
  let broken = people + "fit(t, copula(), always: r => r.n <= r.x)"
  #expect(await failure(broken)?.message == "n <= x is not so in row 6")
}

@Test func `rows that meet a condition are made, and one that none can meet is refused`()
  async throws
{
  let model = people + "m = fit(t |> select([\"n\", \"w\", \"f\"]), copula(), seed: 3)\n"
  let found = try await values(
    model + "s = sample(m, 40, where: r => r.w == \"b\" and r.n >= 2, seed: 1)\n"
      + "s\nlength(rows(where(s, r => r.w == \"b\" and r.n >= 2)))")
  #expect(found == ["Table of 40 rows, 3 columns", "40"])
  #expect(
    await failure(model + "sample(m, 4, where: r => r.w == \"z\")")?.message
      == "'w' was never \"z\" in the rows that were learned from")
  #expect(
    await failure(model + "sample(m, 4, where: r => r.n > 100)")?.message
      == "'n' goes from -6 to 7 in the rows that were learned from")
}

@Test func `the rows of an entity are made together, and nothing is chosen among them`()
  async throws
{
  let model =
    people + "m = fit(t |> select([\"n\", \"w\"]) |> where(r => r.w != none),"
    + " tabformer(epochs: 1, width: 8), of: \"w\")\n"
  let found = try await values(model + "m\n")
  #expect(found.last == "Model<Table> by tabformer(epochs: 1, width: 8) of 7 rows, 2 columns")
  #expect(
    await failure(model + "sample(m, 4, where: r => r.n > 0)")?.message.contains("nothing to ask")
      ?? false)
}

@Test func `rules and conditions of a family are kept by what is made`() async throws {
  let found = try await values(
    """
    h = hospital(60, seed: 1)
    people = h.patients |> select(["patient", "born", "smoker"])
    m = fit({patients: people, visits: h.visits}, tabformer(epochs: 1, width: 8), key: "patient",
      by: {visits: "day"}, always: {visits: r => r.nights >= 1 and r.day > r.born},
      together: {visits: ["ward", "diagnosis"]})
    s = sample(m, 30, where: r => r.born > "1960-01-01" and r.smoker == "yes", seed: 2)
    s.patients
    length(rows(where(s.patients, r => r.born > "1960-01-01" and r.smoker == "yes")))
    length(rows(group(s.visits, by: ["ward", "diagnosis"]))) <= 10
    length(rows(where(s.visits, r => r.nights < 1)))
    length(rows(where(join(s.visits, s.patients, by: "patient"), r => r.day <= r.born)))
    """)
  #expect(found == ["Table of 30 rows, 3 columns", "30", "true", "0", "0"])
  let other = """
    h = hospital(60, seed: 1)
    v = h.visits |> join(h.patients |> select(["patient", "sex"]), by: "patient")
    m = fit(v, tabformer(epochs: 1, width: 8), of: "patient", by: "day")
    sample(m, 20, where: r => r.sex == "man") |> where(r => r.sex != "man")
    sample(m, 20, where: r => r.nights > 3)
    """
  #expect(await failure(other)?.message.contains("'nights' is not known of an entity") ?? false)
  let kept = try await values(other.split(separator: "\n").dropLast().joined(separator: "\n"))
  #expect(kept == ["Table of 0 rows, 8 columns"])
}

@Test func `methods and models are told apart, digested and kept`() throws {
  let first = Value.method(MethodChoice("ctgan", [RecordField("epochs", .int(3))]))
  let second = Value.method(MethodChoice("ctgan", [RecordField("epochs", .int(4))]))
  #expect(try first.digest() != second.digest() && first.equals(second) == false)
  #expect(first.shortText() == "ctgan(epochs: 3)")
}

/// What is found wrong with values that are at hand, before anything runs.
private func foreseen(_ text: String) async throws -> Diagnostic? {
  let language = Language(vocabulary: standardCatalog())
  var scope = Scope()
  let program = language.check(Source(name: "test.gen", text: text), in: scope)
  #expect(program.diagnostics.map(\.message) == [])
  #expect(program.looksAhead)
  let planner = Planner(cache: nil)
  try await Evaluator(language, graph: Graph(world: world, demanding: planner), demanding: planner)
    .run(program, in: &scope) { planner.need($0.value) }
  do {
    try await planner.plan().lookAhead(Planner(cache: nil))
    return nil
  } catch { return error as? Diagnostic }
}

private let doctors: String = {
  let path = NSTemporaryDirectory() + "gen-doctors-\(getpid()).csv"
  let names = ["Ada Low", "Bo High", "Cy Mid"]
  let rows = (0..<60).map { "\(names[$0 % 3]),\(20 + $0 % 40),\($0 % 2)" }
  try? (["name,age,seen"] + rows).joined(separator: "\n")
    .write(toFile: path, atomically: true, encoding: .utf8)
  return "d = load(\"\(path)\")\n"
}()

@Test(arguments: [
  (people + "fit(t, copula(), always: r => r.n <= r.x)", "n <= x is not so in row 6"),
  (people + "fit(t, copula(), unique: \"f\")", "is not unique: rows 1 and 4"),
  (people + "fit(t, copula(), always: r => r.n < r.x and r.x < r.n)", "cannot be so where"),
  (people + "fit(t, copula(), always: r => r.n == r.x + 1 and r.x >= r.n)", "cannot be so where"),
  (people + "fit(t, copula(), always: r => r.n > 5 and 3 > r.n)", "cannot be so where"),
  (doctors + "fit(d, copula())", "'name' looks like names of people"),
  (
    doctors
      + "fit(d, tvae(), personal: \"name\", privacy: dp(epsilon: 1, delta: 0.1, others: buy))",
    "the types of 'name', 'age', 'seen' were found by looking"
  ),
  (
    doctors + "d |> select([\"age\"]) |> schema(age: whole) "
      + "|> fit(tabdiff(), privacy: dp(epsilon: 1, delta: 0.1, age: [0, 99]))",
    "more than one row in 60"
  ),
  (
    doctors + "d |> select([\"age\"]) |> schema(age: whole) "
      + "|> fit(tabdiff(), privacy: dp(epsilon: 1, delta: 1e-6))",
    "nothing says what may be in 'age'"
  ),
])
func `faults of rows that are at hand are told before anything runs`(
  _ text: String, _ told: String
) async throws {
  let found = try #require(try await foreseen(text))
  #expect(found.message.contains(told), "\(found.message)")
  #expect(found.place?.line == 2, "\(found)")
}

/// Tables of doctors and of what they did.
private let practice =
  doctors + "p = table(name: [\"Ada Low\", \"Bo High\", \"Cy Mid\"], won: [9, 9, 8])\n"

@Test(arguments: [
  ("fit(d, copula(), of: \"name\")", "copula learns rows by themselves"),
  ("fit({p: p, d: d}, ctgan(), key: \"name\")", "ctgan learns rows by themselves"),
  ("fit(d, tabformer(), of: \"name\", always: r => r.age > 20)", "age > 20 is not so in row 1"),
  (
    "fit({p: p, d: d}, tabformer(), key: \"name\", always: {d: r => r.age > r.won + 12})",
    "of 'd', age > won + 12 is not so in row 1"
  ),
  (
    "fit({p: p, d: d}, tabformer(), key: \"name\", always: {p: r => r.won < 5 and r.won > 5})",
    "cannot be so where"
  ),
  ("fit({p: p, d: d}, tabformer(), key: \"name\", unique: {d: \"age\"})", "is not unique"),
  (
    "fit({p: p, d: d}, tabformer(), key: \"name\", always: {d: r => r.name == \"Ada Low\"})",
    "made anew"
  ),
  (
    "fit({p: p, d: d}, tabformer(), key: \"name\", always: {d: r => if r.age > 1 then true else false})",
    "cannot be looked into"
  ),
  (
    "fit({p: p |> where(r => r.won > 8), d: d}, tabformer(), key: \"name\")",
    "'d.name' of row 3 is \"Cy Mid\""
  ),
])
func `faults of sequences and families are told before anything runs`(
  _ text: String, _ told: String
) async throws {
  let found = try #require(try await foreseen(practice + text))
  #expect(found.message.contains(told), "\(found.message)")
  #expect(found.place?.line == 3, "\(found)")
}

@Test func `what is sound is let through, and types are said in one line`() async throws {
  for text in [
    people + "fit(t, copula(), always: r => r.n <= 7 and r.n >= -6)",
    doctors + "fit(d, copula(), personal: \"name\")",
    doctors + "d |> schema(name: category, age: whole, seen: whole) |> fit(marginals(), "
      + "personal: \"name\", privacy: dp(epsilon: 1, delta: 1e-3, others: buy))",
    doctors + "d |> select([\"age\"]) |> schema(age: number) "
      + "|> fit(tabdiff(), privacy: dp(epsilon: 1, delta: 1e-6, age: [0, 99]))",
  ] {
    #expect(try await foreseen(text) == nil, "\(text)")
  }
  let unpaid = try await foreseen(
    doctors + "d |> fit(marginals(), personal: \"name\", "
      + "privacy: dp(epsilon: 1, delta: 1e-3, others: buy))")
  #expect(unpaid?.hint?.contains("|> schema(name: category, age: whole, seen: whole)") ?? false)
}

@Test func `a date beside a text of another form is refused, beside one of its own it is compared`()
  async throws
{
  let dated =
    "t = table(day: [\"05.02.2023\", \"01.03.2024\", \"09.09.2024\"], n: [1, 2, 3]) "
    + "|> schema(day: date(\"%d.%m.%Y\"))\n"
  for (condition, meant) in [
    ("r.day < \"01.03.2024\"", "2024-03-01"), ("\"1/3/2024\" >= r.day", "year, month, day"),
    ("r.n > 1 and not (r.day == \"9.9.2024\")", "2024-09-09"),
    ("r.day < \"2024-3-1\" or r.n > 1", "year, month, day"),
  ] {
    let found = await failure(dated + "where(t, r => \(condition))")
    #expect(
      found?.code == "E0770" && found?.hint?.contains(meant) == true,
      "\(condition): \(found?.hint ?? "")")
  }
  let counts = try await values(
    dated + "length(rows(where(t, r => r.day >= \"2024\")))\n"
      + "length(rows(where(t, r => r.day < \"2024-03-01\" and r.n < 9)))\n"
      + "length(rows(where(t, r => r.day == \"2024-03-01\")))")
  #expect(counts == ["2", "1", "1"])
}

@Test func `what no method can learn is refused before anything runs`() async throws {
  let start = "t = table(note: [\"one two\", \"three\", \"four five six\"], a: [1, 2, 3])"
  let texts = try await foreseen("\(start) |> schema(note: text)\nfit(t, copula())")
  #expect(texts?.code == "E0783" && texts?.hint?.contains("schema(table, note: category)") == true)
  let single = try await foreseen("fit(table(a: [1], b: [2]), copula())")
  #expect(single?.code == "E0783")
}

@Test func `methods that cannot protect are refused before anything runs, naming those that can`()
  async throws
{
  for method in ["copula", "ctgan"] {
    let found = try await foreseen(
      people + "fit(t, \(method)(), privacy: dp(epsilon: 1, delta: 1e-6, others: buy))")
    #expect(found?.code == "E0790")
    #expect(found?.hint?.contains("tvae(), tabdiff(), marginals()") ?? false)
  }
}

@Test func `networks fit with protected rows, keep rules and say what they promise`() async throws {
  let found = try await values(
    """
    p = hospital(400, seed: 1).patients |> select(["sex", "smoker", "bmi"])
    q = derive(p, twice: r => r.bmi * 2)
    def terms() = dp(epsilon: 5, delta: 1e-6, sex: ["woman", "man"], smoker: ["no", "yes"], bmi: [10, 60])
    m = fit(q, tabdiff(steps: 3, batch: 100), always: r => r.twice == r.bmi * 2, privacy: terms())
    m
    s = sample(m, 30, seed: 1)
    kept = where(s, r => r.twice - r.bmi * 2 < 0.001 and r.bmi * 2 - r.twice < 0.001)
    length(rows(kept)) == length(rows(where(s, r => r.bmi < 100 or r.twice < 200)))
    fit(p, tvae(epochs: 1, batch: 100), privacy: terms())
    """)
  #expect(
    found[0] == "Model<Table> by tabdiff(steps: 3, batch: 100) at epsilon 5, delta 1e-06 of rows "
      + "untold, 4 columns")
  #expect(found[1] == "true")
  #expect(found[2].hasPrefix("Model<Table> by tvae(epochs: 1, batch: 100) at epsilon 5"))
}
