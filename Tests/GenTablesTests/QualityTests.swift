import Foundation
import GenMedia
import Testing

@testable import GenTables

/// Both numbers, or neither.
private func agree(_ ours: Double?, _ theirs: Double?, _ what: String) {
  switch (ours, theirs) {
  case (nil, nil): break
  case (let ours?, let theirs?): #expect(abs(ours - theirs) < 1e-6, "\(what): \(ours), \(theirs)")
  default: Issue.record("\(what): \(ours as Any), SDMetrics \(theirs as Any)")
  }
}

@Suite struct QualityTests {
  @Test(arguments: ["demo", "hard"])
  func `scores of columns and pairs are those of SDMetrics`(name: String) throws {
    let reference = try ReferenceCase.read(name)
    let (synthetic, real) = try reference.tables()
    let tables = try Alignment(synthetic: synthetic, real: real, holdout: nil)
    let report = QualityReport(synthetic: tables.synthetic, real: tables.real)
    #expect(report.shapes.map(\.column) == reference.shapes.map(\.Column))
    for (ours, theirs) in zip(report.shapes, reference.shapes) {
      #expect(ours.metric.rawValue == theirs.Metric)
      agree(ours.score, theirs.Score, ours.column)
    }
    compare(report.pairs, reference.pairs)
    agree(report.shapesScore, reference.quality["Column Shapes"] ?? nil, "shapes")
    agree(report.pairsScore, reference.quality["Column Pair Trends"] ?? nil, "pairs")
    agree(report.score, reference.quality["score"] ?? nil, "quality")
  }

  @Test(arguments: ["demo", "hard"])
  func `without thresholds all pairs score as in SDMetrics`(name: String) throws {
    let reference = try ReferenceCase.read(name)
    let (synthetic, real) = try reference.tables()
    let tables = try Alignment(synthetic: synthetic, real: real, holdout: nil)
    let report = QualityReport(synthetic: tables.synthetic, real: tables.real, .none)
    compare(report.pairs, reference.loosePairs)
    agree(report.score, reference.withoutThresholds["score"] ?? nil, "quality")
  }

  private func compare(_ ours: [QualityReport.PairScore], _ theirs: [ReferencePair]) {
    #expect(ours.map { [$0.first, $0.second] } == theirs.map { [$0.first, $0.second] })
    for (ours, theirs) in zip(ours, theirs) {
      let what = "\(ours.first) and \(ours.second)"
      #expect(ours.metric.rawValue == theirs.metric)
      agree(ours.score, theirs.score, what)
      agree(ours.realCorrelation, theirs.realCorrelation, what)
      if let association = theirs.realAssociation {
        agree(ours.realAssociation, association, what)
      }
    }
  }

  @Test(arguments: ["demo", "hard"])
  func `validity and structure are those of SDMetrics`(name: String) throws {
    let reference = try ReferenceCase.read(name)
    let (synthetic, real) = try reference.tables()
    let tables = try Alignment(synthetic: synthetic, real: real, holdout: nil)
    let report = DiagnosticReport(tables, synthetic: synthetic, real: real)
    #expect(report.validity.map(\.column) == reference.validity.map(\.Column))
    for (ours, theirs) in zip(report.validity, reference.validity) {
      #expect(ours.metric.rawValue == theirs.Metric)
      agree(ours.score, theirs.Score, ours.column)
    }
    agree(report.validityScore, reference.diagnostic["Data Validity"] ?? nil, "validity")
    agree(report.structure, reference.diagnostic["Data Structure"] ?? nil, "structure")
    agree(report.score, reference.diagnostic["score"] ?? nil, "diagnostic")
  }

  @Test func `the demo of SDMetrics scores what the project promised`() throws {
    let (synthetic, real) = try ReferenceCase.read("demo").tables()
    let report = try TableReport(synthetic: synthetic, real: real)
    agree(report.quality.score, 0.7767267, "quality")
    agree(report.quality.shapesScore, 0.8511085, "shapes")
    agree(report.quality.pairsScore, 0.7023457, "pairs")
  }

  @Test func `many levels count as few do`() throws {
    let count = 3000
    let first = (0..<count).map { Int32($0) }
    let second = (0..<count).map { Int32(($0 * 7) % count) }
    let sparse = Contingency(first, second)
    #expect(sparse.similarity(to: sparse) == 1)
    #expect(abs((sparse.association ?? 0) - 1) < 1e-12)
    let moved = Contingency(first, second.map { $0 < 1500 ? $0 : ($0 + 1) % Int32(count) })
    #expect(abs(sparse.similarity(to: moved) - 0.5) < 1e-12)
  }

  @Test func `a column of other levels in another order is the same column`() throws {
    let real = try Table([.levels("town", ["a", "b", "b", nil])])
    let synthetic = try Table([.levels("town", ["b", "b", nil, "a"])])
    let report = try TableReport(synthetic: synthetic, real: real)
    #expect(report.quality.shapes.map(\.score) == [1])
    #expect(report.diagnostic.score == 1)
  }

  @Test func `what only rounding tells apart is the same number`() {
    #expect(ColumnMetric.kolmogorovSmirnov([0.1 + 0.2, 1], [0.3, 1]) == 1)
    #expect(ColumnMetric.kolmogorovSmirnov([0.1 + 0.2, 1], [0.31, 1]) == 0.5)
  }

  @Test func `a gap is valid only where the real column has gaps`() {
    #expect(ColumnMetric.categories([0, 1], [-1, 0, 2, 1], 3) == 0.5)
    #expect(ColumnMetric.categories([0, -1], [-1, 0, 2, 1], 3) == 0.5)
    #expect(ColumnMetric.categories([0, -1], [-1, 0, 0, 1], 3) == 0.75)
    #expect(ColumnMetric.boundaries([0, 2], [.nan, 1, 2, 3]) == 0.5)
    #expect(ColumnMetric.boundaries([0, 2, .nan], [.nan, 1, 2, 3]) == 2.0 / 3)
    #expect(ColumnMetric.boundaries([.nan], [1]) == 0)
    #expect(ColumnMetric.boundaries([.nan], [.nan]) == nil)
  }
}
