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
