import Foundation

/// How much of a row is left at each of the steps that turn it into noise.
///
/// - Source: Nichol & Dhariwal 2021, arXiv:2102.09672v1, equation 17 (the cosine schedule).
struct NoiseLevels: Sendable {
  /// The share of a row's variance that is left after each step.
  let kept: [Double]

  init(count: Int) {
    func target(_ step: Int) -> Double {
      let angle = (Double(step) / Double(count) + 0.008) / 1.008 * .pi / 2
      return cos(angle) * cos(angle)
    }
    var left = 1.0
    kept = (0..<count).map { step in
      left *= 1 - min(1 - target(step + 1) / target(step), 0.999)
      return left
    }
  }

  /// What was left one step before; all before the first.
  func keptBefore(_ step: Int) -> Double { step > 0 ? kept[step - 1] : 1 }

  /// Some of the steps, falling from the last to the first, evenly apart.
  func steps(_ count: Int) -> [Int] {
    let count = min(max(count, 1), kept.count)
    guard count > 1 else { return [kept.count - 1] }
    let (last, parts) = (Double(kept.count - 1), Double(count - 1))
    return (0..<count).reversed().map { Int((Double($0) * last / parts).rounded()) }
  }
}
