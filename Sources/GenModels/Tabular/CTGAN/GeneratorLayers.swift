import GenTensor

/// Each column of a batch with mean 0 and variance 1, then scaled and shifted.
///
/// - Input: `[rows, columns]`.
/// - Output: like the input.
/// - Weights: `scale [columns]`, `shift [columns]`; `mean [columns]`, `variance [columns]`, which
///   training keeps track of and drawing uses.
/// - Source: Ioffe & Szegedy 2015, arXiv:1502.03167v3, algorithm 1.
struct BatchNorm {
  let scope: WeightScope
  let scale: Tensor
  let shift: Tensor
  let count: Int

  private static let epsilon: Float = 1e-5

  init(_ weights: WeightScope, _ count: Int) throws {
    (scope, self.count) = (weights, count)
    scale = try weights.weight("scale", [count], initial: .ones)
    shift = try weights.weight("shift", [count], initial: .zeros)
  }

  /// By the batch's own mean and variance.
  ///
  /// - Parameter pace: how far the means and variances that drawing uses move towards the batch's,
  ///   one number; nil where they stay.
  func byBatch(_ input: Tensor, tracking pace: Tensor?) -> Tensor {
    let mean = input.mean(alongAxes: [0])
    let centered = input - mean
    let variance = centered.sumOfSquares(alongAxes: [0]) * (1 / Float(input.length(ofAxis: 0)))
    if let pace {
      track("mean", mean, pace, NDArray(zeros: [count]))
      track("variance", variance, pace, NDArray(zeros: [count]))
    }
    return centered * ((variance + Self.epsilon).reciprocalSquareRoot() * scale) + shift
  }

  /// The weight and bias of a linear layer and of what comes of its output by the means and variances
  /// that training kept.
  func following(_ linear: Linear) throws -> (weight: Tensor, bias: Tensor) {
    let factor =
      (try scope.weight("variance", [count]) + Self.epsilon).reciprocalSquareRoot() * scale
    let mean = try scope.weight("mean", [count])
    return (
      linear.weight * factor.reshaped(to: [count, 1] as Shape),
      (linear.bias - mean) * factor + shift
    )
  }

  private func track(_ name: String, _ found: Tensor, _ pace: Tensor, _ initial: NDArray) {
    let state = scope.graph.state("\(scope.path).\(name)", initial)
    scope.graph.assign(state + pace * (found.reshaped(to: [count] as Shape) - state), to: state)
  }
}

/// The generator of a table's rows: layers that each read everything before them.
///
/// - Input: noise and a condition `[rows, inputs]`.
/// - Output: numbers before tanh and levels before softmax `[rows, outputs]`.
struct RowGenerator {
  private let layers: [(linear: Linear, norm: BatchNorm)]
  private let output: Linear

  init(_ weights: WeightScope, inputs: Int, widths: [Int], outputs: Int) throws {
    var reads = inputs
    layers = try widths.enumerated().map { place, width in
      defer { reads += width }
      return (
        try Linear(weights[place]["linear"], reads, width, gain: .uniformGain),
        try BatchNorm(weights[place]["norm"], width)
      )
    }
    output = try Linear(weights["output"], reads, outputs, gain: .uniformGain)
  }

  func training(_ input: Tensor, tracking pace: Tensor?) -> Tensor {
    output(
      layers.reduce(input) { input, layer in
        let drawn = layer.norm.byBatch(layer.linear(input), tracking: pace).relu()
        return drawn.concatenated(with: input, alongAxis: 1)
      })
  }

  /// - Parameters:
  ///   - noise: `[rows, embedding]`, what the input begins with.
  ///   - asked: Where the 1 of the condition is that the input ends with, `i32 [rows]`; nil where there
  ///     is none.
  func drawing(_ noise: Tensor, asked: Tensor?) throws -> Tensor {
    let input = try layers.reduce(noise) { input, layer in
      let drawn = product(of: input, asked, try layer.norm.following(layer.linear)).relu()
      return drawn.concatenated(with: input, alongAxis: 1)
    }
    return product(of: input, asked, (output.weight, output.bias))
  }

  /// A linear layer, in which a row of weights is looked up for the condition.
  private func product(
    of input: Tensor, _ asked: Tensor?, _ layer: (weight: Tensor, bias: Tensor)
  ) -> Tensor {
    guard let asked else { return input.linear(layer.weight, layer.bias) }
    let (reads, all) = (input.length(ofAxis: 1), layer.weight.length(ofAxis: 1))
    let table = layer.weight.slice(reads..<all, alongAxis: 1).transposed(1, 0) + layer.bias
    return input.linear(layer.weight.slice(0..<reads, alongAxis: 1)) + table.gathered(at: asked)
  }
}

/// The critic, which looks at several rows at once.
///
/// - Input: rows and their conditions `[rows, columns]`.
/// - Output: `[rows / pack, 1]`.
/// - Source: Lin et al. 2018, arXiv:1712.04086v2 (PacGAN).
struct RowCritic {
  private let layers: [Linear]
  private let output: Linear
  private let inputs: Int

  /// - Parameter inputs: columns of all rows that it looks at together.
  init(_ weights: WeightScope, inputs: Int, widths: [Int]) throws {
    self.inputs = inputs
    layers = try zip([inputs] + widths, widths).enumerated().map { place, sizes in
      try Linear(weights[place], sizes.0, sizes.1, gain: .uniformGain)
    }
    output = try Linear(weights["output"], widths.last ?? inputs, 1, gain: .uniformGain)
  }

  func callAsFunction(_ rows: Tensor, _ noise: NoiseSource) -> Tensor {
    output(
      layers.reduce(rows.reshaped(to: [-1, inputs])) {
        noise.dropping(0.5, of: $1($0).leakyRelu(slope: 0.2))
      })
  }
}

extension Float {
  /// For normal numbers with the variance of those uniform in ±1 / sqrt(inputs).
  static let uniformGain: Float = 0.577_350_3
}
