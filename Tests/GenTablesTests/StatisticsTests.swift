import Foundation
import GenMedia
import Testing

@testable import GenTables

private struct Reference: Decodable {
  let intervals: [Interval]
  let areas: [Area]

  struct Interval: Decodable {
    let hits: Int
    let count: Int
    let level: Double
    let low: Double
    let high: Double
  }

  struct Area: Decodable {
    let labels: [Int]
    let scores: [Double]
    let area: Double
  }
}

@Suite struct StatisticsTests {
  @Test func `exact intervals are those of SciPy`() throws {
    let reference = try JSONDecoder().decode(Reference.self, from: fixture("statistics"))
    #expect(reference.intervals.count == 24)
    for interval in reference.intervals {
      let share = Share(interval.hits, of: interval.count, level: interval.level)
      #expect(abs(share.low - interval.low) < 1e-9, "\(interval)")
      #expect(abs(share.high - interval.high) < 1e-9, "\(interval)")
    }
  }

  @Test func `areas under the curve are those of scikit-learn`() throws {
    let reference = try JSONDecoder().decode(Reference.self, from: fixture("statistics"))
    #expect(reference.areas.count == 3)
    for entry in reference.areas {
      let area = try #require(RankArea(scores: entry.scores, hits: entry.labels.map { $0 == 1 }))
      #expect(abs(area.value - entry.area) < 1e-12)
      #expect(area.low <= area.value && area.value <= area.high)
    }
  }

  @Test func `an area needs hits and misses`() {
    #expect(RankArea(scores: [1, 2], hits: [true, true]) == nil)
    #expect(RankArea(scores: [], hits: []) == nil)
  }

  @Test func `the interval of an area holds the truth in about 95 of 100 draws`() {
    var held = 0
    for seed in 0..<400 {
      var random = SplitMix(seed: UInt64(seed))
      let hits = (0..<200).map { $0 % 2 == 0 }
      let scores = hits.map { Double.random(in: 0...1, using: &random) + ($0 ? 0.25 : 0) }
      // Of two such uniform numbers the higher one is a hit's with 1 - 0.75² / 2.
      if let area = RankArea(scores: scores, hits: hits), area.low <= 0.71875, area.high >= 0.71875
      {
        held += 1
      }
    }
    #expect((365...395).contains(held), "\(held)")
  }
}
