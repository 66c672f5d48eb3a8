import GenMedia

@testable import GenModels

/// Tables of known distributions for tests.
enum TableSamples {
  /// Two normal numbers of a correlation, and a level for each of three stretches of the second.
  static func correlated(_ correlation: Double, count: Int, seed: UInt64 = 1) throws -> Table {
    var random = NormalNumbers(SeriesGenerator(seed: seed, place: 0))
    var (first, second): ([Double], [Double]) = ([], [])
    for _ in 0..<count {
      let x = random.next()
      first.append(x)
      second.append(
        correlation * x + (1 - correlation * correlation).squareRoot() * random.next())
    }
    let codes = second.map { $0 < -0.5 ? Int32(2) : $0 < 0.7 ? 0 : 1 }
    return try Table([
      Column("x", .number, .numbers(first)), Column("y", .number, .numbers(second)),
      Column("size", .category, .codes(codes, levels: ["middle", "large", "small"])),
    ])
  }

  /// People as a file might have them: keys, missing entries, a column that never changes.
  static func people(_ count: Int) throws -> Table {
    var random = SplitMix(seed: 5)
    let ages = (0..<count).map { _ in Double(Int.random(in: 18...90, using: &random)) }
    return try Table([
      Column(
        "id", .identifier, .texts(TextEntries((1...count).map { "P" + String(1000 + $0) }))),
      Column("age", .whole, .numbers(ages)),
      Column(
        "income", .number,
        .numbers(
          ages.map {
            $0 < 25 ? .nan : ($0 * 10 + Double.random(in: 0...99, using: &random)).rounded() / 10
          })),
      Column(
        "smoker", .flag,
        .codes(
          ages.map { Double.random(in: 0...1, using: &random) < $0 / 150 ? 1 : 0 },
          levels: ["no", "yes"])),
      Column("country", .category, .codes(.init(repeating: 0, count: count), levels: ["DE"])),
      Column("note", .number, .numbers(.init(repeating: .nan, count: count))),
      Column(
        "born", .date(format: "%d.%m.%Y"),
        .numbers(ages.map { -$0 * 365 + Double(Int.random(in: 0...364, using: &random)) })),
    ])
  }
}

extension [Double] {
  var average: Double { reduce(0, +) / Double(count) }

  func correlation(with other: [Double]) -> Double {
    let (a, b) = (average, other.average)
    let product = zip(self, other).reduce(0) { $0 + ($1.0 - a) * ($1.1 - b) }
    let squares = (
      reduce(0) { $0 + ($1 - a) * ($1 - a) }, other.reduce(0) { $0 + ($1 - b) * ($1 - b) }
    )
    return product / (squares.0 * squares.1).squareRoot()
  }
}
