import Foundation
import GenTensor

/// A transformer on the patches of a film, between a convolutional stem and head.
///
/// A still is the film of `patchDepth` equal frames, computed once.
///
/// - Input: `film` and `given` `[batch, frames, height, width, 3]` in -1…1 (`film` with noise),
///   `mask [batch, frames, height, width, 1]` (1 where given), `staged [batch, frames, height, width,
///   5]` of ``MotionLayers``, `time [batch]` (0 noise, 1 clean),
///   `words [batch, slotCount]` (numbers, 0 for an empty slot). Height and width are multiples of
///   8, frames of `patchDepth`, or 1. Where the film is some of the patches of a longer one,
///   `moments` says which. A frame of which nothing is given may be shown another in `given`;
///   the mask then says how far that one is in time.
/// - Output: the clean film, like `film`.
/// - Source: Li & He 2025, arXiv:2511.13720 (prediction of the clean sample); Su et al. 2021,
///   arXiv:2104.09864v5 (rotary places, here a share of each head per axis).
/// - Departs: a hourglass of convolutions around the transformer keeps local detail; beside the
///   noise it sees a sketch of what the words look like; where what is staged is right already it is
///   taken over (See, Liu & Manning 2017, arXiv:1704.04368v2, equation 9: a gate between copying and
///   drawing).
public struct GridTransformer {
  let sizes: GridTransformerSizes
  private let graph: Graph
  // the condition: the time and the bag of words
  let clock: [Linear]
  let tone: Tensor
  let modulation: Linear
  // what each word looks like
  let picture: Tensor
  // words as tokens
  let word: Tensor
  let place: Tensor
  // down to an eighth
  let enter: Convolution3x3
  let shrink: Convolution3x3
  let look: ConditionedResidual
  let condense: Convolution3x3
  let merge: Linear
  let blocks: [TransformerBlock]
  let expand: Linear
  // up again
  let grow: Linear
  let draw: [ConditionedResidual]
  let enlarge: Linear
  let polish: ConditionedResidual
  let leave: Convolution3x3

  /// - Throws: ``TensorError`` when a weight is missing or has another shape.
  public init(_ weights: WeightScope, _ sizes: GridTransformerSizes) throws {
    let (width, fine, middle, coarse) = (sizes.width, sizes.fine, sizes.middle, sizes.coarse)
    self.sizes = sizes
    graph = weights.graph
    clock = [
      try Linear(weights["clock"][0], GridTransformer.timeFeatureCount, width),
      try Linear(weights["clock"][1], width, width),
    ]
    tone = try weights.weight(
      "tone", [sizes.vocabularyCount, width], initial: .normal(deviation: 0.5))
    modulation = try Linear(weights["modulation"], width, 6 * width)
    picture = try weights.weight(
      "picture", [sizes.vocabularyCount, sizes.sketchSide * sizes.sketchSide * 3], initial: .zeros)
    word = try weights.weight(
      "word", [sizes.vocabularyCount, width], initial: .normal(deviation: 1))
    place = try weights.weight("place", [sizes.slotCount, width], initial: .normal(deviation: 0.2))
    enter = try Convolution3x3(weights["enter"], 4 * 12 + 3, fine)
    shrink = try Convolution3x3(weights["shrink"], fine, middle, stride: 2)
    look = try ConditionedResidual(weights["look"], middle, conditionedBy: width)
    condense = try Convolution3x3(weights["condense"], middle, coarse, stride: 2)
    merge = try Linear(weights["merge"], sizes.patchDepth * coarse, width)
    blocks = try (0..<sizes.blockCount).map {
      try TransformerBlock(weights["blocks"][$0], width: width, headCount: sizes.headCount)
    }
    expand = try Linear(weights["expand"], width, sizes.patchDepth * coarse)
    grow = try Linear(weights["grow"], coarse, 4 * middle)
    draw = try (0..<2).map {
      try ConditionedResidual(weights["draw"][$0], middle, conditionedBy: width)
    }
    enlarge = try Linear(weights["enlarge"], middle, 4 * fine)
    polish = try ConditionedResidual(weights["polish"], fine, conditionedBy: width)
    leave = try Convolution3x3(weights["leave"], fine, 4 * 4, gain: 0.1)
  }

  /// - Parameter loyalty: added to the score of the thing that is staged, and half of it to that of its
  ///   ground, where rain falls and waves go; above 0 more is taken over than training found likely to
  ///   be right.
  public func callAsFunction(
    _ film: Tensor, given: Tensor, mask: Tensor, staged: Tensor, time: Tensor, words: Tensor,
    moments: Moments = .following(first: 0), loyalty: Float = 0,
    attention watch: AttentionWatch? = nil
  ) -> Tensor {
    let frameCount = film.length(ofAxis: 1)
    let condition = condition(time, words)
    let seen = film.concatenated(with: given, mask, staged, alongAxis: -1)
    let pictures = seen.reshaped(
      to: [-1, film.length(ofAxis: 2), film.length(ofAxis: 3), seen.length(ofAxis: -1)])

    let fine = enter(sketched(pictures.spaceToDepth(by: 2), words, frameCount))
    let middle = look(shrink(fine), condition)
    let coarse = condense(middle)
    let grid = transformed(merged(coarse, frameCount), condition, words, moments, watch)

    let detailed = coarse + expanded(grid, frameCount)
    var drawn = middle + grow(detailed).depthToSpace(by: 2)
    for layer in draw { drawn = layer(drawn, condition) }
    let polished = polish(fine + enlarge(drawn).depthToSpace(by: 2), condition)
    let clean = leave(polished.rmsNormalized(activation: .silu)).depthToSpace(by: 2)
    return gated(
      clean.reshaped(to: Shape(film.shape.dropLast() + [4])), mask: mask, staged: staged, loyalty)
  }

  /// Of what was drawn, `[…, 3 and a score]`, and what is staged each as much as the score says;
  /// where nothing is shown, what was drawn.
  private func gated(
    _ drawn: Tensor, mask: Tensor, staged: Tensor, _ loyalty: Float
  ) -> Tensor {
    let parts = drawn.split(alongAxis: -1, lengths: [3, 1])
    let layers = staged.split(alongAxis: -1, lengths: [3, 1, 1])
    let isShown = (mask.absolute() * 1000).minimum(1)
    let share = (parts[1] + loyalty * 0.5 * (1 + layers[1])).sigmoid() * isShown
    return parts[0] + share * (layers[0] - parts[0])
  }

  /// The time and the words as one vector per film, of one length whatever they are.
  private func condition(_ time: Tensor, _ words: Tensor) -> Tensor {
    let bag = tone.gathered(at: words).sum(alongAxes: [1]).reshaped(to: [-1, sizes.width])
    return
      (clock[1](clock[0](timeFeatures(time)).silu())
      + bag * (1 / Float(sizes.slotCount).squareRoot())).rmsNormalized()
  }

  /// `[batch, depth, height, width, channels]` patches through the blocks, with the words before.
  private func transformed(
    _ patches: Tensor, _ condition: Tensor, _ words: Tensor, _ moments: Moments,
    _ watch: AttentionWatch?
  ) -> Tensor {
    let (batch, width) = (patches.length(ofAxis: 0), sizes.width)
    let text = word.gathered(at: words) + place
    let grid = patches.rmsNormalized()
    var tokens = text.concatenated(
      with: grid.reshaped(to: [batch, -1, width]), alongAxis: 1)
    let angles = sizes.angles(
      depth: patches.length(ofAxis: 1), height: patches.length(ofAxis: 2),
      width: patches.length(ofAxis: 3), moments, in: graph)
    let signal = modulation(condition.silu()).reshaped(to: [batch, 6, width])
    for block in blocks { tokens = block(tokens, signal, angles, watch) }
    let end = max(sizes.slotCount, tokens.length(ofAxis: 1))
    let drawn = tokens.slice(sizes.slotCount..<end, alongAxis: 1)
    return drawn.rmsNormalized().reshaped(to: patches.shape)
  }

  /// What the words alone say of the picture: the sum of what each looks like on average, at half
  /// the size, `[batch, sketchSide, sketchSide, 3]`. Learned beside the rest, as a regression, it
  /// tells the network what belongs where before any of it is to be seen in the noise.
  ///
  /// - Source: Han, Zheng & Zhou 2022, "CARD", arXiv:2206.07275v1, section 2 (a diffusion that is
  ///   given an estimate of the conditional mean).
  func sketch(_ words: Tensor) -> Tensor {
    let side = sizes.sketchSide
    return picture.gathered(at: words).sum(alongAxes: [1]).reshaped(to: [-1, side, side, 3])
  }

  /// The sketch beside every frame `[batch * frames, height, width, channels]` of its film.
  private func sketched(_ frames: Tensor, _ words: Tensor, _ frameCount: Int) -> Tensor {
    let (height, width) = (frames.length(ofAxis: 1), frames.length(ofAxis: 2))
    let side = sizes.sketchSide
    let drawn = sketch(words)
    let fitted =
      height == side && width == side ? drawn : drawn.resizedNearest(height: height, width: width)
    let repeated = fitted.reshaped(to: [-1, 1, height, width, 3])
      .expanded(to: [fitted.length(ofAxis: 0), frameCount, height, width, 3])
    return frames.concatenated(
      with: repeated.reshaped(to: [-1, height, width, 3]), alongAxis: -1)
  }

  /// `[batch * frames, h, w, coarse]` to `[batch, frames / patchDepth, h, w, width]`: the frames of
  /// a patch side by side, then one linear map.
  private func merged(_ coarse: Tensor, _ frameCount: Int) -> Tensor {
    let (height, width, channels) = (
      coarse.length(ofAxis: 1), coarse.length(ofAxis: 2), coarse.length(ofAxis: 3)
    )
    let depth = sizes.patchDepth
    guard frameCount > 1 else {
      let weight = merge.weight.reshaped(to: [sizes.width, depth, channels])
        .sum(alongAxes: [1]).reshaped(to: [sizes.width, channels])
      return coarse.linear(weight, merge.bias)
        .reshaped(to: [coarse.length(ofAxis: 0), 1, height, width, sizes.width])
    }
    let patchCount = frameCount / depth
    let apart = coarse.reshaped(to: [-1, patchCount, depth, height * width, channels])
    return merge(apart.transposed(0, 1, 3, 2, 4).reshaped(to: [-1, depth * channels]))
      .reshaped(to: [-1, patchCount, height, width, sizes.width])
  }

  /// The inverse of `merged`; a still keeps the first frame of its patch.
  private func expanded(_ grid: Tensor, _ frameCount: Int) -> Tensor {
    let (height, width, channels) = (grid.length(ofAxis: 2), grid.length(ofAxis: 3), sizes.coarse)
    guard frameCount > 1 else {
      return grid.linear(
        expand.weight.slice(0..<channels, alongAxis: 0),
        expand.bias.slice(0..<channels, alongAxis: 0)
      ).reshaped(to: [-1, height, width, channels])
    }
    let apart = expand(grid).reshaped(
      to: [-1, grid.length(ofAxis: 1), height * width, sizes.patchDepth, channels])
    return apart.transposed(0, 1, 3, 2, 4).reshaped(to: [-1, height, width, channels])
  }
}

extension GridTransformer {
  static let timeFeatureCount = 256
  /// Height and width of a patch in pixels.
  static let patchSide = 8

  /// Which patches of a longer film are there, by their places in time.
  public enum Moments {
    /// One after the other.
    case following(first: Int)
    /// `places`: numbers of patches, i32, rising, of a film that has `count`.
    case some(places: Tensor, count: Int)
  }

  /// Cosines, then sines, of 1000 t at frequencies from 1 down to 1/10000.
  private func timeFeatures(_ time: Tensor) -> Tensor {
    let count = GridTransformer.timeFeatureCount / 2
    let frequencies = (0..<count).map { powf(10000, -Float($0) / Float(count)) }
    let ticks = (time * 1000).reshaped(to: [-1, 1])
    let angles = ticks * graph.constant(frequencies, shape: [1, count])
    return angles.cos().concatenated(with: angles.sin(), alongAxis: -1)
  }
}

extension Graph {
  /// Numbers that never change; as many as the shape says.
  func constant(_ numbers: [Float], shape: Shape) -> Tensor {
    precondition(numbers.count == shape.elementCount, "a constant of another shape")
    return constant(NDArray(numbers)).reshaped(to: shape)
  }
}
