import GenMedia
import Testing

@testable import GenTables

@Suite struct PrivacyTests {
  private let real: Table
  private let holdout: Table

  init() throws {
    real = try people(600, seed: 1)
    holdout = try people(600, seed: 2)
  }

  private func report(_ synthetic: Table, holdout: Table?) throws -> PrivacyReport {
    var random = SplitMix(seed: 5)
    return try PrivacyReport(
      try Alignment(synthetic: synthetic, real: real, holdout: holdout), &random)
  }

  @Test func `a table of other people leaks nothing`() throws {
    let report = try report(people(600, seed: 3), holdout: holdout)
    #expect(report.copies.ofReal.hits == 0)
    let closer = try #require(report.closeness?.closerToReal)
    #expect(closer.low < 0.5 && closer.high > 0.5)
    let membership = try #require(report.membership)
    #expect(membership.right.low < 0.5 && membership.right.high > 0.5)
    #expect(membership.area.low < 0.5 && membership.area.high > 0.5)
    #expect(report.attributes.map(\.column) == ["age", "weight", "smokes", "town", "sick"])
    for attribute in report.attributes {
      #expect(try #require(attribute.excess).low <= 0, "\(attribute.column)")
    }
  }

  @Test func `the training rows themselves leak everything`() throws {
    let report = try report(real, holdout: holdout)
    #expect(report.copies.ofReal.value == 1)
    #expect(report.copies.ofHoldout?.hits == 0)
    #expect(report.closeness?.medianToReal == 0)
    #expect(try #require(report.closeness?.closerToReal).value == 1)
    #expect(try #require(report.membership).right.value > 0.95)
    let weight = try #require(report.attributes.first { $0.column == "weight" })
    #expect(weight.real.value > 0.6)
    #expect(try #require(weight.excess).low > 0.3)
  }

  @Test func `without a holdout only what needs none is measured`() throws {
    let report = try report(people(600, seed: 3), holdout: nil)
    #expect(report.membership == nil)
    let closeness = try #require(report.closeness)
    #expect(closeness.closerToReal == nil && closeness.medianToHoldout == nil)
    #expect(report.attributes.allSatisfy { $0.holdout == nil && $0.excess == nil })
  }

  @Test func `a new identifier does not hide a copy`() throws {
    let first = try Table([
      Column("id", .identifier, .texts(TextEntries(["a", "b"]))), .numbers("x", [1, .nan]),
      Column("note", .text, .texts(TextEntries(["one", nil]))),
    ])
    let second = try Table([
      Column("id", .identifier, .texts(TextEntries(["c", "d"]))), .numbers("x", [.nan, 1]),
      Column("note", .text, .texts(TextEntries([nil, "two"]))),
    ])
    let report = try TableReport(synthetic: second, real: first)
    #expect(report.privacy.copies.ofReal.hits == 1)
  }

  @Test func `texts alone have no distance`() throws {
    let table = try Table([Column("note", .text, .texts(TextEntries(["one", nil])))])
    let report = try TableReport(synthetic: table, real: table, holdout: table)
    #expect(report.privacy.closeness == nil && report.privacy.membership == nil)
    #expect(report.privacy.copies.ofReal.value == 1 && report.quality.score == nil)
  }

  @Test func `distances are those of Gower`() throws {
    let real = try Table([.numbers("x", [0, 10, .nan]), .levels("y", ["a", "b", nil])])
    let space = RowSpace(real)
    let one = space.points(try Table([.numbers("x", [2]), .levels("y", ["a"])]))
    let expected: [Float] = [0.1, 0.9, 1]
    for (row, distance) in expected.enumerated() {
      let found = try one.distances(to: space.points(real.rows([row])))
      #expect(abs(found[0] - distance) < 1e-6)
    }
    let gap = space.points(real.rows([2]))
    #expect(try gap.distances(to: gap) == [0])
    let far = space.points(try Table([.numbers("x", [1e9]), .levels("y", ["a"])]))
    #expect(try far.distances(to: one) == [0.5])
  }
}
