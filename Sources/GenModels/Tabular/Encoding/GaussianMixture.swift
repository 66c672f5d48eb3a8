import Foundation

/// A mixture of normal distributions of one number, with as many components as the numbers ask for.
///
/// - Source: Blei & Jordan 2006, "Variational inference for Dirichlet process mixtures", in the form
///   of scikit-learn's `BayesianGaussianMixture` (full covariance, its default priors).
/// - Departs: what is added to variances shrinks with numbers that vary less than by 1.
struct GaussianMixture: Sendable {
  struct Component: Sendable, Hashable {
    var weight: Double
    var mean: Double
    var deviation: Double
  }

  private(set) var components: [Component] = []
  private let prior: Prior
  /// Parameters of the components' distributions: their weights' betas, means and precisions.
  private var stick: [(first: Double, second: Double)] = []
  private var means: [Double] = []
  private var meanPrecisions: [Double] = []
  private var freedoms: [Double] = []
  private var variances: [Double] = []

  /// What is believed before any number is seen.
  struct Prior: Sendable {
    var mean: Double
    var variance: Double
    var concentration = 0.001
    var meanPrecision = 1.0
    var freedom = 1.0
    /// Added to every variance.
    var regularization: Double

    init(_ numbers: WeightedNumbers) {
      mean = numbers.mean
      variance = numbers.variance
      regularization = 1e-6 * (variance > 0 ? min(1, variance) : 1)
    }
  }

  /// Fits at most `count` components.
  ///
  /// - Parameters:
  ///   - numbers: at least one.
  ///   - start: to which component each of the numbers belongs at first.
  init(
    _ numbers: WeightedNumbers, count: Int, start: [Int], stepCount: Int = 100,
    tolerance: Double = 1e-3
  ) {
    prior = Prior(numbers)
    var shares = [Double](repeating: 0, count: numbers.points.count * count)
    for (place, component) in start.enumerated() { shares[place * count + component] = 1 }
    maximize(numbers, shares, count)
    var bound = -Double.infinity
    for _ in 0..<stepCount {
      let entropy = expect(numbers, &shares)
      maximize(numbers, shares, count)
      let next = lowerBound(entropy: entropy)
      if abs(next - bound) < tolerance { break }
      bound = next
    }
    components = expectedWeights().enumerated().map { place, weight in
      Component(weight: weight, mean: means[place], deviation: variances[place].squareRoot())
    }
  }

  /// How likely it is that a number came from each component.
  func shares(of number: Double) -> [Double] {
    var result = logShares(of: number, logFactors())
    normalize(&result)
    return result
  }

  // MARK: The two steps

  /// Writes how much each component has of each number.
  ///
  /// - Returns: the entropy of that.
  private func expect(_ numbers: WeightedNumbers, _ shares: inout [Double]) -> Double {
    let factors = logFactors()
    var entropy = 0.0
    for (place, point) in numbers.points.enumerated() {
      var row = logShares(of: point.mean, factors)
      entropy -= normalize(&row) * point.count
      for (component, share) in row.enumerated() { shares[place * row.count + component] = share }
    }
    return entropy
  }

  private mutating func maximize(_ numbers: WeightedNumbers, _ shares: [Double], _ count: Int) {
    var (totals, firsts) = (
      [Double](repeating: 10 * .ulpOfOne, count: count), [Double](repeating: 0, count: count)
    )
    for (place, point) in numbers.points.enumerated() {
      for component in 0..<count {
        let weight = shares[place * count + component] * point.count
        totals[component] += weight
        firsts[component] += weight * point.mean
      }
    }
    let centers = zip(firsts, totals).map { $0 / $1 }
    var seconds = [Double](repeating: 0, count: count)
    for (place, point) in numbers.points.enumerated() {
      for component in 0..<count {
        let distance = point.mean - centers[component]
        seconds[component] +=
          shares[place * count + component] * point.count * (distance * distance + point.variance)
      }
    }
    update(totals, centers, zip(seconds, totals).map { $0 / $1 + prior.regularization })
  }

  private mutating func update(_ totals: [Double], _ centers: [Double], _ spreads: [Double]) {
    var rest = totals.reduce(0, +)
    stick = totals.map { total in
      rest -= total
      return (1 + total, prior.concentration + max(rest, 0))
    }
    meanPrecisions = totals.map { prior.meanPrecision + $0 }
    freedoms = totals.map { prior.freedom + $0 }
    means = totals.indices.map {
      (prior.meanPrecision * prior.mean + totals[$0] * centers[$0]) / meanPrecisions[$0]
    }
    variances = totals.indices.map {
      let distance = centers[$0] - prior.mean
      let pull = totals[$0] * prior.meanPrecision / meanPrecisions[$0] * distance * distance
      return (prior.variance + totals[$0] * spreads[$0] + pull) / freedoms[$0]
    }
  }

  // MARK: What the parameters say

  /// What of a component's log share does not depend on the number.
  private func logFactors() -> [Double] {
    zip(logWeights(), means.indices).map { logWeight, place in
      let logPrecision = Double.log(2) + Double.digamma(0.5 * freedoms[place])
      return logWeight - 0.5 * Double.log(2 * .pi * variances[place] * freedoms[place])
        + 0.5 * (logPrecision - 1 / meanPrecisions[place])
    }
  }

  private func logShares(of number: Double, _ factors: [Double]) -> [Double] {
    means.indices.map { place in
      let distance = number - means[place]
      return factors[place] - 0.5 * distance * distance / variances[place]
    }
  }

  private func logWeights() -> [Double] {
    var passed = 0.0
    return stick.map { first, second in
      let sum = Double.digamma(first + second)
      defer { passed += Double.digamma(second) - sum }
      return Double.digamma(first) - sum + passed
    }
  }

  private func expectedWeights() -> [Double] {
    var rest = 1.0
    let weights = stick.map { first, second in
      defer { rest *= second / (first + second) }
      return rest * first / (first + second)
    }
    let sum = weights.reduce(0, +)
    return weights.map { $0 / sum }
  }

  private func lowerBound(entropy: Double) -> Double {
    var bound = entropy
    for place in means.indices {
      let freedom = freedoms[place]
      let logDeterminant = -0.5 * Double.log(variances[place] * freedom)
      bound += freedom * (0.5 * Double.log(2) + logDeterminant) + Double.logGamma(0.5 * freedom)
      bound += Double.logBeta(stick[place].first, stick[place].second)
      bound -= 0.5 * Double.log(meanPrecisions[place])
    }
    return bound
  }
}

/// Turns logarithms into shares that add up to 1.
///
/// - Returns: the sum of share times logarithm of share.
@discardableResult
private func normalize(_ row: inout [Double]) -> Double {
  let top = row.max() ?? 0
  let logSum = top + Double.log(row.reduce(0) { $0 + exp($1 - top) })
  var negativeEntropy = 0.0
  for place in row.indices {
    let logShare = row[place] - logSum
    row[place] = exp(logShare)
    negativeEntropy += row[place] * logShare
  }
  return negativeEntropy
}
