import Foundation
import GenMedia
import GenTensor
import Testing

@testable import GenModels

/// What holds of every method that makes tables by a network.
@Suite struct TableMethodTests {
  private static func small(_ epochs: Int) -> CTGAN.Settings {
    var settings = CTGAN.Settings(epochs: epochs)
    (settings.batchCount, settings.embedding) = (100, 16)
    (settings.generatorWidths, settings.criticWidths) = ([64, 64], [64, 64])
    (settings.generatorRate, settings.criticRate) = (2e-3, 2e-3)
    return settings
  }

  private static func small(_ epochs: Int) -> TVAE.Settings {
    var settings = TVAE.Settings(epochs: epochs)
    (settings.batchCount, settings.embedding) = (100, 16)
    return settings
  }

  private static func small(_ steps: Int) -> TabDiff.Settings {
    var settings = TabDiff.Settings(steps: steps)
    (settings.batchCount, settings.widths) = (256, [64, 64])
    (settings.noiseSteps, settings.drawingSteps) = (100, 20)
    return settings
  }

  private static func small(_ epochs: Int) -> TabFormer.Settings {
    var settings = TabFormer.Settings(epochs: epochs)
    (settings.batchCount, settings.width, settings.blockCount) = (100, 32, 2)
    return settings
  }

  @Test func `tabformer learns where numbers lie and what follows from them`() async throws {
    try await expectLearned(TabFormer.self, Self.small(30), share: 0.9)
  }

  @Test func `tvae learns where numbers lie and what follows from them`() async throws {
    try await expectLearned(TVAE.self, Self.small(60))
  }

  @Test func `tabdiff learns where numbers lie and what follows from them`() async throws {
    try await expectLearned(TabDiff.self, Self.small(600))
  }

  @Test func `ctgan learns where numbers lie and what follows from them`() async throws {
    try await expectLearned(CTGAN.self, Self.small(100), share: 0.7)
  }

  /// That most rows have the number of their group, and the flag of their number.
  private func expectLearned<Method: TableSynthesizer>(
    _ method: Method.Type, _ settings: Method.Settings, share: Double = 0.8
  ) async throws {
    let table = try sample(rowCount: 1000)
    let model = try await Method.fitted(to: table, settings, FittingRun(seed: 1))
    let made = try await model.rows(RowRequest(count: 2000, seed: 5))
    #expect(made.rowCount == 2000)
    #expect(made.columns.map(\.name) == table.columns.map(\.name))
    let groups = try #require(made["group"]?.codes?.codes)
    let flags = try #require(made["flag"]?.codes?.codes)
    let numbers = try #require(made["x"]?.numbers)
    var (near, follows, known) = (0, 0, 0)
    for (row, number) in numbers.enumerated() where !number.isNaN && groups[row] >= 0 {
      known += 1
      if abs(number - 4 * Double(groups[row])) < 1.6 { near += 1 }
      if (number > 4) == (flags[row] == 1) { follows += 1 }
    }
    #expect(known > 1000)
    #expect(Double(near) > share * Double(known), "\(near) of \(known)")
    #expect(Double(follows) > share * Double(known), "\(follows) of \(known)")
    let missing = Double(made["x"]?.missingCount ?? 0) / 2000
    #expect((0.01...0.15).contains(missing), "\(missing)")
  }

  @Test func `a stored model makes the same rows`() async throws {
    try await expectStored(CTGAN.self, Self.small(1))
    try await expectStored(TVAE.self, Self.small(1))
    try await expectStored(TabDiff.self, Self.small(5))
    try await expectStored(TabFormer.self, Self.small(1))
  }

  private func expectStored<Method: TableSynthesizer>(
    _ method: Method.Type, _ settings: Method.Settings
  ) async throws {
    let table = try sample(rowCount: 300)
    let model = try await Method.fitted(to: table, settings, FittingRun(seed: 1))
    let stored = try model.stored()
    let again = try Method(stored)
    let rows = try await model.rows(RowRequest(count: 100, seed: 2))
    #expect(try await again.rows(RowRequest(count: 100, seed: 2)) == rows)
    let few = try await model.rows(RowRequest(count: 10, seed: 2))
    #expect(few == rows.rows(Array(0..<10)))
    let many = try await model.rows(RowRequest(count: 1500, seed: 2))
    #expect(many.rows(Array(0..<100)) == rows)
    #expect(many.rows(Array(700..<800)) != rows)
    #expect(try await model.rows(RowRequest(count: 0, seed: 2)).rowCount == 0)
    #expect(try await model.rows(RowRequest(count: 100, seed: 3)) != rows)

    var damaged = stored
    damaged.arrays.removeAll()
    #expect(throws: SynthesisError.self) { try Method(damaged) }
    damaged = stored
    damaged.facts = "{}"
    #expect(throws: SynthesisError.self) { try Method(damaged) }
    damaged.facts = stored.facts.replacingOccurrences(of: ":16", with: ":-16")
      .replacingOccurrences(of: "[64,64]", with: "[-64,64]")
      .replacingOccurrences(of: "\"width\":32", with: "\"width\":-32")
    #expect(throws: SynthesisError.self) { try Method(damaged) }
  }

  @Test func `a fit that was stopped ends in the same numbers`() async throws {
    try await expectResumed(CTGAN.self, Self.small(3))
    try await expectResumed(TVAE.self, Self.small(3))
    try await expectResumed(TabDiff.self, Self.small(9))
    try await expectResumed(TabFormer.self, Self.small(3))
  }

  private func expectResumed<Method: TableSynthesizer>(
    _ method: Method.Type, _ settings: Method.Settings
  ) async throws {
    let table = try sample(rowCount: 300)
    let path = NSTemporaryDirectory() + "/fit-\(UUID().uuidString).safetensors"
    defer { try? FileManager.default.removeItem(atPath: path) }
    let whole = try await Method.fitted(to: table, settings, FittingRun(seed: 1)).stored()
    let task = Task {
      try await Method.fitted(
        to: table, settings,
        FittingRun(seed: 1, checkpoint: path) { event in
          if event.step == 4 { withUnsafeCurrentTask { $0?.cancel() } }
        })
    }
    await #expect(throws: CancellationError.self) { try await task.value }
    let steps = StepNumbers()
    let resumed = try await Method.fitted(
      to: table, settings, FittingRun(seed: 1, checkpoint: path) { steps.add($0.step) }
    ).stored()
    #expect(steps.first == 5)
    #expect(resumed.facts == whole.facts)
    #expect(resumed.arrays.mapValues(\.floats) == whole.arrays.mapValues(\.floats))

    // Another seed is another fit: what was kept is not gone on from.
    let others = StepNumbers()
    _ = try await Method.fitted(
      to: table, settings, FittingRun(seed: 2, checkpoint: path) { others.add($0.step) })
    #expect(others.first == 1)
  }

  @Test func `ctgan makes rows for the categories that are given`() async throws {
    let table = try sample(rowCount: 1000)
    let model = try await CTGAN.fitted(to: table, Self.small(60), FittingRun(seed: 1))
    let given = try Table([
      Column("group", .category, .codes([Int32](repeating: 0, count: 400), levels: ["c", "d"]))
    ])
    let made = try await model.rows(RowRequest(count: 400, seed: 5, given: given))
    let codes = try #require(made["group"]?.codes)
    let share = Double(codes.codes.count { $0 == 2 }) / 400
    #expect(codes.levels == ["a", "b", "c"])
    #expect(share > 0.85, "\(share)")
  }

  @Test func `ctgan makes rows for numbers that are given where there are few`() async throws {
    let table = try sample(rowCount: 1000)
    let groups = try #require(table["group"]?.codes?.codes)
    let step = Column("step", .whole, .numbers(groups.map { Double($0) * 5 }))
    let model = try await CTGAN.fitted(
      to: try Table([try #require(table["x"]), step]), Self.small(60), FittingRun(seed: 1))
    let given = try Table([Column("step", .whole, .numbers(.init(repeating: 10, count: 400)))])
    let made = try await model.rows(RowRequest(count: 400, seed: 5, given: given))
    let share = Double((made["step"]?.numbers ?? []).count { $0 == 10 }) / 400
    #expect(share > 0.85, "\(share)")
  }

  @Test func `rows drawn in bf16 are of the same kind`() async throws {
    let model = try await CTGAN.fitted(
      to: try sample(rowCount: 1000), Self.small(60), FittingRun(seed: 1))
    let exact = try await model.rows(RowRequest(count: 2000, seed: 5))
    let fast = try await model.rows(RowRequest(count: 2000, seed: 5, mode: .bf16))
    let (first, second) = (exact["group"]?.codes?.codes ?? [], fast["group"]?.codes?.codes ?? [])
    #expect(zip(first, second).count { $0 == $1 } > 1900)
    let means = [exact, fast].map { ($0["x"]?.numbers ?? []).filter { !$0.isNaN }.average }
    #expect(abs(means[0] - means[1]) < 0.1, "\(means)")
  }

  @Test func `training by sampling asks for rare levels more often than rows have them`() {
    let sampler = ConditionSampler(counts: [[9999, 0, 9], [1, 1]])
    var random = SeriesGenerator(seed: 1, place: 0)
    let drawn = (0..<10_000).map { _ in sampler.training(&random) }
    let first = drawn.filter { $0.column == 0 }
    #expect((4700...5300).contains(first.count))
    #expect(!first.contains { $0.level == 1 })
    // log(10) of log(10000) + log(10): a fifth.
    let rare = Double(first.count { $0.level == 2 }) / Double(first.count)
    #expect(abs(rare - 0.2) < 0.02)
    #expect(Set(drawn.map(\.place)) == [0, 2, 3, 4])
    let natural = (0..<10_000).map { _ in sampler.natural(&random) }
    #expect(natural.count { $0.column == 0 && $0.level == 2 } < 30)
    let second = natural.filter { $0.column == 1 }
    #expect((4700...5300).contains(second.count))
    #expect((2300...2700).contains(second.count { $0.level == 0 }))
  }

  @Test func `a table of numbers alone and one of a single row are learned`() async throws {
    let numbers = try sample(rowCount: 60)
    let plain = try Table(["x", "day"].compactMap { numbers[$0] })
    let one = numbers.rows([0])
    for table in [plain, one] {
      let made = [
        try await CTGAN.fitted(to: table, Self.small(2), FittingRun(seed: 1))
          .rows(RowRequest(count: 5, seed: 1)),
        try await TVAE.fitted(to: table, Self.small(2), FittingRun(seed: 1))
          .rows(RowRequest(count: 5, seed: 1)),
        try await TabDiff.fitted(to: table, Self.small(3), FittingRun(seed: 1))
          .rows(RowRequest(count: 5, seed: 1)),
        try await TabFormer.fitted(to: table, Self.small(2), FittingRun(seed: 1))
          .rows(RowRequest(count: 5, seed: 1)),
      ]
      for rows in made {
        #expect(rows.rowCount == 5)
        #expect(rows.columns.map(\.type) == table.columns.map(\.type))
      }
    }
  }

  @Test func `sizes that no network has are refused, and rows go in whole packs`() async throws {
    let table = try sample(rowCount: 60)
    var settings: CTGAN.Settings = Self.small(1)
    settings.generatorWidths = [16, 0]
    await #expect(throws: SynthesisError.settings("generator is 0")) {
      try await CTGAN.fitted(to: table, settings, FittingRun(seed: 1))
    }
    (settings.generatorWidths, settings.pack) = ([], 7)
    let model = try await CTGAN.fitted(to: table, settings, FittingRun(seed: 1))
    #expect(try await model.rows(RowRequest(count: 3, seed: 1)).rowCount == 3)
    var wide: TabDiff.Settings = Self.small(1)
    wide.widths = [-4]
    await #expect(throws: SynthesisError.settings("widths is -4")) {
      try await TabDiff.fitted(to: table, wide, FittingRun(seed: 1))
    }
  }

  @Test func `a loss that leaves the numbers is an error`() async throws {
    var settings: TVAE.Settings = Self.small(50)
    settings.rate = 1e30
    do {
      _ = try await TVAE.fitted(to: try sample(rowCount: 200), settings, FittingRun(seed: 1))
      Issue.record("it did not diverge")
    } catch SynthesisError.diverged(let step) { #expect(step > 0) }
  }
}

/// The numbers of the steps that were told of.
private final class StepNumbers: @unchecked Sendable {
  private let lock = NSLock()
  private var steps: [Int] = []

  func add(_ step: Int) { lock.withLock { steps.append(step) } }
  var first: Int? { lock.withLock { steps.first } }
}
