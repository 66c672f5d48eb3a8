import Foundation
import GenMedia

/// What a synthetic table gives away about the rows of the real one, as far as it can be measured.
///
/// The real table stands for the rows that the synthesizer was trained on, the holdout for people of
/// the same kind that it never saw: only what is true of the first and not of the second leaks.
public struct PrivacyReport: Sendable, Hashable, Codable {
  public let copies: Copies
  /// Nil where all columns are texts or identifiers.
  public let closeness: Closeness?
  /// Nil without a holdout, too.
  public let membership: MembershipInference?
  /// Of every column; empty where the tables have fewer than two that can be compared.
  public let attributes: [AttributeInference]

  /// - Requires: aligned tables.
  init(_ tables: Alignment, _ random: inout SplitMix) throws {
    copies = Copies(tables, &random)
    let space = RowSpace(tables.real)
    guard !space.columns.isEmpty else {
      (closeness, membership, attributes) = (nil, nil, [])
      return
    }
    closeness = try Closeness(tables, space, &random)
    membership = try MembershipInference(tables, space, &random)
    attributes = space.columns.count > 1 ? try AttributeInference.all(tables, space, &random) : []
  }
}

/// Synthetic rows that are equal to a real one in everything but identifiers.
public struct Copies: Sendable, Hashable, Codable {
  public let ofReal: Share
  /// With a holdout, copies of real rows and of its rows, equally many of both: what of copying is
  /// chance.
  public let ofEqualReal: Share?
  public let ofHoldout: Share?

  init(_ tables: Alignment, _ random: inout SplitMix) {
    let rows = tables.synthetic.keys
    func share(of others: Table) -> Share {
      let seen = Set(others.keys)
      return Share(rows.count { seen.contains($0) }, of: rows.count)
    }
    ofReal = share(of: tables.real)
    guard let holdout = tables.holdout else {
      (ofEqualReal, ofHoldout) = (nil, nil)
      return
    }
    let count = min(holdout.rowCount, tables.real.rowCount)
    ofEqualReal = share(of: random.rows(of: tables.real, most: count))
    ofHoldout = share(of: random.rows(of: holdout, most: count))
  }
}

extension Table {
  /// Of every row a number that is the same for the same entries, identifiers aside, and another
  /// for others but for one chance in 2^64.
  fileprivate var keys: [UInt64] {
    var keys = [UInt64](repeating: 0, count: rowCount)
    for column in columns where column.type != .identifier {
      for row in keys.indices {
        var mixing = SplitMix(seed: keys[row] ^ column.key(row))
        keys[row] = mixing.next()
      }
    }
    return keys
  }
}

extension Column {
  /// The same for the same entry.
  fileprivate func key(_ row: Int) -> UInt64 {
    switch values {
    case .numbers(let numbers): numbers[row].isNaN ? .max : (numbers[row] + 0).bitPattern
    case .codes(let codes, _): UInt64(bitPattern: Int64(codes[row]))
    case .texts(let texts): UInt64(bitPattern: Int64(texts[row]?.hashValue ?? 0))
    }
  }
}

/// How far synthetic rows are from the closest real one: 0 is the same, 1 is different in all columns.
public struct Closeness: Sendable, Hashable, Codable {
  public let medianToReal: Double
  /// A twentieth of the rows is closer.
  public let closestToReal: Double
  public let medianToHoldout: Double?
  public let closestToHoldout: Double?
  /// Of the rows that are not as close to either, those closer to a real row than to one of as many
  /// of the holdout; half of them where nothing leaks. Nil without a holdout or where none differs.
  public let closerToReal: Share?

  private static let mostSynthetic = 1_000
  private static let mostOthers = 10_000

  init(_ tables: Alignment, _ space: RowSpace, _ random: inout SplitMix) throws {
    let rows = space.points(random.rows(of: tables.synthetic, most: Self.mostSynthetic))
    let most = min(Self.mostOthers, tables.holdout?.rowCount ?? .max)
    let toReal = try rows.distances(to: space.points(random.rows(of: tables.real, most: most)))
    (medianToReal, closestToReal) = (toReal.quantile(0.5), toReal.quantile(0.05))
    guard let holdout = tables.holdout else {
      (medianToHoldout, closestToHoldout, closerToReal) = (nil, nil, nil)
      return
    }
    let equal = min(most, tables.real.rowCount)
    let toHoldout = try rows.distances(to: space.points(random.rows(of: holdout, most: equal)))
    (medianToHoldout, closestToHoldout) = (toHoldout.quantile(0.5), toHoldout.quantile(0.05))
    let decided = zip(toReal, toHoldout).filter { $0.0 != $0.1 }
    closerToReal =
      decided.isEmpty ? nil : Share(decided.count { $0.0 < $0.1 }, of: decided.count)
  }
}

extension [Float] {
  /// - Requires: one at least.
  fileprivate func quantile(_ share: Double) -> Double {
    Double(sorted()[Int(share * Double(count - 1))])
  }
}
