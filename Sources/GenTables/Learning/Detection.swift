import GenMedia

/// How well a classifier tells synthetic rows from real ones that it has not seen: an area of 0.5 is
/// not at all, 1 is every time.
public struct Detection: Sendable, Hashable, Codable {
  public let area: RankArea

  private static let mostRows = 5_000
  private static let foldCount = 3

  /// - Requires: aligned tables.
  /// - Returns: nil where there are too few rows or nothing to tell them by.
  init?(synthetic: Table, real: Table, _ random: inout SplitMix) throws {
    let count = min(real.rowCount, synthetic.rowCount, Self.mostRows)
    guard count >= 2 * Self.foldCount, !real.features.isEmpty else { return nil }
    let both = try random.rows(of: synthetic, most: count)
      .followed(by: random.rows(of: real, most: count))
    let rows = Binning(both)(both)
    let labels = (0..<2 * count).map { $0 < count }
    let order = (0..<2 * count).shuffled(using: &random)
    var scores = [Double](repeating: 0, count: 2 * count)
    for fold in 0..<Self.foldCount {
      let test = order.indices.filter { $0 % Self.foldCount == fold }.map { order[$0] }
      let others = order.indices.filter { $0 % Self.foldCount != fold }.map { order[$0] }
      let trees = try BoostedTrees(
        rows.rows(others), targets: others.map { labels[$0] ? 1 : 0 }, .logistic)
      for (row, score) in zip(test, trees.scores(rows.rows(test))) { scores[row] = score }
    }
    guard let area = RankArea(scores: scores, hits: labels) else { return nil }
    self.area = area
  }
}
