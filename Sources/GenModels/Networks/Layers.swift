import GenTensor

/// A fully connected layer over the last axis.
///
/// - Weights: `weight [outputs, inputs]`, `bias [outputs]`.
struct Linear {
  let weight: Tensor
  let bias: Tensor

  init(_ weights: WeightScope, _ inputs: Int, _ outputs: Int, gain: Float = 1) throws {
    weight = try weights.weight("weight", [outputs, inputs], initial: .scaled(gain: gain))
    bias = try weights.weight("bias", [outputs], initial: .zeros)
  }

  func callAsFunction(_ input: Tensor) -> Tensor { input.linear(weight, bias) }
}

/// A 3x3 convolution of pictures, zeros outside.
///
/// - Input: `[batch, height, width, inputs]`.
/// - Output: `[batch, height / stride, width / stride, outputs]`.
/// - Weights: `weight [outputs, inputs, 3, 3]`, `bias [outputs]`.
struct Convolution3x3 {
  let weight: Tensor
  let bias: Tensor
  let stride: Int

  init(_ weights: WeightScope, _ inputs: Int, _ outputs: Int, stride: Int = 1, gain: Float = 1)
    throws
  {
    weight = try weights.weight("weight", [outputs, inputs, 3, 3], initial: .scaled(gain: gain))
    bias = try weights.weight("bias", [outputs], initial: .zeros)
    self.stride = stride
  }

  func callAsFunction(_ input: Tensor) -> Tensor {
    input.convolved(with: weight, bias: bias, stride: stride, padding: .symmetric(1))
  }
}

/// Two convolutions, each after a norm that the condition scales and shifts, beside the input.
///
/// - Input: `[items * frames, height, width, channels]` and a condition `[items, width]`.
/// - Output: like the input.
struct ConditionedResidual {
  let condition: Linear
  let first: Convolution3x3
  let second: Convolution3x3

  init(_ weights: WeightScope, _ channels: Int, conditionedBy width: Int) throws {
    condition = try Linear(weights["condition"], width, 4 * channels)
    first = try Convolution3x3(weights["first"], channels, channels)
    second = try Convolution3x3(weights["second"], channels, channels, gain: 0)
  }

  func callAsFunction(_ input: Tensor, _ signal: Tensor) -> Tensor {
    let parts = condition(signal.silu()).split(alongAxis: -1, count: 4)
    let calm = input.rmsNormalized(scale: parts[0], shift: parts[1], activation: .silu)
    let drawn = first(calm).rmsNormalized(scale: parts[2], shift: parts[3], activation: .silu)
    return input + second(drawn)
  }
}

/// Attention among all tokens; queries and keys are normalised, then turned by their places.
///
/// - Input: `[batch, tokens, width]`.
/// - Output: like the input.
struct SelfAttention {
  let project: Linear
  let output: Linear
  let headCount: Int

  init(_ weights: WeightScope, width: Int, headCount: Int) throws {
    project = try Linear(weights["project"], width, 3 * width)
    output = try Linear(weights["output"], width, width)
    self.headCount = headCount
  }

  func callAsFunction(
    _ input: Tensor, _ angles: RotaryAngles, _ watch: AttentionWatch? = nil
  ) -> Tensor {
    let (batch, tokens, width) = (
      input.length(ofAxis: 0), input.length(ofAxis: 1), input.length(ofAxis: 2)
    )
    let parts = project(input).split(alongAxis: -1, count: 3).map {
      $0.reshaped(to: [batch, tokens, headCount, width / headCount])
    }
    let query = parts[0].rmsNormalized().rotated(by: angles)
    let key = parts[1].rmsNormalized().rotated(by: angles)
    watch?.see(query, key)
    return output(attention(query, key, parts[2]).reshaped(to: [batch, tokens, width]))
  }
}

/// Looks at how much of their attention tokens give to the first ones.
public final class AttentionWatch {
  private let count: Int
  private var shares: [Tensor] = []

  /// - Parameter count: how many of the first tokens.
  public init(ofFirst count: Int) { self.count = count }

  fileprivate func see(_ query: Tensor, _ key: Tensor) {
    let scores = query.transposed(0, 2, 1, 3).matmul(key.transposed(0, 2, 1, 3), transposed: true)
    let weights = scores.softmax(scale: 1 / Float(query.length(ofAxis: -1)).squareRoot())
    shares.append(weights.slice(0..<count, alongAxis: 3).mean(alongAxes: [1]))
  }

  /// The mean over all heads and layers that were seen, `[batch, tokens, count]`; nil where there
  /// were none.
  public var mean: Tensor? {
    shares.dropFirst().reduce(shares.first) { sum, share in sum.map { $0 + share } }.map {
      ($0 * (1 / Float(shares.count))).reshaped(to: [$0.length(ofAxis: 0), -1, count])
    }
  }
}

/// Attention and a two-layer network, each scaled, shifted and gated by the condition.
///
/// - Input: tokens `[batch, tokens, width]`, modulation `[batch, 6, width]`.
/// - Output: like the tokens.
/// - Weights: `offset [6, width]`, added to the modulation.
/// - Source: Peebles & Xie 2022, arXiv:2212.09748v2, figure 3 (adaLN).
/// - Departs: root-mean-square norms, SiLU, one modulation shared by all blocks.
struct TransformerBlock {
  let offset: Tensor
  let attention: SelfAttention
  let widen: Linear
  let narrow: Linear

  init(_ weights: WeightScope, width: Int, headCount: Int) throws {
    offset = try weights.weight("offset", [6, width], initial: .zeros)
    attention = try SelfAttention(weights["attention"], width: width, headCount: headCount)
    widen = try Linear(weights["widen"], width, 4 * width)
    narrow = try Linear(weights["narrow"], 4 * width, width)
  }

  func callAsFunction(
    _ tokens: Tensor, _ modulation: Tensor, _ angles: RotaryAngles,
    _ watch: AttentionWatch? = nil
  ) -> Tensor {
    let (batch, width) = (modulation.length(ofAxis: 0), modulation.length(ofAxis: 2))
    let parts = (modulation + offset).split(alongAxis: 1, count: 6)
    func factor(_ index: Int) -> Tensor { parts[index].reshaped(to: [batch, width]) }
    let seen = tokens.rmsNormalized(scale: factor(0), shift: factor(1))
    let attended = tokens + parts[2] * attention(seen, angles, watch)
    let calm = attended.rmsNormalized(scale: factor(3), shift: factor(4))
    return attended + parts[5] * narrow(widen(calm).silu())
  }
}
