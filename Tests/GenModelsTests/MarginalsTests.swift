import Foundation
import GenMedia
import Testing

@testable import GenModels

/// People of whom colour follows size, and luck follows nothing; one in ten has no age.
private func people(_ count: Int = 2000) throws -> Table {
  var random = SeriesGenerator(seed: 3, place: 0)
  var (sizes, colours, luck, ages) = ([Int32](), [Int32](), [Int32](), [Double]())
  for _ in 0..<count {
    let size = Int32.random(in: 0..<3, using: &random)
    sizes.append(size)
    colours.append(Int.random(in: 0..<10, using: &random) == 0 ? (size + 1) % 3 : size)
    luck.append(Int32.random(in: 0..<2, using: &random))
    let age = Double(20 + 20 * Int(size) + Int.random(in: 0..<15, using: &random))
    ages.append(Int.random(in: 0..<10, using: &random) == 0 ? .nan : age)
  }
  return try Table([
    Column("size", .category, .codes(sizes, levels: ["small", "middle", "large"])),
    Column("colour", .category, .codes(colours, levels: ["red", "green", "blue"])),
    Column("luck", .flag, .codes(luck, levels: ["no", "yes"])),
    Column("age", .whole, .numbers(ages)),
  ])
}

private let declared: [String: ColumnDomain] = [
  "size": .levels(["small", "middle", "large"]), "colour": .levels(["blue", "green", "red"]),
  "luck": .levels(["no", "yes"]), "age": .range(0...119, binCount: 120),
]

private func fitted(
  _ table: Table, epsilon: Double?, _ domains: [String: ColumnDomain] = declared,
  noise: NoiseOrigin = .seed, seed: UInt64 = 5
) async throws -> Marginals {
  let budget = try epsilon.map { try PrivacyBudget(epsilon: $0, delta: 1e-6) }
  return try await Marginals.fitted(
    to: table, MarginalSettings(budget: budget, domains: domains, noise: noise),
    FittingRun(seed: seed))
}

/// The shares of the texts of two columns together.
private func shares(_ table: Table, _ first: String, _ second: String) throws -> [String: Double] {
  func texts(_ name: String) throws -> [String] {
    let column = try #require(table[name])
    if let numbers = column.numbers { return numbers.map { "\($0)" } }
    let (codes, levels) = try #require(column.codes)
    return codes.map { $0 < 0 ? "missing" : levels[Int($0)] }
  }
  return Dictionary(
    zip(try texts(first), try texts(second)).map { ("\($0)+\($1)", 1 / Double(table.rowCount)) },
    uniquingKeysWith: +)
}

/// Half the sum of what shares differ by: 0 for the same, 1 for nothing in common.
private func distance(_ first: [String: Double], _ second: [String: Double]) -> Double {
  Set(first.keys).union(second.keys).reduce(0) {
    $0 + abs((first[$1] ?? 0) - (second[$1] ?? 0)) / 2
  }
}

struct MarginalsTests {
  @Test func `without a budget columns and pairs of the tree are as they were`() async throws {
    let table = try people()
    let model = try await fitted(table, epsilon: nil, [:])
    let rows = try await model.rows(RowRequest(count: 2000, seed: 1))
    #expect(rows.columns.map(\.name) == table.columns.map(\.name))
    #expect(rows.columns.map(\.type) == table.columns.map(\.type))
    for name in ["size", "colour", "luck", "age"] {
      #expect(distance(try shares(table, name, name), try shares(rows, name, name)) < 0.01)
    }
    #expect(
      distance(try shares(table, "size", "colour"), try shares(rows, "size", "colour")) < 0.02)
    #expect(distance(try shares(table, "size", "age"), try shares(rows, "size", "age")) < 0.15)
    #expect(model.ledger.epsilon == nil)
    #expect(!model.ledger.isPrivate)
  }

  @Test func `a larger budget brings the rows nearer, and it is spent but never overspent`()
    async throws
  {
    let table = try people()
    let real = try shares(table, "size", "colour")
    var distances: [Double] = []
    for epsilon in [0.05, 0.5, 10] {
      var sum = 0.0
      for seed in 1...3 as ClosedRange<UInt64> {
        let model = try await fitted(table, epsilon: epsilon, seed: seed)
        let rows = try await model.rows(RowRequest(count: 4000, seed: seed))
        sum += distance(real, try shares(rows, "size", "colour")) / 3
        let spent = try #require(model.ledger.epsilon)
        #expect(spent <= epsilon * (1 + 1e-9))
        #expect(spent > 0.999 * epsilon)
      }
      distances.append(sum)
    }
    #expect(distances[0] > distances[1] && distances[1] > distances[2], "\(distances)")
    #expect(distances[2] < 0.03)
  }

  @Test func `a column that follows nothing follows nothing afterwards`() async throws {
    let model = try await fitted(people(4000), epsilon: 5)
    let rows = try await model.rows(RowRequest(count: 8000, seed: 1))
    let joint = try shares(rows, "size", "luck")
    for size in ["small", "middle", "large"] {
      let (no, yes) = (joint["\(size)+no"] ?? 0, joint["\(size)+yes"] ?? 0)
      #expect(abs(yes / (no + yes) - 0.5) < 0.05)
    }
  }

  @Test func `what is given is met exactly, and what hangs on it follows`() async throws {
    let model = try await fitted(people(), epsilon: nil, [:])
    let count = 3000
    let given = try Table([
      Column("colour", .category, .codes([Int32](repeating: 0, count: count), levels: ["blue"]))
    ])
    let rows = try await model.rows(RowRequest(count: count, seed: 1, given: given))
    #expect(rows["colour"] == given["colour"])
    let table = try people()
    let real = try shares(table, "colour", "size").filter { $0.key.hasPrefix("blue") }
    let all = real.values.reduce(0, +)
    let found = try shares(rows, "colour", "size")
    #expect(distance(real.mapValues { $0 / all }, found) < 0.02)
    let young = try Table([
      Column("age", .whole, .numbers((0..<count).map { $0 % 2 == 0 ? 22 : 65 }))
    ])
    let sized = try await model.rows(RowRequest(count: count, seed: 1, given: young))
    let sizes = try #require(sized["size"]?.codes)
    for (row, code) in sizes.codes.enumerated() {
      #expect(sizes.levels[Int(code)] == (row % 2 == 0 ? "small" : "large"))
    }
  }

  @Test func `an entry can be given as missing`() async throws {
    let model = try await fitted(people(), epsilon: 10)
    let given = try Table([
      Column("age", .whole, .numbers([Double](repeating: .nan, count: 3000)))
    ])
    let rows = try await model.rows(RowRequest(count: 3000, seed: 1, given: given))
    #expect(rows["age"]?.missingCount == 3000)
    // Whose age is missing says nothing about the size.
    #expect(
      distance(try shares(people(), "size", "size"), try shares(rows, "size", "size")) < 0.12)
  }

  @Test func `ranges are met exactly, rare ones too, and what hangs on them follows`()
    async throws
  {
    for epsilon in [nil, 10.0] {
      let model = try await fitted(people(), epsilon: epsilon)
      for range in [23.0...27.5, 74...74] {
        let rows = try await model.rows(
          RowRequest(count: 2000, seed: 1, ranges: ["age": range, "size": 0...1]))
        let ages = try #require(rows["age"]?.numbers)
        #expect(ages.allSatisfy { range.contains($0) && $0 == $0.rounded() })
        let size = range.lowerBound < 40 ? "small" : "large"
        #expect((try shares(rows, "size", "size")["\(size)+\(size)"] ?? 0) > 0.9)
      }
    }
    let table = try Table([Column("x", .number, .numbers((0..<1000).map { Double($0) / 7 }))])
    let model = try await fitted(table, epsilon: nil, [:])
    let rows = try await model.rows(RowRequest(count: 900, seed: 1, ranges: ["x": 50.1...50.3]))
    #expect(rows["x"]?.numbers?.allSatisfy { $0 >= 50.1 && $0 <= 50.3 } == true)
  }

  @Test func `a number that many have stays that number`() async throws {
    let numbers = (0..<3000).map { (row: Int) -> Double in
      row.isMultiple(of: 10) ? Double(row * 30) : 0
    }
    let table = try Table([Column("gain", .whole, .numbers(numbers))])
    for domain in [ColumnDomain.range(0...100_000), .bought] {
      let model = try await fitted(table, epsilon: 5, ["gain": domain])
      let rows = try await model.rows(RowRequest(count: 3000, seed: 1))
      let found = try #require(rows["gain"]?.numbers)
      let share = Double(found.count { $0 == 0 }) / 3000
      #expect(abs(share - 0.9) < 0.03)
    }
  }

  @Test func `a given level or column that the model does not have is refused`() async throws {
    let model = try await fitted(people(), epsilon: nil, [:])
    for column in [
      Column("colour", .category, .codes([0], levels: ["violet"])),
      Column("shoe", .whole, .numbers([44])), Column("age", .whole, .numbers([44, 45])),
      Column("age", .category, .codes([0], levels: ["old"])),
    ] {
      await #expect(throws: SynthesisError.self) {
        try await model.rows(RowRequest(count: 1, seed: 1, given: Table([column])))
      }
    }
  }

  @Test func `a model that was stored makes the same rows, and holds no row`() async throws {
    let table = try people()
    for epsilon in [nil, 1.0] {
      let model = try await fitted(table, epsilon: epsilon)
      let stored = try model.stored()
      let again = try Marginals(stored)
      #expect(again.ledger == model.ledger)
      let rows = try await model.rows(RowRequest(count: 500, seed: 9))
      #expect(rows == (try await again.rows(RowRequest(count: 500, seed: 9))))
      #expect(rows != (try await again.rows(RowRequest(count: 500, seed: 10))))
      // Its size is that of the domain, whatever the number of rows.
      #expect(stored.arrays.values.reduce(0) { $0 + $1.shape.elementCount } < 2000)
    }
  }

  @Test func `stored parts that do not go together are refused`() async throws {
    let stored = try await fitted(people(500), epsilon: nil, [:]).stored()
    for name in stored.arrays.keys {
      var damaged = stored
      damaged.arrays[name] = nil
      #expect(throws: SynthesisError.self) { try Marginals(damaged) }
    }
    var damaged = stored
    damaged.facts = stored.facts.replacingOccurrences(
      of: "\"parents\":[", with: "\"parents\":[7,")
    #expect(throws: SynthesisError.self) { try Marginals(damaged) }
    damaged.facts = "{}"
    #expect(throws: SynthesisError.self) { try Marginals(damaged) }
  }

  @Test func `with a budget nothing is read that was not declared or bought`() async throws {
    let table = try people()
    var domains = declared
    domains["luck"] = nil
    await #expect(throws: PrivacyError.undeclared(column: "luck")) {
      try await fitted(table, epsilon: 1, domains)
    }
    domains["luck"] = .levels(["no"])
    await #expect(
      throws: SynthesisError.unfit(
        column: "luck", reason: "\"yes\" in row 2 is not a level of its domain")
    ) { try await fitted(table, epsilon: 1, domains) }
    for domain in [
      ColumnDomain.levels([]), .levels(["no", "no"]), .range(0...1), .range(0...1, binCount: 0),
    ] {
      domains["luck"] = domain
      await #expect(throws: SynthesisError.self) { try await fitted(table, epsilon: 1, domains) }
    }
    domains["luck"] = declared["luck"]
    domains["shoe"] = .levels(["a"])
    await #expect(throws: SynthesisError.self) { try await fitted(table, epsilon: 1, domains) }
  }

  @Test func `domains are bought, and that is written down`() async throws {
    let table = try people(20_000)
    let bought = Dictionary(uniqueKeysWithValues: declared.keys.map { ($0, ColumnDomain.bought) })
    let model = try await fitted(table, epsilon: 3, bought)
    let rows = try await model.rows(RowRequest(count: 5000, seed: 1))
    #expect(rows["size"]?.codes?.levels == ["large", "middle", "small"])
    #expect(distance(try shares(table, "size", "size"), try shares(rows, "size", "size")) < 0.03)
    let ages = try #require(rows["age"]?.numbers)
    #expect(ages.allSatisfy { $0.isNaN || ($0 >= 16 && $0 <= 80 && $0 == $0.rounded()) })
    let spent = try #require(model.ledger.epsilon)
    #expect(spent <= 3 && spent > 2.9)
    #expect(model.ledger.entries.contains { $0.question == "levels of size" && $0.delta > 0 })
    #expect(model.ledger.entries.contains { $0.question == "magnitudes of age" })
    #expect(!model.ledger.isPrivate)
  }

  @Test func `a level of a single row is never bought`() async throws {
    let table = try people(20_000)
    let (codes, levels) = try #require(table["colour"]?.codes)
    let rare = Column(
      "colour", .category, .codes([3] + codes.dropFirst(), levels: levels + ["secret"]))
    let changed = try Table([rare] + table.columns.filter { $0.name == "age" })
    for seed in 1...5 as ClosedRange<UInt64> {
      let model = try await fitted(
        changed, epsilon: 3, ["colour": .bought, "age": .bought], seed: seed)
      #expect(!(try model.stored().facts.contains("secret")))
    }
  }

  @Test func `noise of the system is private and differs, noise of a seed is neither`()
    async throws
  {
    let table = try people(500)
    let first = try await fitted(table, epsilon: 1, noise: .system)
    let second = try await fitted(table, epsilon: 1, noise: .system)
    #expect(first.ledger.isPrivate)
    #expect(first.sampler.conditionals != second.sampler.conditionals)
    let third = try await fitted(table, epsilon: 1, noise: .seed)
    let fourth = try await fitted(table, epsilon: 1, noise: .seed)
    #expect(!third.ledger.isPrivate)
    #expect(third.sampler.conditionals == fourth.sampler.conditionals)
  }

  @Test func `a delta of more than a row, no rows and texts are refused`() async throws {
    await #expect(throws: PrivacyError.deltaAboveOneRow(1e-3, rows: 2000)) {
      try await Marginals.fitted(
        to: people(),
        MarginalSettings(budget: try PrivacyBudget(epsilon: 1, delta: 1e-3), domains: declared),
        FittingRun(seed: 1))
    }
    await #expect(throws: SynthesisError.emptyTable) {
      try await fitted(people(0), epsilon: nil, [:])
    }
    let texts = try Table([Column("note", .text, .texts(TextEntries(["a", "b"])))])
    await #expect(throws: SynthesisError.self) { try await fitted(texts, epsilon: nil, [:]) }
  }

  @Test func `one row, one column, constant and missing columns can be learned`() async throws {
    for table in [
      try people(1), try Table([Column("x", .number, .numbers([1.5, 1.5, 1.5]))]),
      try Table([
        Column("x", .number, .numbers([2, 3, 4])),
        Column("y", .category, .codes([-1, -1, 0], levels: ["a"])),
      ]),
    ] {
      let model = try await fitted(table, epsilon: nil, [:])
      let rows = try await model.rows(RowRequest(count: 30, seed: 1))
      #expect(rows.rowCount == 30)
      for (made, seen) in zip(rows.columns, table.columns) where seen.missingCount == 0 {
        #expect(made.missingCount == 0)
        if let numbers = seen.numbers, let found = made.numbers {
          #expect(found.allSatisfy { $0 >= numbers.min()! && $0 <= numbers.max()! })
        }
      }
      _ = try await fitted(
        table, epsilon: 1,
        Dictionary(
          uniqueKeysWithValues: table.columns.map {
            ($0.name, $0.type.isNumeric ? .range(0...100) : .levels(levels(of: $0)))
          }))
    }
  }

  private func levels(of column: Column) -> [String] { column.codes?.levels ?? [] }

  @Test func `numbers outside a range count as its ends, infinite ones too`() async throws {
    let numbers = [-5, 0, 3, 9, 50, .infinity].flatMap { [Double](repeating: $0, count: 100) }
    let table = try Table([Column("x", .number, .numbers(numbers))])
    let model = try await fitted(table, epsilon: nil, ["x": .range(0...10, binCount: 10)])
    let rows = try await model.rows(RowRequest(count: 600, seed: 1))
    let found = try #require(rows["x"]?.numbers)
    #expect(found.allSatisfy { $0 >= 0 && $0 <= 10 })
    #expect(found.count { $0 < 1 } == 200)
    #expect(found.count { $0 >= 9 } == 300)
  }
}

struct DiscreteGaussianTests {
  @Test func `noise has the probabilities of a discrete Gaussian`() throws {
    var random = SeriesGenerator(seed: 1, place: 0)
    for variance in [0.25, 2, 30.5] {
      let gaussian = try #require(DiscreteGaussian(variance: variance))
      let count = 40_000
      var found: [Int: Double] = [:]
      for _ in 0..<count { found[gaussian.draw(&random), default: 0] += 1 / Double(count) }
      let weights = (-60...60).map { exp(-Double($0 * $0) / (2 * variance)) }
      let total = weights.reduce(0, +)
      for (value, weight) in zip(-60...60, weights) {
        let share = weight / total
        let spread = (share * (1 - share) / Double(count)).squareRoot()
        #expect(abs((found[value] ?? 0) - share) <= 5 * spread + 1e-4, "\(variance): \(value)")
      }
    }
  }

  @Test func `a variance that cannot be drawn is refused`() {
    for variance in [0, -1, .nan, .infinity, 0x1p41] {
      #expect(DiscreteGaussian(variance: variance) == nil)
    }
    #expect(DiscreteGaussian(variance: 0x1p40) != nil)
  }

  @Test func `the largest noise does not overflow`() throws {
    var random = SeriesGenerator(seed: 1, place: 0)
    let gaussian = try #require(DiscreteGaussian(variance: 0x1p40))
    let drawn = (0..<200).map { _ in Double(gaussian.draw(&random)) }
    let deviation = (drawn.reduce(0) { $0 + $1 * $1 } / 200).squareRoot()
    #expect(abs(deviation / 0x1p20 - 1) < 0.2)
  }

  @Test func `the better an answer scores the likelier it is chosen`() throws {
    let budget = try PrivacyBudget(epsilon: 1, delta: 1e-6)
    var questions = NoisyQuestions(budget, noise: .seed, seed: 4)
    // rho of 1/8 is an epsilon of 1: a score of 2 more is e times as likely.
    let chosen = (0..<20_000).map { _ in questions.choice([0, 2], rho: 0.125, "answer") }
    let share = Double(chosen.reduce(0, +)) / 20_000
    #expect(abs(share - M_E / (1 + M_E)) < 0.02)
    #expect(abs(questions.ledger.rho - 2500) < 1e-6)
    var exact = NoisyQuestions(nil, noise: .system, seed: 4)
    #expect(exact.choice([3, 9, 1], rho: .infinity, "answer") == 1)
    #expect(exact.ledger.entries.isEmpty)
  }
}
