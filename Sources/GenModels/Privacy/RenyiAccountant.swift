import Foundation

/// Adds up Rényi differential privacy at a fixed set of orders. Quick, and a few percent above
/// what ``LossAccountant`` finds.
///
/// - Source: Mironov, Talwar & Zhang 2019, arXiv:1908.10530; from orders to epsilon by Balle,
///   Barthe, Gaboardi, Hsu & Sato 2020, arXiv:1905.09982, theorem 21.
public struct RenyiAccountant: PrivacyAccountant, Sendable {
  public let orders: [Double]
  /// The divergence at each order.
  private(set) var divergences: [Double]

  public static let usualOrders: [Double] = {
    let fine: [Double] = (11...109).map { Double($0) / 10 }
    let whole: [Double] = (11...63).map { Double($0) }
    return fine + whole + [128, 256, 512, 1024]
  }()

  public init() { self.init(orders: Self.usualOrders) }

  /// - Requires: orders above 1.
  public init(orders: [Double]) {
    self.orders = orders
    divergences = [Double](repeating: 0, count: orders.count)
  }

  public mutating func compose(_ mechanism: SampledGaussian) {
    guard !mechanism.isIdle else { return }
    for (place, order) in orders.enumerated() {
      divergences[place] += Double(mechanism.stepCount) * mechanism.divergence(order: order)
    }
  }

  /// - Source: Bun & Steinke 2016, arXiv:1605.02065, definition 1.1.
  public mutating func compose(countsOfRho rho: Double) {
    for (place, order) in orders.enumerated() { divergences[place] += rho * order }
  }

  public func epsilon(delta: Double) -> Double {
    guard divergences.contains(where: { $0 > 0 }) else { return 0 }
    let bounds = zip(orders, divergences).map { order, divergence in
      divergence + log1p(-1 / order) - log(delta * order) / (order - 1)
    }
    return max(0, bounds.min() ?? .infinity)
  }
}

extension SampledGaussian {
  /// The Rényi divergence of one step, of the worst two tables that differ by one row.
  ///
  /// - Requires: an order above 1.
  func divergence(order: Double) -> Double {
    guard samplingRate < 1 else { return order / (2 * noise * noise) }
    let moment = order == order.rounded() ? wholeMoment(Int(order)) : moment(order)
    return max(0, moment / (order - 1))
  }

  /// The logarithm of `A` of a whole order.
  ///
  /// - Source: section 3.3, equation for integer alpha.
  private func wholeMoment(_ order: Int) -> Double {
    var total = LogSum()
    var logBinomial = 0.0
    for i in 0...order {
      let chance = Double(i) * log(samplingRate) + Double(order - i) * log1p(-samplingRate)
      total.add(logBinomial + chance + quadratic(Double(i)))
      logBinomial += log(Double(order - i)) - log(Double(i + 1))
    }
    return total.logarithm
  }

  /// The logarithm of `A` of any order, by two series whose terms have alternating signs.
  ///
  /// - Source: section 3.3, equation for fractional alpha.
  private func moment(_ order: Double) -> Double {
    let turn = noise * noise * log(1 / samplingRate - 1) + 0.5
    let (logRate, logRest) = (log(samplingRate), log1p(-samplingRate))
    var (below, above) = (LogSum(), LogSum())
    var (logBinomial, sign) = (0.0, 1.0)
    var i = 0.0
    while true {
      let j = order - i
      let first =
        logBinomial + i * logRate + j * logRest + quadratic(i)
        + NormalCurve.logShare(above: (i - turn) / noise)
      let second =
        logBinomial + j * logRate + i * logRest + quadratic(j)
        + NormalCurve.logShare(above: (turn - j) / noise)
      below.add(first, sign)
      above.add(second, sign)
      logBinomial += log(abs(j)) - log(i + 1)
      if j < 0 { sign = -sign }
      i += 1
      if max(first, second) < -30 { break }
    }
    below.add(above.logarithm)
    return below.logarithm
  }

  private func quadratic(_ i: Double) -> Double { (i * i - i) / (2 * noise * noise) }
}

/// A sum of numbers that are known by their logarithms.
struct LogSum {
  private(set) var logarithm = -Double.infinity

  mutating func add(_ other: Double, _ sign: Double = 1) {
    guard other > -.infinity else { return }
    let (low, high) = (min(logarithm, other), max(logarithm, other))
    if sign > 0 {
      logarithm = high + log1p(exp(low - high))
    } else {
      // Terms shrink, so what is taken away is less than what is there, but for rounding.
      logarithm = other < logarithm ? logarithm + log1p(-exp(other - logarithm)) : -.infinity
    }
  }
}
