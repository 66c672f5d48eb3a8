import Foundation
import GenMedia

/// Finds out what may be in columns whose domain nobody declared, by noisy questions.
struct DomainPurchase {
  /// For one column.
  let rho: Double
  let delta: Double

  /// Bins in which numbers are counted.
  private static let binCount = 256
  /// A common number is in one row of this many, and there are at most so many of them.
  private static let rarest = 200.0
  private static let mostCommon = 64
  /// What they cost of the rho of a column of numbers; the rest is for its range.
  private static let commonShare = 0.25

  func content(_ column: Column, _ questions: inout NoisyQuestions) throws -> ColumnGrid.Content {
    switch column.values {
    case .codes(let codes, let levels):
      var counts: [String: Int] = [:]
      for code in codes where code >= 0 { counts[levels[Int(code)], default: 0] += 1 }
      let found = try frequent(counts, rho: rho, "levels of \(column.name)", &questions)
      guard !found.isEmpty else { throw tooRare(column) }
      return .levels(found.keys.sorted())
    case .numbers(let numbers):
      let known = numbers.filter { !$0.isNaN }
      let isWhole = column.type != .number
      let range = try range(column, known, &questions)
      let common = try common(column, known, range, &questions)
      return .bins(.init(range, count: Self.binCount, common: common, isWhole: isWhole))
    case .texts:
      throw SynthesisError.unfit(column: column.name, reason: "it has texts")
    }
  }

  private func tooRare(_ column: Column) -> SynthesisError {
    .unfit(
      column: column.name,
      reason: "too few rows have the same for this budget to find out what may be in it; "
        + "declare its domain")
  }

  /// What so many rows have that no single row decides whether it is named.
  ///
  /// - Source: Korolova, Kenthapadi, Mishra & Ntoulas 2009, "Releasing search queries and clicks
  ///   privately", with Gaussian noise.
  private func frequent<Key: Comparable & Hashable>(
    _ counts: [Key: Int], rho: Double, _ question: String, _ questions: inout NoisyQuestions
  ) throws -> [Key: Double] {
    let keys = counts.keys.sorted()
    let noisy = try questions.counts(
      keys.map { counts[$0] ?? 0 }, rho: rho, delta: delta, question)
    // The tail of the whole-number noise from m on is at most the normal one from m - 1 on.
    let threshold =
      questions.isExact
      ? 0
      : 2 + questions.noise(rho: rho) * NormalCurve.quantile(logShareAbove: log(min(delta, 0.5)))
    return Dictionary(uniqueKeysWithValues: zip(keys, noisy).filter { $0.1 > threshold })
  }

  private func common(
    _ column: Column, _ numbers: [Double], _ range: ClosedRange<Double>,
    _ questions: inout NoisyQuestions
  ) throws -> [Double] {
    let width = range.upperBound - range.lowerBound
    // Every whole number has a bin of its own.
    if column.type != .number, width < Double(Self.binCount) { return [] }
    let counts = Dictionary(numbers.map { ($0, 1) }, uniquingKeysWith: +)
    let found = try frequent(
      counts, rho: rho * Self.commonShare, "common numbers of \(column.name)", &questions)
    let least = found.values.reduce(0, +) / Self.rarest
    return found.filter { $0.value >= least && range.contains($0.key) }
      .sorted { ($1.value, $0.key) < ($0.value, $1.key) }.prefix(Self.mostCommon)
      .map(\.key).sorted()
  }

  /// Ends that leave out few: first by powers of two, then by bins between those.
  private func range(_ column: Column, _ numbers: [Double], _ questions: inout NoisyQuestions)
    throws
    -> ClosedRange<Double>
  {
    let finite = numbers.filter(\.isFinite)
    if questions.isExact {
      guard let low = finite.min(), let high = finite.max() else { throw tooRare(column) }
      return low...high
    }
    let magnitudes = MagnitudeBuckets()
    let share = rho * (1 - Self.commonShare) / 2
    let counted = try questions.counts(
      magnitudes.counts(finite), rho: share, "magnitudes of \(column.name)")
    // One of 4,300 empty buckets is taken for a full one; that makes the range wider.
    let threshold = 3.5 * questions.noise(rho: share)
    guard let low = counted.firstIndex(where: { $0 > threshold }),
      let high = counted.lastIndex(where: { $0 > threshold })
    else { throw tooRare(column) }
    let wide = magnitudes.edges[low]...magnitudes.edges[high + 1]

    let bins = ColumnGrid.Bins(wide, count: Self.binCount, common: [], isWhole: false)
    var exact = [Int](repeating: 0, count: bins.count)
    for number in finite where wide.contains(number) { exact[bins.bin(of: number)] += 1 }
    let noisy = try questions.counts(exact, rho: share, "range of \(column.name)")
    guard let first = noisy.firstIndex(where: { $0 > threshold }),
      let last = noisy.lastIndex(where: { $0 > threshold })
    else { return wide }
    let width = (wide.upperBound - wide.lowerBound) / Double(bins.count)
    return (wide.lowerBound + Double(first) * width)...(wide.lowerBound + Double(last + 1) * width)
  }
}

/// Numbers by sign and power of two.
private struct MagnitudeBuckets {
  /// Bucket n holds the numbers from edge n to before edge n + 1.
  let edges: [Double]

  init() {
    let powers = (-20...40).map { exp2(Double($0)) }
    edges = powers.reversed().map { -$0 } + [0] + powers
  }

  func counts(_ numbers: [Double]) -> [Int] {
    var counts = [Int](repeating: 0, count: edges.count - 1)
    for number in numbers {
      var (low, high) = (0, edges.count - 1)
      while high - low > 1 {
        let middle = (low + high) / 2
        if edges[middle] <= number { low = middle } else { high = middle }
      }
      counts[low] += 1
    }
    return counts
  }
}
