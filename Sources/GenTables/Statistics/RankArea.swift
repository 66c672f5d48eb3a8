import Foundation

/// The area under the ROC curve: how often a hit scores above a miss, ties counting half; 0.5 is
/// guessing, 1 is certain.
///
/// - Source: DeLong, DeLong & Clarke-Pearson 1988 for the interval, by ranks.
public struct RankArea: Sendable, Hashable, Codable {
  public let value: Double
  /// Of 95 %.
  public let low: Double
  public let high: Double

  /// - Returns: nil unless there are hits and misses.
  init?(scores: [Double], hits: [Bool]) {
    let first = zip(scores, hits).filter { $0.1 }.map(\.0)
    let second = zip(scores, hits).filter { !$0.1 }.map(\.0)
    guard !first.isEmpty, !second.isEmpty else { return nil }
    let above = Self.placements(of: first, among: second)
    let below = Self.placements(of: second, among: first).map { 1 - $0 }
    let area = above.reduce(0, +) / Double(first.count)
    let deviation = sqrt(
      Self.variance(above) / Double(first.count) + Self.variance(below) / Double(second.count))
    value = area
    low = max(0, area - 1.959964 * deviation)
    high = min(1, area + 1.959964 * deviation)
  }

  /// Of each value, the share of others that are less, ties counting half.
  private static func placements(of values: [Double], among others: [Double]) -> [Double] {
    let sorted = others.sorted()
    return values.map { value in
      let less = sorted.partition { $0 < value }
      let notMore = sorted.partition { $0 <= value }
      return Double(less + notMore) / 2 / Double(sorted.count)
    }
  }

  private static func variance(_ values: [Double]) -> Double {
    guard values.count > 1 else { return 0 }
    let mean = values.reduce(0, +) / Double(values.count)
    return values.reduce(0) { $0 + ($1 - mean) * ($1 - mean) } / Double(values.count - 1)
  }
}

extension [Double] {
  /// How many come before the first that does not satisfy `belongs`.
  ///
  /// - Requires: those that satisfy it come first.
  fileprivate func partition(_ belongs: (Double) -> Bool) -> Int {
    var (low, high) = (0, count)
    while low < high {
      let middle = (low + high) / 2
      if belongs(self[middle]) { low = middle + 1 } else { high = middle }
    }
    return low
  }
}
