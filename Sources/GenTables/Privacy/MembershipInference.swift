import GenMedia

/// Guesses, by how close a row is to a synthetic one, whether it was among the real ones; the holdout
/// gives as many that were not. 0.5 is guessing.
public struct MembershipInference: Sendable, Hashable, Codable {
  public let area: RankArea
  /// Right answers about one half of the rows, with the distance that was best for the other half.
  public let right: Share

  private static let mostRows = 1_000
  private static let mostSynthetic = 10_000

  /// - Returns: nil without a holdout, or with fewer than two rows of either kind.
  init?(_ tables: Alignment, _ space: RowSpace, _ random: inout SplitMix) throws {
    guard let holdout = tables.holdout else { return nil }
    let count = min(tables.real.rowCount, holdout.rowCount, Self.mostRows)
    guard count >= 2 else { return nil }
    let synthetic = space.points(random.rows(of: tables.synthetic, most: Self.mostSynthetic))
    let distances = try [tables.real, holdout].map { table in
      try space.points(random.rows(of: table, most: count)).distances(to: synthetic).map(
        Double.init)
    }
    let isMember = distances[0].map { _ in true } + distances[1].map { _ in false }
    guard let area = RankArea(scores: distances.joined().map { -$0 }, hits: isMember) else {
      return nil
    }
    self.area = area
    let half = count / 2
    let limit = Self.limit(distances[0].prefix(half), distances[1].prefix(half))
    let members = distances[0].dropFirst(half).count { $0 <= limit }
    let others = distances[1].dropFirst(half).count { $0 > limit }
    right = Share(members + others, of: 2 * (count - half))
  }

  /// The distance up to which most members and fewest others lie.
  private static func limit(_ members: ArraySlice<Double>, _ others: ArraySlice<Double>) -> Double {
    let all = (members.map { ($0, 1) } + others.map { ($0, -1) }).sorted { $0.0 < $1.0 }
    var (balance, best, limit) = (0, 0, -1.0)
    for (place, (distance, sign)) in all.enumerated() {
      balance += sign
      let isLast = place + 1 == all.count || all[place + 1].0 > distance
      if isLast, balance > best { (best, limit) = (balance, distance) }
    }
    return limit
  }
}
