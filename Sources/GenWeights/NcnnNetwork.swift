import GenTensor

/// An ncnn network: its graph and, layer by layer, the numbers from its blob.
///
/// - Source: ncnn's model format: layers' arrays one after another; an array that may be narrow
///   starts with a four-byte tag, 0 for f32 and 0x01306B47 for f16 padded to four bytes.
public struct NcnnNetwork: Sendable {
  public let graph: NcnnGraph
  /// By layer name: `Convolution` has a kernel `[out, in, height, width]` and perhaps a shift
  /// `[out]`, `PReLU` has slopes `[channels]`.
  private let arrays: [String: [NDArray]]

  /// - Throws: ``WeightsError`` when graph and blob do not belong together.
  public init(graphPath: String, blobPath: String) throws {
    let graph = try NcnnGraph(path: graphPath)
    var blob = NcnnBlob(file: try MappedFile(path: blobPath))
    var arrays: [String: [NDArray]] = [:]
    for layer in graph.layers {
      let weights = try layer.weights(from: &blob)
      guard arrays.updateValue(weights, forKey: layer.name) == nil else {
        throw WeightsError(file: graphPath, item: layer.name, .duplicateName)
      }
    }
    try blob.expectEnd()
    self.graph = graph
    self.arrays = arrays
  }

  public func arrays(of layer: NcnnGraph.Layer) -> [NDArray] { arrays[layer.name] ?? [] }
}

extension NcnnGraph.Layer {
  private static let weightless: Set<String> = [
    "BinaryOp", "Concat", "Input", "Interp", "PixelShuffle", "ReLU", "Sigmoid", "Split",
  ]
  private static let lengths = 1...(1 << 24)

  /// Reads what this layer has in the blob, in the order that ncnn reads it.
  fileprivate func weights(from blob: inout NcnnBlob) throws -> [NDArray] {
    switch type {
    case "Convolution": return try convolutionWeights(from: &blob)
    case "PReLU":
      let count = try integer(0, in: Self.lengths)
      return [try blob.floats(shape: [count], for: name)]
    case _ where Self.weightless.contains(type): return []
    default: throw WeightsError(file: file, item: name, .unsupportedLayer(type: type))
    }
  }

  private func convolutionWeights(from blob: inout NcnnBlob) throws -> [NDArray] {
    let outputs = try integer(0, in: Self.lengths)
    let width = try integer(1, in: 1...1024)
    let height = try integer(11, default: width, in: 1...1024)
    let count = try integer(6, in: 1...(1 << 31))
    let perInput = outputs * width * height
    guard count.isMultiple(of: perInput) else {
      throw unusable(6, "a multiple of the \(perInput) numbers that one input channel takes")
    }
    let kernel = try blob.taggedFloats(
      shape: [outputs, count / perInput, height, width], for: name)
    guard try integer(5, default: 0, in: 0...1) == 1 else { return [kernel] }
    return [kernel, try blob.floats(shape: [outputs], for: name)]
  }
}

/// The numbers of an ncnn network, read from front to back.
private struct NcnnBlob {
  let file: MappedFile
  private var position = 0

  init(file: MappedFile) { self.file = file }

  /// Numbers behind a tag that says how they are stored.
  mutating func taggedFloats(shape: [Int], for layer: String) throws -> NDArray {
    let tagBytes = try take(4, for: layer)
    let tag = UInt32(littleEndian: tagBytes.loadUnaligned(as: UInt32.self))
    switch tag {
    case 0: return try floats(shape: shape, for: layer)
    case 0x0130_6B47:
      let count = shape.reduce(1, *)
      let bytes = try take((count * 2 + 3) / 4 * 4, for: layer)
      return try NDArray(
        (0..<count).map { WeightType.f16.float(in: bytes, at: $0 * 2) }, shape: Shape(shape))
    default:
      let name = tag == 0x000D_4B38 ? "int8" : "0x" + String(tag, radix: 16)
      throw WeightsError(file: file.path, item: layer, .unsupportedElementType(name))
    }
  }

  mutating func floats(shape: [Int], for layer: String) throws -> NDArray {
    let count = shape.reduce(1, *)
    let bytes = try take(count * 4, for: layer)
    return try NDArray(
      (0..<count).map { WeightType.f32.float(in: bytes, at: $0 * 4) }, shape: Shape(shape))
  }

  func expectEnd() throws {
    guard position == file.bytes.count else {
      throw WeightsError(
        file: file.path,
        .unclaimedBytes(position: position, count: file.bytes.count - position))
    }
  }

  private mutating func take(_ count: Int, for layer: String) throws -> UnsafeRawBufferPointer {
    guard count <= file.bytes.count - position else {
      throw WeightsError(
        file: file.path, item: layer,
        .truncated(neededByteCount: position + count, foundByteCount: file.bytes.count))
    }
    defer { position += count }
    return UnsafeRawBufferPointer(rebasing: file.bytes[position..<position + count])
  }
}
