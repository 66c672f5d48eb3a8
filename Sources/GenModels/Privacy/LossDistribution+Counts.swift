import Foundation

extension LossDistribution {
  /// The loss of counts, of which one row changes one by one, with ``DiscreteGaussian`` noise: the
  /// same whether the row comes or goes. Nil where the noise is too much or too little.
  ///
  /// - Source: Canonne, Kamath & Steinke 2020, arXiv:2004.00010, theorem 7.
  init?(countsOfRho rho: Double) {
    let variance = 1 / (2 * rho)
    // Beyond so many deviations nothing is left that a Double could tell from 0.
    let reach = 2 + (variance.squareRoot() * 11).rounded(.up)
    guard reach < Double(Self.largestCount) else { return nil }
    let above = WholeNormal(variance: variance, reach: Int(reach))
    let highest = (2 * reach + 1) / (2 * variance)
    guard 2 * highest / Self.interval < Double(Self.largestCount) else { return nil }
    let most = Int((highest / Self.interval).rounded(.up))
    var deltas = (-most...most).map { place -> Double in
      let epsilon = Double(place) * Self.interval
      let centre = epsilon * variance
      return max(
        0, above.share(above: centre - 0.5) - exp(epsilon) * above.share(above: centre + 0.5))
    }
    for place in deltas.indices.dropFirst() {
      deltas[place] = min(deltas[place], deltas[place - 1])
    }
    self.init(lowest: -most, deltas: deltas)
  }
}

/// How much of whole-number normal noise lies above a number.
private struct WholeNormal {
  private let reach: Int
  /// Of -reach and all above, of -reach + 1 and all above, and so on.
  private let tails: [Double]

  init(variance: Double, reach: Int) {
    self.reach = reach
    var tails = (-reach...reach).map { exp(-Double($0 * $0) / (2 * variance)) } + [0]
    for place in tails.indices.dropLast().reversed() { tails[place] += tails[place + 1] }
    self.tails = tails.map { $0 / tails[0] }
  }

  func share(above bound: Double) -> Double {
    let first = bound.rounded(.down) + 1 + Double(reach)
    return first <= 0 ? 1 : first >= Double(tails.count) ? 0 : tails[Int(first)]
  }
}
