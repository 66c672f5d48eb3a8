import Foundation
import GenMedia
import GenTensor
import Testing

@testable import GenModels

/// Two groups with numbers of their own, and a flag that follows the number.
private func groups(_ count: Int) throws -> Table {
  var random = NormalNumbers(SeriesGenerator(seed: 3, place: 0))
  let codes = (0..<count).map { Int32($0 % 2) }
  let numbers = codes.map { Double($0) * 4 + random.next() }
  return try Table([
    Column("group", .category, .codes(codes, levels: ["a", "b"])),
    Column("x", .number, .numbers(numbers)),
    Column("high", .flag, .codes(numbers.map { $0 > 2 ? 1 : 0 }, levels: ["no", "yes"])),
  ])
}

private let declared: [String: ColumnDomain] = [
  "group": .levels(["a", "b"]), "x": .range(-5...10), "high": .levels(["no", "yes"]),
]

private func protection(
  _ epsilon: Double, _ domains: [String: ColumnDomain] = declared, noise: NoiseOrigin = .seed
) throws -> RowProtection {
  RowProtection(
    budget: try PrivacyBudget(epsilon: epsilon, delta: 1e-5), domains: domains, noise: noise)
}

private var quick: TabDiff.Settings {
  var settings = TabDiff.Settings(steps: 300)
  (settings.batchCount, settings.widths, settings.noiseSteps) = (400, [64, 64], 100)
  return settings
}

private var quickTVAE: TVAE.Settings {
  var settings = TVAE.Settings(epochs: 60)
  (settings.batchCount, settings.embedding, settings.rate) = (400, 8, 5e-3)
  (settings.encoderWidths, settings.decoderWidths) = ([32], [32])
  return settings
}

@Suite struct ProtectedTrainingTests {
  @Test func `tabdiff learns what follows from what with protected rows`() async throws {
    try await expectLearned(TabDiff.self, quick)
  }

  @Test func `tvae learns what follows from what with protected rows`() async throws {
    try await expectLearned(TVAE.self, quickTVAE)
  }

  private func expectLearned<Method: TableSynthesizer>(
    _ method: Method.Type, _ settings: Method.Settings
  ) async throws {
    let model = try await FittedTable.protected(
      method, groups(4000), settings, for: protection(20), named: "test",
      run: FittingRun(seed: 1))
    let made = try await model.rows(1000, seed: 2)
    let (codes, numbers) = (made["group"]?.codes?.codes ?? [], made["x"]?.numbers ?? [])
    let near = zip(codes, numbers).count { abs($1 - Double($0) * 4) < 2.5 }
    #expect(near > 750, "\(near) of 1000")
    let again = try FittedTable(model.bytes(), named: "test", methods: [Method.self])
    #expect(try await again.rows(50, seed: 3) == model.rows(50, seed: 3))
    #expect(again.spent == model.spent && model.provenance.rowCount == 0)
  }

  @Test(arguments: [0.5, 3])
  func `the epsilon that was spent is all that was promised, and what the accountants say`(
    _ epsilon: Double
  ) async throws {
    var settings = quick
    settings.steps = 5
    let domains = declared.merging(["x": .bought]) { $1 }
    let model = try await TabDiff.protected(
      groups(2000), settings, protection(epsilon, domains), FittingRun(seed: 1))
    let ledger = try #require(model.method.spent)
    let spent = try #require(ledger.epsilon)
    #expect(spent <= epsilon * (1 + 1e-9) && spent > 0.999 * epsilon, "\(spent)")
    let steps = try #require(ledger.training)
    #expect(steps.stepCount == 5)
    var (renyi, loss) = (RenyiAccountant(), LossAccountant())
    for entry in ledger.entries {
      renyi.compose(countsOfRho: entry.rho)
      loss.compose(countsOfRho: entry.rho)
    }
    renyi.compose(steps)
    loss.compose(steps)
    let delta = 1e-5 - ledger.entries.reduce(0) { $0 + $1.delta }
    #expect(spent == min(renyi.epsilon(delta: delta), loss.epsilon(delta: delta)))
    #expect(ledger.entries.contains { $0.question == "counts of group" })
    #expect(!ledger.isPrivate)
  }

  @Test func `the noise that is drawn is normal, of the size that was asked for`() {
    for origin in [NoiseOrigin.system, .seed] {
      var noise = NoiseGenerator(origin, seed: 3)
      let numbers = noise.normals(200_000).map(Double.init)
      let mean = numbers.average
      let variance = numbers.map { ($0 - mean) * ($0 - mean) }.average
      #expect(abs(mean) < 0.012 && abs(variance - 1) < 0.02, "\(mean) \(variance)")
      // Shares below -2, 0 and 2 deviations of the normal distribution.
      for (bound, share) in [(-2, 0.02275), (0, 0.5), (2, 0.97725)] as [(Double, Double)] {
        #expect(abs(Double(numbers.count { $0 < bound }) / 200_000 - share) < 0.006)
      }
      let chosen = noise.sample(100_000, rate: 0.1)
      #expect(abs(chosen.count - 10_000) < 600 && chosen == chosen.sorted())
    }
  }

  @Test func `the noise that reaches the weights is as large as the accountant was told`()
    async throws
  {
    // Rows of one kind in a training of one step whose rate is that of plain descent would move the
    // weights by their clipped sum: what is left after it is the noise.
    let table = try groups(400)
    let rows = try TableEncoding(learning: table, .quantiles, seed: 1).encoded(table, seed: 1)
    var settings = quick
    (settings.steps, settings.rate) = (1, 1)
    var questions = NoisyQuestions(
      try PrivacyBudget(epsilon: 0.05, delta: 1e-5), noise: .seed, seed: 7)
    let training = ProtectedTraining<TabDiff>(
      settings: settings, rows: rows, run: FittingRun(seed: 1), total: 400)
    let states = try await training(&questions)
    let steps = try #require(questions.ledger.training)
    // Adam's first moment is a tenth of the first gradient: the noisy sum over 400 rows.
    let moments = states.filter { $0.key.hasSuffix(".m") }.values.flatMap(\.floats)
    let size = moments.map { Double($0 * 10 * 400) }.map { $0 * $0 }.average.squareRoot()
    #expect(moments.count > 10_000)
    #expect(abs(size / steps.noise - 1) < 0.03, "\(size), \(steps.noise)")
  }

  @Test func `two fits with the system's noise differ, whatever their seed`() async throws {
    var settings = quick
    settings.steps = 3
    var made: [[Float]] = []
    for _ in 0..<2 {
      let model = try await TabDiff.protected(
        groups(500), settings, protection(1, noise: .system), FittingRun(seed: 1))
      made.append(model.method.weights.sorted { $0.key < $1.key }.flatMap(\.value.floats))
      #expect(model.method.spent?.isPrivate == true)
    }
    #expect(made[0] != made[1])
  }

  @Test func `methods that cannot protect say so`() async throws {
    await #expect(throws: SynthesisError.unprotecting("ctgan")) {
      try await CTGAN.protected(groups(50), .init(), protection(1), FittingRun(seed: 1))
    }
    #expect(!CTGAN.canProtect && !GaussianCopula.canProtect)
    #expect(Marginals.canProtect && TVAE.canProtect && TabDiff.canProtect)
  }

  @Test func `rules that were declared hold in protected rows, and cost nothing`() async throws {
    let table = try groups(2000)
    let twice = Column("twice", .number, .numbers((table["x"]?.numbers ?? []).map { $0 * 2 }))
    let x = RowFormula.column("x")
    let rules = TableRules(always: [
      .joined(.column("twice"), .equal, .joined(x, .multiply, .number(2))),
      .joined(x, .greater, .number(-1)),
    ])
    let model = try await FittedTable.protected(
      Marginals.self, table.setting(twice), MarginalSettings(budget: nil),
      for: protection(3), named: "marginals()", rules: rules, run: FittingRun(seed: 1))
    let made = try await model.rows(300, seed: 1)
    let (numbers, doubled) = (made["x"]?.numbers ?? [], made["twice"]?.numbers ?? [])
    #expect(numbers.count == 300 && numbers.allSatisfy { $0 > -1 })
    #expect(zip(numbers, doubled).allSatisfy { abs($0 * 2 - $1) < 1e-4 })
    #expect(made.columns.map(\.name) == ["group", "x", "high", "twice"])
    await #expect(throws: SynthesisError.self) {
      try await FittedTable.protected(
        Marginals.self, table, MarginalSettings(budget: nil), for: protection(3),
        named: "marginals()", rules: TableRules(together: [["group", "high"]]),
        run: FittingRun(seed: 1))
    }
  }
}
