import Foundation

/// How likely it is that what came out speaks for the first of two tables by how much: a
/// probability at every multiple of an interval, and one of a loss without bound.
///
/// Discretised so that what is said of epsilon and delta is never too good (but for the rounding
/// of Doubles, 1e-12 of delta or so).
///
/// - Source: Koskela, Jälkö & Honkela 2020, arXiv:1906.03049 (composition by Fourier transform);
///   Doroshenko, Ghazi, Kamath, Kumar & Manurangsi 2022, arXiv:2207.04380, algorithm 1.
struct LossDistribution: Sendable {
  /// A finer one costs time; this is the usual one.
  static let interval = 1e-4
  /// Bounds of what may be cut off: of a step, as a logarithm; of a composition.
  static let logStepTail = -50.0
  static let compositionTail = 1e-15
  /// Wider distributions, of very little noise or very many steps, are not made.
  static let largestCount = 1 << 22

  /// The first multiple that has a probability.
  let lowest: Int
  let probabilities: [Double]
  let infinite: Double

  /// What divergences at the multiples from `lowest` on say.
  ///
  /// - Parameter deltas: The least delta at each of these losses.
  init(lowest: Int, deltas: [Double]) {
    self.lowest = lowest
    let (growth, fall) = (expm1(Self.interval), exp(Self.interval))
    var probabilities = [Double](repeating: 0, count: deltas.count)
    for place in deltas.indices.dropFirst().dropLast() {
      let (before, after) = (
        deltas[place] - deltas[place - 1], deltas[place + 1] - deltas[place]
      )
      probabilities[place] = max(0, (after - fall * before) / growth)
    }
    let (last, end) = (deltas.count - 1, deltas[deltas.count - 1])
    if last > 0 {
      probabilities[0] = max(0, 1 - deltas[0] + (deltas[1] - deltas[0]) / growth)
      probabilities[last] = max(0, (deltas[last - 1] - end) * fall / growth)
    } else {
      probabilities[0] = 1 - end
    }
    (self.probabilities, infinite) = (probabilities, end)
  }

  private init(lowest: Int, probabilities: [Double], infinite: Double) {
    (self.lowest, self.probabilities, self.infinite) = (lowest, probabilities, infinite)
  }

  /// The loss of all of these, each as often as it is named; nil where that is too wide.
  static func composed(_ parts: [(loss: LossDistribution, times: Int)]) -> LossDistribution? {
    let span = composedSpan(parts)
    guard span.count <= largestCount else { return nil }
    let longest = parts.map(\.loss.probabilities.count).max() ?? 1
    var count = 1
    while count < max(span.count, longest) { count *= 2 }
    let circle = circularConvolution(
      parts.map { ($0.loss.probabilities, $0.times) }, count: count)
    let finite = parts.reduce(0) { $0 + Double($1.times) * log1p(-$1.loss.infinite) }
    return LossDistribution(
      lowest: parts.reduce(0) { $0 + $1.times * $1.loss.lowest } + span.lowerBound,
      probabilities: span.map { max(0, circle[$0 & (count - 1)]) },
      infinite: compositionTail - expm1(finite))
  }

  /// Between which places all but a tail of a composition lies, by Chernoff's bound.
  private static func composedSpan(
    _ parts: [(loss: LossDistribution, times: Int)]
  ) -> Range<Int> {
    let longest = parts.map(\.loss.probabilities.count).max() ?? 1
    var first = 0
    var last = parts.reduce(0) { $0 + $1.times * ($1.loss.probabilities.count - 1) }
    let moments = parts.map { $0.loss.logMoments(unit: 1 / Double(longest)) }
    for step in 1...20 {
      for (sign, place) in [(1.0, step - 1), (-1.0, step + 19)] {
        let order = sign * Double(step) / Double(longest)
        let moment = zip(parts, moments).reduce(0) { $0 + Double($1.0.times) * $1.1[place] }
        let bound = (moment + log(2 / compositionTail)) / order
        guard abs(bound) < 0x1p50 else { continue }
        if order > 0 {
          last = min(last, Int(bound.rounded(.up)))
        } else {
          first = max(first, Int(bound.rounded(.down)))
        }
      }
    }
    return first..<max(first, last) + 1
  }

  /// Logarithms of the moments of places: of 1 to 20 units, then of -1 to -20.
  private func logMoments(unit: Double) -> [Double] {
    var moments = [Double](repeating: 0, count: 40)
    for (place, probability) in probabilities.enumerated() where probability > 0 {
      let (up, down) = (exp(unit * Double(place)), exp(-unit * Double(place)))
      var (rising, falling) = (probability, probability)
      for order in 0..<20 {
        rising *= up
        falling *= down
        moments[order] += rising
        moments[order + 20] += falling
      }
    }
    return moments.map { log($0) }
  }

  /// The least delta at an epsilon.
  func delta(epsilon: Double) -> Double {
    var total = infinite
    for (place, probability) in probabilities.enumerated() {
      let loss = Double(lowest + place) * Self.interval
      if loss > epsilon { total -= expm1(epsilon - loss) * probability }
    }
    return total
  }

  /// The least epsilon at a delta; infinite where none is known.
  func epsilon(delta: Double) -> Double {
    guard infinite <= delta else { return .infinity }
    // delta(epsilon) is `upper` - e^epsilon * `lower`, of the losses above epsilon.
    var (upper, lower) = (infinite, 0.0)
    for (place, probability) in probabilities.enumerated().reversed() where probability > 0 {
      let loss = Double(lowest + place) * Self.interval
      if upper > delta, lower > 0, log((upper - delta) / lower) >= loss { break }
      upper += probability
      lower += probability * exp(-loss)
      if upper >= delta, lower == 0 { return max(0, loss) }
    }
    return upper <= lower + delta ? 0 : log((upper - delta) / lower)
  }
}
