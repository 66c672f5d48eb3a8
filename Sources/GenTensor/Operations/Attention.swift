import CGenKernels

/// Scaled dot-product attention that never writes the scores.
///
/// - Inputs: `query [batch, tokens, heads, size]`, `key` and `value [batch, keyTokens, keyHeads,
///   size]`, and a mask `[batch, keyTokens]` of bytes where 0 hides a key.
/// - Outputs: like `query`; the logarithms of the scores' sums `[batch, heads, tokens]`.
struct Attention: Operation {
  var scale: Float
  var isCausal = false
  var hasMask = false

  var name: String { "attention" }
  var precision: Precision { .narrow }
  func keepsFull(output index: Int) -> Bool { index == 1 }

  func outputs(for inputs: [TensorType]) throws -> [TensorType] {
    try demand(inputs.count == (hasMask ? 4 : 3), "lacks an operand")
    let (query, key, value) = (inputs[0].shape, inputs[1].shape, inputs[2].shape)
    try demand(query.rank == 4 && key.rank == 4, "needs [batch, tokens, heads, size]")
    try demand(key == value, "keys and values differ in shape")
    try demand(query.elementCount > 0 && key.elementCount > 0, "has no tokens")
    try demand(query[0] == key[0] && query[3] == key[3], "batch or head size differ")
    try demand(query[3] <= 256, "heads are at most 256 long")
    try demand(query[2] % key[2] == 0, "\(key[2]) key heads do not divide \(query[2])")
    if hasMask {
      try demand(inputs[3].shape == [key[0], key[1]], "the mask is not [batch, key tokens]")
      try demand(inputs[3].elementType == .u8, "the mask is not bytes")
    }
    return [TensorType(query), TensorType([query[0], query[2], query[1]])]
  }

  func spec(_ inputs: [TensorType]) throws -> CGenAttentionSpec {
    let (query, key) = (inputs[0].shape, inputs[1].shape)
    var spec = CGenAttentionSpec()
    spec.batch = Int64(query[0])
    spec.heads = Int64(query[2])
    spec.keyHeads = Int64(key[2])
    spec.queryTokens = Int64(query[1])
    spec.keyTokens = Int64(key[1])
    spec.headSize = Int64(query[3])
    spec.type = try inputs[0].kernelType
    spec.scale = scale
    spec.isCausal = isCausal
    return spec
  }

  func prepare(_ call: OperationCall) throws -> Kernel {
    let spec = try spec(call.inputs)
    let hasMask = hasMask
    let output = hasMask ? 4 : 3
    return Kernel { addresses in
      var spec = spec
      let mask = hasMask ? UnsafePointer(addresses[3].assumingMemoryBound(to: UInt8.self)) : nil
      return cgen_attention_forward(
        &spec, addresses[0], addresses[1], addresses[2], mask, addresses[output],
        addresses[output + 1].floats
      ).rawValue
    }
  }

  func gradient(_ call: GradientCall) throws -> [Tensor?] {
    let upstream = try call.upstream()
    let gradients = upstream.graph.apply(
      AttentionGradient(attention: self),
      to: [upstream, call.outputs[0], call.outputs[1]] + call.inputs)
    return gradients.map { $0 } + (hasMask ? [nil] : [])
  }

  func flopCount(inputs: [TensorType], outputs: [TensorType]) -> Int {
    4 * inputs[0].shape.elementCount * inputs[1].shape[1]
  }
}

/// The gradients of query, key and value.
///
/// - Inputs: the gradient of the output, the output, the logarithms of the sums, the inputs.
struct AttentionGradient: Operation {
  let attention: Attention

  var name: String { "attention gradient" }
  var precision: Precision { .narrow }
  func keepsFull(input index: Int) -> Bool { index == 2 }

  func outputs(for inputs: [TensorType]) throws -> [TensorType] {
    inputs[3..<6].map { TensorType($0.shape) }
  }

  func prepare(_ call: OperationCall) throws -> Kernel {
    let spec = try attention.spec(Array(call.inputs.dropFirst(3)))
    let hasMask = attention.hasMask
    let output = hasMask ? 7 : 6
    return Kernel { addresses in
      var spec = spec
      let mask = hasMask ? UnsafePointer(addresses[6].assumingMemoryBound(to: UInt8.self)) : nil
      return cgen_attention_backward(
        &spec, addresses[3], addresses[4], addresses[5], mask, addresses[1],
        UnsafePointer(addresses[2].floats), addresses[0], addresses[output],
        addresses[output + 1], addresses[output + 2]
      ).rawValue
    }
  }

  func flopCount(inputs: [TensorType], outputs: [TensorType]) -> Int {
    10 * outputs[0].shape.elementCount * outputs[1].shape[1]
  }
}

/// Turns pairs of every head's elements by the angles of its token.
///
/// - Inputs: `x [batch, tokens, heads, size]`, cosines and sines `[tokens, size / 2]`.
struct Rotary: Operation {
  var isInverse = false

  var name: String { "rotary" }
  var reusableInputs: [Int] { [0] }
  var precision: Precision { .uniform }
  func keepsFull(input index: Int) -> Bool { index != 0 }

  func outputs(for inputs: [TensorType]) throws -> [TensorType] {
    let shape = inputs[0].shape
    try demand(shape.rank == 4 && shape[3] % 2 == 0, "needs [batch, tokens, heads, even size]")
    let expected: Shape = [shape[1], shape[3] / 2]
    try demand(
      inputs[1].shape == expected && inputs[2].shape == expected, "needs angles \(expected)")
    return [TensorType(shape)]
  }

  func prepare(_ call: OperationCall) throws -> Kernel {
    let shape = call.inputs[0].shape.map(Int64.init)
    let type = try call.inputs[0].kernelType
    let dense = CGenHeadStrides()
    return Kernel { [isInverse] addresses in
      cgen_rotary(
        addresses[0], dense, addresses[3], dense, type, shape[0], shape[1], shape[2], shape[3],
        addresses[1].floats, addresses[2].floats, .halves, isInverse
      ).rawValue
    }
  }

  func gradient(_ call: GradientCall) throws -> [Tensor?] {
    let upstream = try call.upstream()
    let turned = upstream.graph.apply(
      Rotary(isInverse: !isInverse), upstream, call.inputs[1], call.inputs[2])
    return [turned, nil, nil]
  }

  func flopCount(inputs: [TensorType], outputs: [TensorType]) -> Int {
    3 * inputs[0].shape.elementCount
  }
}

/// Angles of rotary positions: `cosines` and `sines`, `[tokens, headSize / 2]` each.
public struct RotaryAngles {
  public let cosines: Tensor
  public let sines: Tensor

  public init(cosines: Tensor, sines: Tensor) {
    self.cosines = cosines
    self.sines = sines
  }
}

/// Attention of `query [batch, tokens, heads, size]` to `key` and `value [batch, keyTokens,
/// keyHeads, size]`; several query heads may share a key head.
///
/// - Parameters:
///   - mask: bytes `[batch, keyTokens]`; 0 hides a key.
///   - scale: multiplies the scores; `1 / sqrt(size)` without.
///   - isCausal: hides what comes later; the last query and the last key are at the same place.
/// - Source: Dao et al. 2022, arXiv:2205.14135v2, algorithm 1.
public func attention(
  _ query: Tensor, _ key: Tensor, _ value: Tensor, mask: Tensor? = nil, scale: Float? = nil,
  isCausal: Bool = false
) -> Tensor {
  let size = Float(query.length(ofAxis: -1))
  let operation = Attention(
    scale: scale ?? 1 / size.squareRoot(), isCausal: isCausal, hasMask: mask != nil)
  return query.graph.apply(operation, to: [query, key, value] + (mask.map { [$0] } ?? []))[0]
}

extension Tensor {
  /// Rotary positions: the pairs (i, i + size / 2) of every head turned by the angles of its token.
  ///
  /// - Source: Su et al. 2021, arXiv:2104.09864v5, equation 34, with the pairs in halves.
  public func rotated(by angles: RotaryAngles) -> Tensor {
    graph.apply(Rotary(), self, angles.cosines, angles.sines)
  }
}
