import Foundation

/// Normal numbers that go together, each in an interval of its own, drawn exactly.
///
/// They are proposed one after the other, each in what those before it leave of its interval and around
/// a tilted mean; a proposal is taken with the probability that makes up for both. The tilt is the one
/// with which the worst proposal is taken as often as can be.
///
/// - Source: Botev 2017, "The normal law under linear restrictions: simulation and estimation via
///   minimax tilting", arXiv:1603.04166v1, sections 2 and 3.
struct TruncatedNormals: Sendable {
  /// Proposals after which it is given up.
  var mostTries = 1_000_000

  let intervals: [ClosedRange<Double>]
  private let deviations: [Double]
  /// The triangle of the covariance by its diagonal, and the intervals by it.
  private let pulls: SquareMatrix
  private let bounds: [ClosedRange<Double>]
  private var tilt: [Double]
  /// The logarithm of the largest weight that a proposal can have.
  private var logBound: Double

  /// - Parameters:
  ///   - lower: the ``SquareMatrix/cholesky`` triangle of the covariance; the means are 0.
  ///   - intervals: as many as it has rows, at least one; none a point.
  init(lower: SquareMatrix, intervals: [ClosedRange<Double>]) {
    let deviations = (0..<lower.size).map { lower[$0, $0] }
    var pulls = lower
    for row in deviations.indices {
      for column in 0...row { pulls[row, column] /= deviations[row] }
    }
    (self.intervals, self.deviations, self.pulls) = (intervals, deviations, pulls)
    bounds = zip(intervals, deviations).map { $0.lowerBound / $1...$0.upperBound / $1 }
    // Without a tilt no weight is above the probability of the first interval.
    tilt = [Double](repeating: 0, count: lower.size)
    logBound = NormalCurve.logShare(of: bounds[0])
    if let saddle = saddle() { (tilt, logBound) = saddle }
  }

  /// - Throws: ``SynthesisError/rare(met:of:wanted:)``, `CancellationError`.
  func drawn(_ random: inout NormalNumbers) throws -> [Double] {
    var steps = [Double](repeating: 0, count: bounds.count)
    for attempt in 0..<mostTries {
      if attempt & 1023 == 1023 { try Task.checkCancellation() }
      var logWeight = 0.0
      for place in bounds.indices {
        let left = bounds[place].moved(by: -pull(at: place, of: steps) - tilt[place])
        steps[place] = tilt[place] + NormalCurve.drawn(random.uniform(), from: left)
        logWeight += tilt[place] * (tilt[place] / 2 - steps[place]) + NormalCurve.logShare(of: left)
      }
      guard log(1 - random.uniform()) <= logWeight - logBound else { continue }
      return bounds.indices.map { place in
        let number = deviations[place] * (steps[place] + pull(at: place, of: steps))
        return min(max(number, intervals[place].lowerBound), intervals[place].upperBound)
      }
    }
    throw SynthesisError.rare(met: 0, of: mostTries, wanted: 1)
  }

  /// How far those before it move a number.
  private func pull(at place: Int, of steps: [Double]) -> Double {
    (0..<place).reduce(0) { $0 + pulls[place, $1] * steps[$1] }
  }
}

// MARK: The tilt

extension TruncatedNormals {
  /// Where the largest weight that steps can have is smallest by the tilt, by Newton's method; nil
  /// where that does not find it.
  private func saddle() -> (tilt: [Double], logWeight: Double)? {
    let count = bounds.count - 1
    var point = [Double](repeating: 0, count: 2 * count)
    var slope = self.slope(at: point)
    for _ in 0..<100 {
      if slope.error < 1e-12 { return (Array(point[count...]) + [0], slope.logWeight) }
      guard let way = slope.curvature.solution(of: slope.gradient.map { -$0 }),
        let better = (0..<20).lazy.map({ halvings in
          zip(point, way).map { $0 + $1 * exp2(-Double(halvings)) }
        }).first(where: { self.slope(at: $0).error < slope.error })
      else { return nil }
      point = better
      slope = self.slope(at: point)
    }
    return nil
  }

  /// The logarithm of the weight of steps with a tilt, and its derivatives by both.
  ///
  /// - Parameter point: all steps but the last, then the tilts of these; the last tilt is 0.
  private func slope(at point: [Double]) -> Slope {
    let count = bounds.count - 1
    let (steps, tilt) = (Array(point[..<count]) + [0], Array(point[count...]) + [0])
    var logWeight = 0.0
    var gradient = [Double](repeating: 0, count: 2 * count)
    var curvature = SquareMatrix(
      size: 2 * count, numbers: .init(repeating: 0, count: 4 * count * count))
    for place in bounds.indices {
      let left = bounds[place].moved(by: -pull(at: place, of: steps) - tilt[place])
      let share = LogShare(of: left)
      logWeight += tilt[place] * (tilt[place] / 2 - steps[place]) + share.value
      for column in 0..<place {
        gradient[column] += pulls[place, column] * share.first
        for row in 0..<place {
          curvature[row, column] += pulls[place, row] * pulls[place, column] * share.second
        }
      }
      guard place < count else { continue }
      let own = count + place
      gradient[place] -= tilt[place]
      gradient[own] += tilt[place] - steps[place] + share.first
      curvature[own, own] += 1 + share.second
      curvature[own, place] -= 1
      curvature[place, own] -= 1
      for column in 0..<place {
        curvature[own, column] += share.second * pulls[place, column]
        curvature[column, own] += share.second * pulls[place, column]
      }
    }
    return Slope(logWeight: logWeight, gradient: gradient, curvature: curvature)
  }

  private struct Slope {
    let logWeight: Double
    let gradient: [Double]
    let curvature: SquareMatrix

    /// How far it is from being level, squared.
    var error: Double { gradient.reduce(0) { $0 + $1 * $1 } }
  }

  /// The logarithm of the probability of an interval, and its derivatives as the curve moves up.
  private struct LogShare {
    let value: Double
    let first: Double
    let second: Double

    init(of interval: ClosedRange<Double>) {
      let (low, high) = (interval.lowerBound, interval.upperBound)
      value = NormalCurve.logShare(of: interval)
      let densities = [low, high].map { [value] in
        exp(-$0 * $0 / 2 - log(2 * Double.pi) / 2 - value)
      }
      first = densities[0] - densities[1]
      second = low * densities[0] - high * densities[1] - first * first
    }
  }
}

extension ClosedRange<Double> {
  fileprivate func moved(by way: Double) -> ClosedRange { lowerBound + way...upperBound + way }
}
