import Foundation
import GenMedia
import Testing

@testable import GenTables

@Suite struct LearningTests {
  @Test func `other people are not told apart, shuffled columns are`() throws {
    let real = try people(1500, seed: 1)
    for seed in UInt64(2)..<8 {
      var random = SplitMix(seed: seed)
      let others = try people(1500, seed: 10 + seed)
      let same = try #require(try detection(others, real, &random))
      #expect((0.45...0.55).contains(same.area.value), "\(same.area)")
      let mixed = try Table(
        real.columns.map { column in
          let order = (0..<real.rowCount).shuffled(using: &random)
          return try Table([column]).rows(order).columns[0]
        })
      let apart = try #require(try detection(mixed, real, &random))
      #expect(apart.area.low > 0.65, "\(apart.area)")
    }
  }

  private func detection(_ synthetic: Table, _ real: Table, _ random: inout SplitMix) throws
    -> Detection?
  {
    let tables = try Alignment(synthetic: synthetic, real: real, holdout: nil)
    return try Detection(synthetic: tables.synthetic, real: tables.real, &random)
  }

  @Test func `a table of the same kind is as useful as the real one`() throws {
    let (real, holdout) = (try people(1500, seed: 1), try people(1500, seed: 2))
    let report = try TableReport(synthetic: people(1500, seed: 3), real: real, holdout: holdout)
    let usefulness = try #require(report.usefulness)
    #expect(usefulness.target == "sick" && usefulness.measure == .area && usefulness.isHeldOut)
    #expect(usefulness.real > 0.8 && abs(usefulness.real - usefulness.synthetic) < 0.04)
  }

  @Test func `numbers and several levels can be predicted too`() throws {
    let real = try people(1500, seed: 1)
    let synthetic = try people(1500, seed: 3)
    let weight = try #require(
      try TableReport(synthetic: synthetic, real: real, target: "weight").usefulness)
    #expect(weight.measure == .determination && !weight.isHeldOut)
    // Of the variance age explains (72/4)² / 12 against (30²) / 12: 0.26.
    #expect((0.1..<0.35).contains(weight.synthetic) && (0.1..<0.35).contains(weight.real))
    let grouped = { (table: Table) in
      let ages = table["age"]?.numbers ?? []
      let groups = ages.map { $0 < 30 ? "young" : $0 < 60 ? "middle" : "old" }
      return try Table(table.columns + [.levels("group", groups)])
    }
    let group = try #require(
      try TableReport(synthetic: grouped(synthetic), real: grouped(real), target: "group")
        .usefulness)
    #expect(group.measure == .macroF1)
    #expect(group.synthetic > 0.93 && group.real > 0.93)
  }

  @Test func `a target that cannot be predicted is refused`() throws {
    let real = try Table(
      people(40, seed: 1).columns + [.levels("same", Array(repeating: "x", count: 40))])
    for name in ["nobody", "same"] {
      #expect(throws: TableReportError.noTarget(name)) {
        try TableReport(synthetic: real, real: real, target: name)
      }
    }
  }

  @Test func `trees fit a step in any set of levels`() throws {
    let levels = (0..<26).map { String(UnicodeScalar(UInt8(97 + $0))) }
    let texts = (0..<2600).map { levels[$0 % 26] }
    let vowels: Set = ["a", "e", "i", "o", "u"]
    let table = try Table([.levels("letter", texts)])
    let rows = Binning(table)(table)
    let trees = try BoostedTrees(rows, targets: texts.map { vowels.contains($0) ? 1 : 0 }, .squared)
    for (text, score) in zip(texts, trees.scores(rows)) {
      #expect(abs(score - (vowels.contains(text) ? 1 : 0)) < 0.01)
    }
  }
}
