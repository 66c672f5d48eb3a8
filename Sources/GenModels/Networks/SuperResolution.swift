import GenTensor

/// Pictures enlarged by a chain of small convolutions.
///
/// - Input: `[batch, height, width, 3]`, 0…1.
/// - Output: `[batch, factor * height, factor * width, 3]`; overshoots 0…1 a little at edges.
/// - Weights: `convolutions.N.weight [outputs, inputs, 3, 3]`, `convolutions.N.bias [outputs]` and,
///   for all but the last, `convolutions.N.slopes [outputs]`.
/// - Source: Wang et al. 2021, arXiv:2107.10833v2; the compact form of its release 0.2.5
///   (`realesr-animevideov3`): what the last convolution adds to the picture enlarged four times
///   without smoothing. Two and three times are that result, reduced.
public struct SuperResolution {
  /// How far the edge of the input reaches, in pixels of the input: one per convolution.
  let reach: Int
  private let sizes: SuperResolutionSizes
  private let layers: [(convolution: Convolution3x3, slopes: Tensor?)]
  private let graph: Graph

  /// - Throws: ``TensorError`` when a weight is missing or has another shape.
  public init(_ weights: WeightScope, _ sizes: SuperResolutionSizes) throws {
    self.sizes = sizes
    graph = weights.graph
    reach = sizes.reach
    layers = try sizes.channels.indices.map { index in
      let scope = weights["convolutions"][index]
      let inputs = index == 0 ? 3 : sizes.channels[index - 1]
      let outputs = sizes.channels[index]
      let isLast = index == sizes.channels.count - 1
      return (
        try Convolution3x3(scope, inputs, outputs),
        isLast ? nil : try scope.weight("slopes", [outputs])
      )
    }
  }

  public func callAsFunction(_ pictures: Tensor) -> Tensor {
    var features = pictures
    for layer in layers {
      features = layer.convolution(features)
      if let slopes = layer.slopes { features = features.parametricRelu(slopes: slopes) }
    }
    let factor = SuperResolutionSizes.nativeFactor
    let enlarged = pictures.resizedNearest(
      height: factor * pictures.length(ofAxis: 1), width: factor * pictures.length(ofAxis: 2))
    return reduced(features.pixelShuffled(by: factor) + enlarged)
  }

  /// Bicubic reduction from four times to three or two: the same few taps everywhere, so it is one
  /// convolution of each colour, for three times with three by three results a step.
  private func reduced(_ large: Tensor) -> Tensor {
    guard let filter = BicubicReduction(factor: sizes.factor) else { return large }
    let framed = large.edgePadded(top: 1, bottom: 1, left: 1, right: 1)
    let kernel = graph.constant(
      filter.kernel, shape: [3 * filter.resultCount, 1, filter.size, filter.size])
    let reduced = framed.convolved(
      with: kernel, stride: filter.stride, padding: .none, groupCount: 3)
    return filter.phases.count == 1 ? reduced : reduced.pixelShuffled(by: filter.phases.count)
  }
}

/// The numbers that make one `SuperResolution` differ from another.
public struct SuperResolutionSizes: Sendable, Hashable {
  static let nativeFactor = 4
  /// 2, 3 or 4.
  public let factor: Int
  /// Channels after each convolution; the last are the pixels of the result.
  let channels: [Int]

  /// Pixels of the input that one pixel of the result depends on, in each direction.
  var reach: Int { channels.count + (factor == SuperResolutionSizes.nativeFactor ? 0 : 1) }
}

/// The taps that reduce a picture of four times the size to three or two times.
///
/// - Source: Keys 1981, "Cubic convolution interpolation", with a = -0.75; results lie in the
///   middle of what they replace.
private struct BicubicReduction {
  /// Pixels of the large picture in one step.
  let stride: Int
  /// One row of taps for every result of a step.
  let phases: [[Float]]

  init?(factor: Int) {
    switch factor {
    case 2: (stride, phases) = (2, [BicubicReduction.taps(from: 0, at: 0.5, count: 4)])
    case 3:
      stride = 4
      phases = [
        BicubicReduction.taps(from: 0, at: 1 / 6, count: 6),
        BicubicReduction.taps(from: 1, at: 1 / 2, count: 6),
        BicubicReduction.taps(from: 2, at: 5 / 6, count: 6),
      ]
    default: return nil
    }
  }

  var size: Int { phases[0].count }
  var resultCount: Int { phases.count * phases.count }

  /// For each colour, the products of a column's and a row's taps.
  var kernel: [Float] {
    let one = phases.flatMap { column in
      phases.flatMap { row in column.flatMap { down in row.map { down * $0 } } }
    }
    return one + one + one
  }

  private static func taps(from first: Int, at place: Float, count: Int) -> [Float] {
    var taps = [Float](repeating: 0, count: count)
    for index in 0..<4 { taps[first + index] = weight(abs(place + 1 - Float(index))) }
    return taps
  }

  /// The cubic kernel at a distance.
  private static func weight(_ distance: Float) -> Float {
    let (a, x): (Float, Float) = (-0.75, distance)
    if x <= 1 { return ((a + 2) * x - (a + 3)) * x * x + 1 }
    return x < 2 ? ((a * x - 5 * a) * x + 8 * a) * x - 4 * a : 0
  }
}
