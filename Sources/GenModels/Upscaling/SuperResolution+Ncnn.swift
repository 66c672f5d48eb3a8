import GenTensor
import GenWeights

extension SuperResolutionSizes {
  /// Sizes and weights of a network in ncnn's format, under the names that ``SuperResolution`` has.
  ///
  /// - Throws: ``WeightsError/Fault/unsupportedLayer(type:)`` for the first layer that is not of
  ///   this form; ``WeightsError`` for parameters that do not fit it.
  static func read(_ network: NcnnNetwork) throws -> (SuperResolutionSizes, [String: NDArray]) {
    var reader = ChainReader(network: network)
    return try reader.read()
  }
}

/// Walks the layers of an ncnn network and holds them against the form they must have.
private struct ChainReader {
  let network: NcnnNetwork
  private var next = 0
  private var channels: [Int] = []
  private var weights: [String: NDArray] = [:]

  /// Size 3, step 1, a border of one zero, a shift, no activation: ncnn's parameter, what it must
  /// be and what it is when absent.
  private static let plainConvolution: [(Int, (Int, Int))] = [
    (1, (3, 0)), (11, (3, 3)), (2, (1, 1)), (12, (1, 1)), (3, (1, 1)), (13, (1, 1)),
    (4, (1, 0)), (14, (1, 1)), (15, (1, 1)), (16, (1, 1)), (5, (1, 0)), (9, (0, 0)),
  ]

  init(network: NcnnNetwork) { self.network = network }

  mutating func read() throws -> (SuperResolutionSizes, [String: NDArray]) {
    let input = try take("Input").outputs
    let copies = try take("Split", reading: input).outputs
    let last = try readConvolutions(from: copies)
    let native = SuperResolutionSizes.nativeFactor
    let detail = try take("PixelShuffle", reading: [last])
    try expect(detail, 0, native)
    let plain = try take("Interp", reading: nil)
    try expect(plain, 0, 1)
    guard try plain.real(1, default: 1) == 4, try plain.real(2, default: 1) == 4,
      let source = plain.inputs.first, copies.contains(source)
    else { throw unsupported(plain) }
    let sum = try take("BinaryOp", reading: detail.outputs + plain.outputs)
    try expect(sum, 0, 0)
    guard channels.last == 3 * native * native else { throw unsupported(detail) }
    let factor = try readReduction(of: sum.outputs)
    return (SuperResolutionSizes(factor: factor, channels: channels), weights)
  }

  /// Convolutions with slopes after all but the last; the name of the last one's output.
  private mutating func readConvolutions(from copies: [String]) throws -> String {
    var current = ""
    repeat {
      let layer = try take("Convolution", reading: current.isEmpty ? nil : [current])
      guard let input = layer.inputs.first, !current.isEmpty || copies.contains(input) else {
        throw unsupported(layer)
      }
      for (key, (value, absent)) in ChainReader.plainConvolution {
        try expect(layer, key, value, default: absent)
      }
      let arrays = network.arrays(of: layer)
      let inputs = channels.last ?? 3
      guard arrays.count == 2, arrays[0].shape[1] == inputs else { throw unsupported(layer) }
      weights["convolutions.\(channels.count).weight"] = arrays[0]
      weights["convolutions.\(channels.count).bias"] = arrays[1]
      current = layer.outputs.first ?? ""
      if peek == "PReLU" { current = try readSlopes(after: current, count: arrays[0].shape[0]) }
      channels.append(arrays[0].shape[0])
    } while peek == "Convolution"
    guard weights["convolutions.\(channels.count - 1).slopes"] == nil else {
      throw unsupported(network.graph.layers[next - 1])
    }
    return current
  }

  private mutating func readSlopes(after input: String, count: Int) throws -> String {
    let layer = try take("PReLU", reading: [input])
    guard let slopes = network.arrays(of: layer).first, slopes.shape == [count] else {
      throw unsupported(layer)
    }
    weights["convolutions.\(channels.count).slopes"] = slopes
    return layer.outputs.first ?? ""
  }

  /// The factor that remains after an optional bicubic reduction at the end.
  private mutating func readReduction(of inputs: [String]) throws -> Int {
    guard peek != nil else { return SuperResolutionSizes.nativeFactor }
    let layer = try take("Interp", reading: inputs)
    try expect(layer, 0, 3)
    let scale = try layer.real(1, default: 1)
    guard peek == nil, try layer.real(2, default: 1) == scale, scale == 0.5 || scale == 0.75 else {
      throw unsupported(layer)
    }
    return scale == 0.5 ? 2 : 3
  }

  private var peek: String? {
    next < network.graph.layers.count ? network.graph.layers[next].type : nil
  }

  private mutating func take(
    _ type: String, reading inputs: [String]? = []
  ) throws -> NcnnGraph.Layer {
    guard next < network.graph.layers.count else {
      throw WeightsError(
        file: network.graph.path, .wrongCount(of: "layers", expected: next + 1, found: next))
    }
    let layer = network.graph.layers[next]
    next += 1
    guard layer.type == type, inputs.map({ Set($0) == Set(layer.inputs) }) ?? true,
      !layer.outputs.isEmpty
    else { throw unsupported(layer) }
    return layer
  }

  private func expect(
    _ layer: NcnnGraph.Layer, _ key: Int, _ value: Int, default absent: Int = 0
  ) throws {
    guard try layer.integer(key, default: absent, in: value...value) == value else {
      throw unsupported(layer)
    }
  }

  private func unsupported(_ layer: NcnnGraph.Layer) -> WeightsError {
    WeightsError(file: network.graph.path, item: layer.name, .unsupportedLayer(type: layer.type))
  }
}
