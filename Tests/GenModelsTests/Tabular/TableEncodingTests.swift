import Foundation
import GenMedia
import Testing

@testable import GenModels

@Suite struct TableEncodingTests {
  private struct MixtureFixture: Decodable {
    struct Case: Decodable {
      let count: Int
      let steps: Int
      let labels: [Int]
      let weights: [Double]
      let means: [Double]
      let deviations: [Double]
      let shares: [[Double]]
    }
    let numbers: [Double]
    let cases: [Case]
  }

  @Test func `a mixture is scikit-learn's`() throws {
    let data = try Data(contentsOf: URL(fileURLWithPath: Fixture.path("mixture.json")))
    let fixture = try JSONDecoder().decode(MixtureFixture.self, from: data)
    let numbers = WeightedNumbers(fixture.numbers)
    for known in fixture.cases {
      let start = zip(fixture.numbers, known.labels).sorted { $0.0 < $1.0 }.map(\.1)
      let mixture = GaussianMixture(
        numbers, count: known.count, start: start, stepCount: known.steps)
      expectClose(mixture.components.map(\.weight), known.weights)
      expectClose(mixture.components.map(\.mean), known.means)
      expectClose(mixture.components.map(\.deviation), known.deviations)
      expectClose(mixture.shares(of: 0), known.shares[0])
      expectClose(mixture.shares(of: 9), known.shares[1])
    }
  }

  @Test func `the slope of the logarithm of the gamma function is known`() {
    // Abramowitz & Stegun, 6.3.2 and 6.3.3.
    #expect(abs(Double.digamma(1) + 0.577_215_664_901_532_9) < 1e-12)
    #expect(abs(Double.digamma(0.5) + 1.963_510_026_021_423_5) < 1e-12)
    #expect(abs(Double.digamma(1000) - 6.907_255_195_648_812) < 1e-12)
  }

  @Test func `very many numbers keep their mean and variance when neighbours are joined`() {
    var random = SeriesGenerator(seed: 1, place: 0)
    let numbers = (0..<5000).map { _ in Double.random(in: 0..<1, using: &random) }
    let few = WeightedNumbers(numbers, limit: 100)
    #expect(few.points.count <= 101)
    #expect(few.points.reduce(0) { $0 + $1.count } == 5000)
    let mean = few.points.reduce(0) { $0 + $1.count * $1.mean } / 5000
    #expect(abs(mean - few.mean) < 1e-12)
    let square = few.points.reduce(0) {
      $0 + $1.count * ($1.variance + ($1.mean - mean) * ($1.mean - mean))
    }
    #expect(abs(square / 4999 - few.variance) < 1e-12)
  }

  @Test(arguments: [TableEncoding.Scheme.modes, .quantiles])
  func `a table comes back as it was`(_ scheme: TableEncoding.Scheme) throws {
    let table = try sample(rowCount: 500)
    let encoding = try TableEncoding(learning: table, scheme, seed: 1)
    let back = try encoding.decoded(encoding.encoded(table, seed: 1))
    #expect(back.columns.map(\.name) == table.columns.map(\.name))
    #expect(back.columns.map(\.type) == table.columns.map(\.type))
    for (found, expected) in zip(back.columns, table.columns) {
      guard let numbers = expected.numbers, let again = found.numbers else {
        #expect(found == expected)
        continue
      }
      let span = (numbers.filter(\.isFinite).max() ?? 0) - (numbers.filter(\.isFinite).min() ?? 0)
      for (number, other) in zip(numbers, again) {
        #expect(number.isNaN == other.isNaN)
        #expect(number.isNaN || abs(number - other) <= 0.011 * span, "\(expected.name)")
      }
    }
  }

  @Test func `values that many rows share are met again exactly`() throws {
    var random = SeriesGenerator(seed: 2, place: 0)
    let numbers = (0..<1000).map { $0 % 10 < 6 ? 0 : Double.random(in: 10..<20, using: &random) }
    let modes = ModeEncoding(learning: numbers, &random)
    #expect(modes.atoms == [0])
    let (place, mode) = modes.encoded(0, &random)
    #expect(modes.decoded(place: place, mode: Int(mode)) == 0)
    #expect(modes.means.allSatisfy { (10..<20).contains($0) })
  }

  @Test func `a number that was not among the few that were seen is the nearest of them`() {
    var random = SeriesGenerator(seed: 1, place: 0)
    let modes = ModeEncoding(learning: [1, 4, 4, 9], &random)
    #expect([0, 2, 5, 100].map { modes.encoded($0, &random).mode } == [0, 0, 1, 2])
    #expect(BinEncoding(learning: [1, 4, 4, 9]).encoded(5).token == 1)
  }

  @Test func `the quantiles of equal numbers are in the middle of their ranks`() throws {
    let quantiles = QuantileEncoding(learning: [1, 2, 2, 2, 3])
    #expect(abs(quantiles.encoded(2)) < 1e-6)
    #expect(quantiles.encoded(.nan) == 0)
    #expect(quantiles.decoded(quantiles.encoded(3)) > 2.99)
    #expect(quantiles.decoded(9) == 3 && quantiles.decoded(-9) == 1)
  }

  @Test func `a column all missing, a constant one and one level are learned`() throws {
    let table = try Table([
      Column("gone", .number, .numbers([.nan, .nan, .nan])),
      Column("same", .whole, .numbers([7, 7, 7])),
      Column("one", .category, .codes([0, 0, 0], levels: ["a"])),
      Column("none", .category, .codes([-1, -1, -1], levels: [])),
    ])
    for scheme in [TableEncoding.Scheme.modes, .quantiles] {
      let encoding = try TableEncoding(learning: table, scheme, seed: 1)
      #expect(try encoding.decoded(encoding.encoded(table, seed: 1)) == table)
    }
  }

  @Test func `what cannot be learned is refused by its column`() throws {
    let infinite = try Table([Column("x", .number, .numbers([1, .infinity]))])
    #expect(throws: SynthesisError.unfit(column: "x", reason: "has infinite numbers")) {
      try TableEncoding(learning: infinite, .modes, seed: 1)
    }
    let text = try Table([Column("t", .text, .texts(TextEntries(["a"])))])
    #expect(throws: SynthesisError.unfit(column: "t", reason: "has texts, not levels")) {
      try TableEncoding(learning: text, .modes, seed: 1)
    }
    #expect(throws: SynthesisError.emptyTable) {
      try TableEncoding(learning: try Table([], rowCount: 3), .modes, seed: 1)
    }
  }

  @Test func `an epoch has every row once, in another order than the next`() {
    for count in [1, 2, 5, 64, 1000] {
      let orders = (0..<2).map { epoch in
        let order = EpochOrder(count: count, seed: 3, epoch: UInt64(epoch))
        return (0..<count).map { order[$0] }
      }
      #expect(orders[0].sorted() == Array(0..<count))
      #expect(orders[1].sorted() == Array(0..<count))
      #expect(count < 64 || orders[0] != orders[1])
    }
  }

  private func expectClose(
    _ found: [Double], _ expected: [Double], sourceLocation: SourceLocation = #_sourceLocation
  ) {
    #expect(found.count == expected.count, sourceLocation: sourceLocation)
    for (one, other) in zip(found, expected) {
      #expect(abs(one - other) <= 1e-6 * max(1, abs(other)), sourceLocation: sourceLocation)
    }
  }
}

/// Rows whose columns hang together: `group` says where `x` lies, `flag` follows from `x`.
func sample(rowCount: Int) throws -> Table {
  var random = SeriesGenerator(seed: 9, place: 0)
  var (group, flag): ([Int32], [Int32]) = ([], [])
  var (x, count, day): ([Double], [Double], [Double]) = ([], [], [])
  for row in 0..<rowCount {
    let choice = Int32.random(in: 0..<3, using: &random)
    let number = Double(choice) * 4 + Double.random(in: -1..<1, using: &random)
    group.append(row % 50 == 7 ? -1 : choice)
    x.append(row % 20 == 3 ? .nan : number)
    flag.append(number > 4 ? 1 : 0)
    count.append(Double(Int.random(in: 0..<4, using: &random)))
    day.append(Double(Int.random(in: 0..<9000, using: &random)))
  }
  return try Table([
    Column("group", .category, .codes(group, levels: ["a", "b", "c"])),
    Column("x", .number, .numbers(x)), Column("count", .whole, .numbers(count)),
    Column("day", .date(format: "%Y-%m-%d"), .numbers(day)),
    Column("flag", .flag, .codes(flag, levels: ["no", "yes"])),
  ])
}
