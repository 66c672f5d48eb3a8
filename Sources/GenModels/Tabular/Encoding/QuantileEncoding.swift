/// Numbers as the normal quantiles of their ranks.
///
/// - Source: Kotelnikov et al. 2023, arXiv:2209.15421v2, section 4 (the Gaussian quantile
///   transformation of scikit-learn).
struct QuantileEncoding: Codable, Sendable, Hashable {
  /// The numbers at equally likely ranks, rising.
  private(set) var quantiles: [Double]
  let hasMissing: Bool

  private static let mostQuantiles = 1001
  /// Ranks nearer to the ends than this count as this.
  private static let margin = 1e-4

  /// - Parameter numbers: finite, or NaN where missing.
  init(learning numbers: [Double]) {
    hasMissing = numbers.contains { $0.isNaN }
    let known = numbers.filter { !$0.isNaN }.sorted()
    let count = min(Self.mostQuantiles, max(known.count, 2))
    quantiles = (0..<count).compactMap { step in
      known.isEmpty ? nil : known.interpolated(at: Double(step) / Double(count - 1))
    }
  }

  /// A standard normal number; 0 for a missing one.
  func encoded(_ number: Double) -> Float {
    guard !number.isNaN, quantiles.count > 1 else { return 0 }
    let rank = min(max(quantiles.rank(of: number), Self.margin), 1 - Self.margin)
    return Float(NormalCurve.quantile(rank))
  }

  func decoded(_ normal: Float) -> Double {
    quantiles.isEmpty ? .nan : quantiles.interpolated(at: NormalCurve.share(below: Double(normal)))
  }

  var isSound: Bool { quantiles.allSatisfy(\.isFinite) && quantiles == quantiles.sorted() }
}

extension [Double] {
  /// The number at a rank in 0…1 among rising ones, between neighbours in proportion.
  fileprivate func interpolated(at rank: Double) -> Double {
    let place = rank * Double(count - 1)
    let lower = Swift.min(Swift.max(Int(place), 0), count - 1)
    let upper = Swift.min(lower + 1, count - 1)
    let share = place - Double(lower)
    return self[lower] == self[upper]
      ? self[lower] : self[lower] * (1 - share) + self[upper] * share
  }

  /// The rank in 0…1 of a number among rising ones, in the middle of equal ones.
  fileprivate func rank(of number: Double) -> Double {
    let (first, end) = (place { $0 >= number }, place { $0 > number })
    if first < end { return Double(first + end - 1) / 2 / Double(count - 1) }
    guard first > 0 else { return 0 }
    guard first < count else { return 1 }
    let share = (number - self[first - 1]) / (self[first] - self[first - 1])
    return (Double(first - 1) + share) / Double(count - 1)
  }

  /// The first place from which on `holds` is true.
  private func place(where holds: (Double) -> Bool) -> Int {
    var (low, high) = (0, count)
    while low < high {
      let middle = (low + high) / 2
      if holds(self[middle]) { high = middle } else { low = middle + 1 }
    }
    return low
  }
}
