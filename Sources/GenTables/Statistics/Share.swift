import Foundation

/// How many of how many, with the exact interval that the true share lies in.
///
/// - Source: Clopper & Pearson 1934.
public struct Share: Sendable, Hashable, Codable {
  public let hits: Int
  public let count: Int
  public let low: Double
  public let high: Double

  /// - Requires: `0...count` hits of at least one.
  init(_ hits: Int, of count: Int, level: Double = 0.95) {
    (self.hits, self.count) = (hits, count)
    let tail = (1 - level) / 2
    let (a, b) = (Double(hits), Double(count - hits))
    low = hits == 0 ? 0 : Beta(a, b + 1).quantile(tail)
    high = hits == count ? 1 : Beta(a + 1, b).quantile(1 - tail)
  }

  public var value: Double { Double(hits) / Double(count) }
}
