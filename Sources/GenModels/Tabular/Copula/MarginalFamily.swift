import Foundation
import GenTables

/// A shape that the numbers of a column may have.
protocol MarginalFamily: Sendable {
  static var name: String { get }
  /// Nil where the numbers cannot have this shape.
  init?(_ sample: MarginalSample)
  func share(below x: Double) -> Double
}

/// Numbers in order, with what families are fitted by.
struct MarginalSample {
  let sorted: [Double]
  /// The distance between neighbouring numbers that could be told apart; 0 for any.
  let step: Double
  let mean: Double
  let variance: Double

  /// - Requires: at least one number.
  init(sorted: [Double], step: Double) {
    (self.sorted, self.step) = (sorted, step)
    let count = Double(sorted.count)
    let mean = sorted.reduce(0) { $0 + $1 / count }
    self.mean = mean
    variance = sorted.reduce(0) { $0 + ($1 - mean) * ($1 - mean) / count }
  }

  /// What they may be, half a step around them.
  var range: ClosedRange<Double> { (sorted[0] - step / 2)...(sorted[sorted.count - 1] + step / 2) }
  var median: Double { sorted[sorted.count / 2] }
  /// A little below the least, for shapes that begin at zero.
  var origin: Double {
    let (low, high) = (range.lowerBound, range.upperBound)
    return low - max((median - low) * 1e-3, (high - low) * 1e-6)
  }

  /// Below which a share of the numbers lies.
  func quantile(_ share: Double) -> Double {
    sorted[min(sorted.count - 1, Int(share * Double(sorted.count)))]
  }

  /// The greatest distance between two cumulative shares, at 400 places at most.
  ///
  /// - Source: Kolmogorov 1933; ties are taken by their upper edge.
  func distance(to family: some MarginalFamily) -> Double {
    let low = family.share(below: range.lowerBound)
    let mass = family.share(below: range.upperBound) - low
    guard mass > 1e-6, mass.isFinite else { return .infinity }
    let stride = max(1, sorted.count / 400)
    var greatest = 0.0
    for place in Swift.stride(from: 0, to: sorted.count, by: stride) {
      var last = place
      while last + 1 < sorted.count, sorted[last + 1] == sorted[place] { last += 1 }
      let share = (family.share(below: sorted[place] + step / 2) - low) / mass
      greatest = max(greatest, abs(share - Double(last + 1) / Double(sorted.count)))
    }
    return greatest.isFinite ? greatest : .infinity
  }
}

enum MarginalFamilies {
  static let all: [any MarginalFamily.Type] = [
    NormalShape.self, UniformShape.self, TruncatedNormalShape.self, GammaShape.self,
    BetaShape.self, StudentShape.self, LogLaplaceShape.self,
  ]
}

struct NormalShape: MarginalFamily {
  static let name = "normal"
  let mean: Double
  let deviation: Double

  init?(_ sample: MarginalSample) {
    guard sample.variance > 0 else { return nil }
    (mean, deviation) = (sample.mean, sample.variance.squareRoot())
  }

  func share(below x: Double) -> Double { NormalCurve.share(below: (x - mean) / deviation) }
}

struct UniformShape: MarginalFamily {
  static let name = "uniform"
  let range: ClosedRange<Double>

  init?(_ sample: MarginalSample) {
    guard sample.range.lowerBound < sample.range.upperBound else { return nil }
    range = sample.range
  }

  func share(below x: Double) -> Double {
    min(1, max(0, (x - range.lowerBound) / (range.upperBound - range.lowerBound)))
  }
}

/// A normal distribution cut off at the least and the greatest number, fitted by its moments.
struct TruncatedNormalShape: MarginalFamily {
  static let name = "truncated normal"
  private let mean: Double
  private let deviation: Double

  init?(_ sample: MarginalSample) {
    guard sample.variance > 0 else { return nil }
    let range = sample.range
    var (mean, deviation) = (sample.mean, sample.variance.squareRoot())
    for _ in 0..<60 {
      let low = (range.lowerBound - mean) / deviation
      let high = (range.upperBound - mean) / deviation
      let mass = NormalCurve.share(below: high) - NormalCurve.share(below: low)
      guard mass > 1e-6 else { return nil }
      let tilt = (NormalCurve.density(low) - NormalCurve.density(high)) / mass
      let bend = (low * NormalCurve.density(low) - high * NormalCurve.density(high)) / mass
      let spread = deviation * deviation * (1 + bend - tilt * tilt)
      guard spread > 0 else { return nil }
      mean += sample.mean - (mean + deviation * tilt)
      deviation *= (sample.variance / spread).squareRoot()
      guard deviation.isFinite, deviation < 1e3 * (range.upperBound - range.lowerBound) else {
        return nil
      }
    }
    (self.mean, self.deviation) = (mean, deviation)
  }

  func share(below x: Double) -> Double { NormalCurve.share(below: (x - mean) / deviation) }
}

/// - Source: Minka 2002, "Estimating a gamma distribution", for the start of the shape.
struct GammaShape: MarginalFamily {
  static let name = "gamma"
  private let origin: Double
  private let shape: Double
  private let scale: Double

  init?(_ sample: MarginalSample) {
    guard sample.variance > 0 else { return nil }
    origin = sample.origin
    let mean = sample.mean - sample.origin
    let count = Double(sample.sorted.count)
    let logs = sample.sorted.reduce(0) { $0 + Foundation.log($1 - sample.origin) / count }
    let skew = Foundation.log(mean) - logs
    guard skew > 1e-9, skew.isFinite else { return nil }
    shape = (3 - skew + ((skew - 3) * (skew - 3) + 24 * skew).squareRoot()) / (12 * skew)
    scale = mean / shape
  }

  func share(below x: Double) -> Double { Self.lower(shape, (x - origin) / scale) }

  /// The regularised lower incomplete gamma function.
  ///
  /// - Source: NIST DLMF 8.7.1 and 8.9.2.
  static func lower(_ a: Double, _ x: Double) -> Double {
    guard x > 0 else { return 0 }
    let front = exp(a * Foundation.log(x) - x - lgamma(a))
    if x < a + 1 {
      var (term, sum) = (1 / a, 1 / a)
      for step in 1...10_000 {
        term *= x / (a + Double(step))
        sum += term
        if term < sum * 1e-14 { break }
      }
      return min(1, front * sum)
    }
    let tiny = 1e-300
    var b = x + 1 - a
    var (c, d) = (1 / tiny, 1 / b)
    var value = d
    for step in 1...10_000 {
      let n = Double(step)
      let factor = -n * (n - a)
      b += 2
      d = factor * d + b
      c = b + factor / c
      if abs(d) < tiny { d = tiny }
      if abs(c) < tiny { c = tiny }
      d = 1 / d
      value *= d * c
      if abs(d * c - 1) < 1e-14 { break }
    }
    return max(0, 1 - front * value)
  }
}

/// A beta distribution between the least and the greatest number, fitted by its moments.
struct BetaShape: MarginalFamily {
  static let name = "beta"
  private let range: ClosedRange<Double>
  private let beta: Beta

  init?(_ sample: MarginalSample) {
    let range = sample.range
    let width = range.upperBound - range.lowerBound
    guard width > 0, sample.variance > 0 else { return nil }
    let mean = (sample.mean - range.lowerBound) / width
    let weight = mean * (1 - mean) / (sample.variance / width / width) - 1
    guard weight > 0, mean > 0, mean < 1 else { return nil }
    self.range = range
    beta = Beta(mean * weight, (1 - mean) * weight)
  }

  func share(below x: Double) -> Double {
    beta.cumulative((x - range.lowerBound) / (range.upperBound - range.lowerBound))
  }
}

/// Student's t, its degrees of freedom by how much wider the outer quantiles are than the inner ones.
struct StudentShape: MarginalFamily {
  static let name = "student t"
  private let median: Double
  private let scale: Double
  private let freedom: Double

  init?(_ sample: MarginalSample) {
    let inner = sample.quantile(0.75) - sample.quantile(0.25)
    let outer = sample.quantile(0.95) - sample.quantile(0.05)
    guard inner > 0 else { return nil }
    var (low, high) = (0.5, 200.0)
    for _ in 0..<40 {
      let middle = (low * high).squareRoot()
      let ratio = Self.quantile(0.95, middle) / Self.quantile(0.75, middle)
      if ratio > outer / inner { low = middle } else { high = middle }
    }
    freedom = high
    median = sample.median
    scale = inner / (2 * Self.quantile(0.75, freedom))
  }

  func share(below x: Double) -> Double { Self.share(below: (x - median) / scale, freedom) }

  private static func share(below t: Double, _ freedom: Double) -> Double {
    let tail = Beta(freedom / 2, 0.5).cumulative(freedom / (freedom + t * t)) / 2
    return t > 0 ? 1 - tail : tail
  }

  /// - Requires: a share above one half.
  private static func quantile(_ share: Double, _ freedom: Double) -> Double {
    var (low, high) = (0.0, 1000.0)
    for _ in 0..<50 {
      let middle = (low + high) / 2
      if Self.share(below: middle, freedom) < share { low = middle } else { high = middle }
    }
    return high
  }
}

/// Numbers whose logarithms lie around their median as a Laplace distribution.
struct LogLaplaceShape: MarginalFamily {
  static let name = "log-laplace"
  private let origin: Double
  private let middle: Double
  private let width: Double

  init?(_ sample: MarginalSample) {
    guard sample.variance > 0 else { return nil }
    let origin = sample.origin
    let middle = Foundation.log(sample.median - origin)
    let count = Double(sample.sorted.count)
    width = sample.sorted.reduce(0) { $0 + abs(Foundation.log($1 - origin) - middle) / count }
    guard width > 0, width.isFinite else { return nil }
    (self.origin, self.middle) = (origin, middle)
  }

  func share(below x: Double) -> Double {
    guard x > origin else { return 0 }
    let place = (Foundation.log(x - origin) - middle) / width
    return place < 0 ? exp(place) / 2 : 1 - exp(-place) / 2
  }
}
