import Foundation
import GenTensor

/// Frames moved and resized, each by as much as its distance in time from what it shows demands.
///
/// A course is a size and a place, each a sum of functions of the distance in time that are 0 where
/// it is 0; pixels between others are mixed of them.
///
/// - Input: coefficients `[batch, 3 * basisCount]`; the mask of ``GridTransformer``, which holds the
///   distances; frames `[batch, frames, height, width, 3]`.
/// - Output: like the frames; 0 where nothing moves in from the border.
/// - Source: Jaderberg et al. 2015, arXiv:1506.02025v3, equations 1 and 5 (sampling by a learned
///   scaling and translation), here one axis after the other, as products of matrices.
struct MovedFrames {
  static let basisCount = 10
  /// How far things move at most, as a share of the sides, and how much they grow or shrink.
  static let reach: Float = 0.65
  static let growth: Float = 0.6

  /// Size and place (down, right) of every frame, -1…1: `[batch, frames, 3]`.
  let course: Tensor
  private let rows: Tensor
  private let columns: Tensor

  init(_ coefficients: Tensor, _ mask: Tensor, in graph: Graph) {
    let (batch, frameCount) = (mask.length(ofAxis: 0), mask.length(ofAxis: 1))
    let (height, width) = (mask.length(ofAxis: 2), mask.length(ofAxis: 3))
    let told = mask.slice(0..<min(1, height), alongAxis: 2).slice(0..<min(1, width), alongAxis: 3)
      .reshaped(to: [batch, frameCount, 1])
    // What is given itself has the mark 1 and does not move; distances are half of that at most.
    let distance = told * (1 - ((told - 0.5) * 2).maximum(0))
    course = MovedFrames.basis(distance, in: graph)
      .matmul(coefficients.reshaped(to: [batch, MovedFrames.basisCount, 3])).tanh()
    let parts = course.split(alongAxis: -1, count: 3)
      .map { $0.reshaped(to: [batch * frameCount, 1, 1]) }
    rows = MovedFrames.sampling(height, size: parts[0], place: parts[1], in: graph)
    columns = MovedFrames.sampling(width, size: parts[0], place: parts[2], in: graph)
  }

  func callAsFunction(_ frames: Tensor) -> Tensor {
    let (height, width) = (frames.length(ofAxis: 2), frames.length(ofAxis: 3))
    let upright = rows.matmul(frames.reshaped(to: [-1, height, width * 3]))
      .reshaped(to: [-1, height, width, 3]).transposed(0, 2, 1, 3)
    return columns.matmul(upright.reshaped(to: [-1, width, height * 3]))
      .reshaped(to: [-1, width, height, 3]).transposed(0, 2, 1, 3).reshaped(to: frames.shape)
  }

  /// `[batch, frames, basisCount]`: functions of the distance, 0 at 0.
  private static func basis(_ distance: Tensor, in graph: Graph) -> Tensor {
    let waves = (1...4).flatMap { count -> [Tensor] in
      let angle = distance * (2 * .pi * Float(count))
      return [angle.sin(), 1 - angle.cos()]
    }
    return graph.concatenated(
      [distance * 4, distance * distance * 16] + waves, alongAxis: -1)
  }

  /// Matrices `[frames, length, length]`: how much of each place goes into each.
  private static func sampling(
    _ length: Int, size: Tensor, place: Tensor, in graph: Graph
  ) -> Tensor {
    let middle = Float(length - 1) / 2
    let places = (0..<length).map { Float($0) - middle }
    let targets = graph.constant(places, shape: [1, length, 1])
    let sources = graph.constant(places, shape: [1, 1, length])
    let wanted = targets * (1 + growth * size) - place * (reach * Float(length))
    return (1 - (sources - wanted).absolute()).maximum(0)
  }
}
