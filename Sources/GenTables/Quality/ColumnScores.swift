import Foundation
import GenMedia

/// How alike a real and a synthetic column are, or how valid the synthetic one is: 0 (not at all) to 1.
///
/// - Source: SDMetrics 0.32.0, the single-column metrics of these names.
public enum ColumnMetric: String, Sendable, Hashable, Codable {
  case kolmogorovSmirnov = "KSComplement"
  case totalVariation = "TVComplement"
  case boundaries = "BoundaryAdherence"
  case categories = "CategoryAdherence"
  case uniqueness = "KeyUniqueness"

  /// - Requires: columns kept the same way, codes by the same levels.
  /// - Returns: nil where too little is known to say.
  func callAsFunction(real: Column, synthetic: Column) -> Double? {
    switch (self, real.values, synthetic.values) {
    case (.kolmogorovSmirnov, .numbers(let real), .numbers(let synthetic)):
      Self.kolmogorovSmirnov(real, synthetic)
    case (.totalVariation, .codes(let real, let levels), .codes(let synthetic, _)):
      Self.totalVariation(real, synthetic, levels.count)
    case (.boundaries, .numbers(let real), .numbers(let synthetic)):
      Self.boundaries(real, synthetic)
    case (.categories, .codes(let real, let levels), .codes(let synthetic, _)):
      Self.categories(real, synthetic, levels.count)
    case (.uniqueness, _, _): Self.uniqueness(synthetic)
    default: nil
    }
  }

  /// One less the largest distance between the two cumulative distributions.
  static func kolmogorovSmirnov(_ real: [Double], _ synthetic: [Double]) -> Double? {
    let (first, second) = (known(real), known(synthetic))
    guard !first.isEmpty, !second.isEmpty else { return nil }
    var (i, j, largest) = (0, 0, 0.0)
    while i < first.count, j < second.count {
      let value = min(first[i], second[j])
      while i < first.count, first[i] == value { i += 1 }
      while j < second.count, second[j] == value { j += 1 }
      largest = max(
        largest, abs(Double(i) / Double(first.count) - Double(j) / Double(second.count)))
    }
    return 1 - largest
  }

  /// Sorted and rounded to 14 digits after the point, so that 0.1 + 0.2 is a tie with 0.3.
  private static func known(_ numbers: [Double]) -> [Double] {
    numbers.lazy.filter { !$0.isNaN }.map { number in
      let scaled = number * 1e14
      return scaled.isFinite ? scaled.rounded(.toNearestOrEven) / 1e14 : number
    }.sorted()
  }

  /// One less half the sum of the differences of shares.
  ///
  /// A level that the real column lacks counts there as a millionth of a row.
  static func totalVariation(_ real: [Int32], _ synthetic: [Int32], _ levelCount: Int) -> Double? {
    var (first, second) = (counts(real, levelCount), counts(synthetic, levelCount))
    guard first.contains(where: { $0 > 0 }), second.contains(where: { $0 > 0 }) else { return nil }
    for level in 0..<levelCount where first[level] == 0 && second[level] > 0 {
      first[level] = 1e-6
    }
    let (firstSum, secondSum) = (first.reduce(0, +), second.reduce(0, +))
    return 1 - zip(first, second).reduce(0) { $0 + abs($1.0 / firstSum - $1.1 / secondSum) } / 2
  }

  private static func counts(_ codes: [Int32], _ levelCount: Int) -> [Double] {
    var counts = [Double](repeating: 0, count: levelCount)
    for code in codes where code >= 0 { counts[Int(code)] += 1 }
    return counts
  }

  /// The share of rows within the range of the real ones; a gap is valid where those have gaps.
  static func boundaries(_ real: [Double], _ synthetic: [Double]) -> Double? {
    let known = real.filter { !$0.isNaN }
    let judged = known.count < real.count ? synthetic.filter { !$0.isNaN } : synthetic
    guard !judged.isEmpty else { return nil }
    guard let low = known.min(), let high = known.max() else { return 0 }
    return Double(judged.count { low <= $0 && $0 <= high }) / Double(judged.count)
  }

  /// The share of rows with a level of the real ones; a gap is valid where those have gaps.
  static func categories(_ real: [Int32], _ synthetic: [Int32], _ levelCount: Int) -> Double? {
    guard !synthetic.isEmpty else { return nil }
    let seen = counts(real, levelCount).map { $0 > 0 }
    let mayMiss = real.contains { $0 < 0 }
    let valid = synthetic.count { $0 < 0 ? mayMiss : seen[Int($0)] }
    return Double(valid) / Double(synthetic.count)
  }

  /// The share of rows that are known and have not been there before.
  static func uniqueness(_ synthetic: Column) -> Double? {
    guard synthetic.count > 0 else { return nil }
    var seen: Set<String> = []
    let valid = (0..<synthetic.count).count { row in
      synthetic.label(row).map { seen.insert($0).inserted } ?? false
    }
    return Double(valid) / Double(synthetic.count)
  }
}
