import Foundation
import GenTensor

/// Tells what of a noisy row is noise, and which levels it had.
///
/// - Input: numbers and one-hot levels `[rows, width]`, the step of the noise `[rows]` i32.
/// - Output: the noise of the numbers and logits of the levels `[rows, width]`.
/// - Source: Kotelnikov et al. 2023, arXiv:2209.15421v2, equation 6.
struct RowDenoiser {
  private let time: (first: Linear, second: Linear)
  private let input: Linear
  private let layers: [Linear]
  private let output: Linear
  private let waves: Tensor

  /// How many numbers tell of a time.
  private static let timeWidth = 128

  init(_ weights: WeightScope, width: Int, widths: [Int], stepCount: Int) throws {
    let first = Self.timeWidth
    waves = weights.graph.constant(try Self.waves(stepCount))
    time = (
      try Linear(weights["time"]["0"], first, first, gain: .uniformGain),
      try Linear(weights["time"]["1"], first, first, gain: .uniformGain)
    )
    input = try Linear(weights["input"], width, first, gain: .uniformGain)
    layers = try zip([first] + widths, widths).enumerated().map { place, sizes in
      try Linear(weights["layers"][place], sizes.0, sizes.1, gain: .uniformGain)
    }
    output = try Linear(weights["output"], widths.last ?? first, width, gain: .uniformGain)
  }

  func callAsFunction(_ rows: Tensor, at times: Tensor) -> Tensor {
    let moment = time.second(time.first(waves.gathered(at: times)).silu())
    return output(layers.reduce(input(rows) + moment) { $1($0).relu() })
  }

  /// Cosines, then sines, of every step at rising wavelengths.
  private static func waves(_ stepCount: Int) throws -> NDArray {
    let half = timeWidth / 2
    let rates = (0..<half).map { exp(-log(10_000) * Double($0) / Double(half)) }
    var waves: [Float] = []
    for step in 0..<stepCount {
      waves += rates.map { Float(cos(Double(step) * $0)) }
      waves += rates.map { Float(sin(Double(step) * $0)) }
    }
    return try NDArray(waves, shape: [stepCount, timeWidth])
  }
}
