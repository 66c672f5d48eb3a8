import Foundation
import GenTensor

/// Where two things, and the ground behind them, are in each frame of a film, as far as words tell:
/// sums of functions of the time.
///
/// - Input: `clauses [batch, 2 * width]` of ``Clauses``.
/// - Output: eleven numbers for a frame: of each thing the logarithm of its size, its place (down,
///   right, as shares of the sides) and its turn (clockwise, radians); of the ground the logarithm of
///   its enlargement and its place.
struct MotionCourse {
  static let thingCount = 2
  static let thingValueCount = 4
  static let groundValueCount = 3
  static let valueCount = thingCount * thingValueCount + groundValueCount
  static let frameCount = 24
  static let middleFrame = 12
  /// How many of a unit of each number the network's own unit is.
  static let scales: [Float] =
    (0..<thingCount).flatMap { _ in [0.5, 0.375, 0.375, 2] } + [0.3, 0.25, 0.25]
  /// Swings and bounces in a film that the functions of time can show.
  private static let waves: [Float] = [0.5, 1, 1.5, 2, 4, 6]
  private static let functionCount = 2 + 2 * waves.count

  private let graph: Graph
  private let widen: Linear
  private let tell: Linear

  init(_ weights: WeightScope, _ sizes: MotionLayers.Sizes) throws {
    graph = weights.graph
    widen = try Linear(weights["course"][0], 2 * sizes.width, 4 * sizes.width)
    tell = try Linear(
      weights["course"][1], 4 * sizes.width, Self.functionCount * Self.valueCount, gain: 0.1)
  }

  /// How much each frame differs from the one that is shown in its place, `[batch, frames,
  /// valueCount]`.
  func shifts(_ clauses: Tensor, mask: Tensor, numbers: Tensor) -> Tensor {
    let (batch, frameCount) = (mask.length(ofAxis: 0), mask.length(ofAxis: 1))
    let told = mask.slice(0..<min(1, mask.length(ofAxis: 2)), alongAxis: 2)
      .slice(0..<min(1, mask.length(ofAxis: 3)), alongAxis: 3)
      .reshaped(to: [batch, frameCount, 1])
    // What is given itself has the mark 1 and does not move; distances are half of that at most.
    let distance = told * (1 - ((told - 0.5) * 2).maximum(0)) * 48
    let now = numbers.reshaped(to: [1, frameCount, 1])
    return values(clauses, functions(now) - functions(now + distance))
  }

  /// `[batch, 24, valueCount]`, seen from the middle frame.
  func wholeFilm(_ clauses: Tensor) -> Tensor {
    let numbers = (0..<Self.frameCount).map(Float.init)
    let now = functions(graph.constant(numbers, shape: [1, Self.frameCount, 1]))
    let middle = functions(graph.constant([Float(Self.middleFrame)], shape: [1, 1, 1]))
    return values(clauses, now - middle)
  }

  /// Sums of functions `[1 or batch, frames, functionCount]` with the weights that the words tell.
  private func values(_ clauses: Tensor, _ functions: Tensor) -> Tensor {
    let batch = clauses.length(ofAxis: 0)
    let factors = tell(widen(clauses).silu())
      .reshaped(to: [batch, Self.functionCount, Self.valueCount])
    let expanded = functions.expanded(
      to: [batch, functions.length(ofAxis: 1), Self.functionCount])
    return expanded.matmul(factors) * graph.constant(Self.scales, shape: [1, 1, Self.valueCount])
  }

  /// `[…, functionCount]` of frame numbers `[…, 1]`; before and after a film all stands still.
  private func functions(_ numbers: Tensor) -> Tensor {
    let middle = Float(Self.middleFrame)
    let last = Float(Self.frameCount - 1)
    let moment = (numbers.clamped(to: 0...last) - middle) * (1 / last)
    let waves = Self.waves.flatMap { count -> [Tensor] in
      let angle = moment * (2 * .pi * count)
      return [angle.sin(), angle.cos()]
    }
    return graph.concatenated([moment * 2, moment * moment * 4] + waves, alongAxis: -1)
  }
}
