/// What a normal number stands for in a column.
enum LatentScale: Sendable, Hashable {
  case curve(MarginalCurve)
  case levels(LevelCuts)

  /// The normal numbers that stand for an entry, a number or a code; nil where none does.
  func latents(of entry: Double) -> ClosedRange<Double>? {
    switch self {
    case .curve(let curve): curve.latents(of: entry)
    case .levels(let cuts): cuts.latents(of: Int32(entry))
    }
  }

  func entry(at latent: Double) -> Double {
    switch self {
    case .curve(let curve): curve.value(at: latent)
    case .levels(let cuts): Double(cuts.code(at: latent))
    }
  }

  /// The mean of the normal numbers that stand for the same entry as this one.
  private func score(at latent: Double) -> Double {
    let interval = latents(of: entry(at: latent)) ?? latent...latent
    // Within a curve a number stands for itself.
    return interval.lowerBound < interval.upperBound ? NormalCurve.mean(of: interval) : latent
  }

  /// What ``score`` is made of: its coefficients by normalised Hermite polynomials, from the first on.
  ///
  /// The scores of two columns whose normal numbers are correlated by r have the covariance
  /// Σ aₖ bₖ rᵏ.
  /// - Parameter count: One at least.
  /// - Source: Mehler 1866, the expansion of the bivariate normal density.
  func hermite(_ count: Int) -> [Double] {
    let places = 1000
    var sums = [Double](repeating: 0, count: count)
    for place in 0..<places {
      let latent = NormalCurve.quantile((Double(place) + 0.5) / Double(places))
      let score = score(at: latent)
      var (before, now) = (1.0, latent)
      for k in 0..<count {
        sums[k] += score * now / Double(places)
        let order = Double(k + 1)
        let next = (latent * now - order.squareRoot() * before) / (order + 1).squareRoot()
        (before, now) = (now, next)
      }
    }
    return sums
  }
}

/// Levels one after the other, each as wide as it is frequent.
///
/// - Invariant: as many codes as cuts, at least one; the last cut is ``NormalCurve/edge``.
struct LevelCuts: Sendable, Hashable {
  /// -1 is what is missing.
  let codes: [Int32]
  /// Up to where each goes.
  let cuts: [Double]
  private let places: [Int32: Int]

  init(codes: [Int32], cuts: [Double]) {
    (self.codes, self.cuts) = (codes, cuts)
    places = Dictionary(zip(codes, codes.indices)) { first, _ in first }
  }

  /// - Parameter counts: How often each of the codes is there; at least one is.
  init(_ codes: [Int32], counts: [Int32: Int]) {
    let present = codes.filter { counts[$0] ?? 0 > 0 }
    let total = Double(present.reduce(0) { $0 + (counts[$1] ?? 0) })
    var sum = 0
    let cuts = present.map { code in
      sum += counts[code] ?? 0
      return NormalCurve.quantile(Double(sum) / total)
    }
    self.init(codes: present, cuts: cuts)
  }

  func code(at latent: Double) -> Int32 {
    codes[min(cuts.firstPlace { $0 > latent }, codes.count - 1)]
  }

  func latents(of code: Int32) -> ClosedRange<Double>? {
    places[code].map { ($0 == 0 ? -NormalCurve.edge : cuts[$0 - 1])...cuts[$0] }
  }
}
