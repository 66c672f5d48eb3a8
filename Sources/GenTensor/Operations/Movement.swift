import CGenKernels

extension TensorType {
  /// A kernel type of the same width, for copies that do not look at the numbers.
  var carrierType: CGenType {
    get throws {
      switch elementType.byteCount {
      case 4: .float32
      case 2: .bfloat16
      default:
        throw TensorError.operation(
          "movement", shapes: [shape], reason: "\(elementType.rawValue) numbers are not moved")
      }
    }
  }
}

/// The same numbers in the same order under another shape; costs nothing.
struct Reshape: Operation {
  let shape: Shape

  var name: String { "reshape" }
  var precision: Precision { .uniform }
  var isView: Bool { true }

  func outputs(for inputs: [TensorType]) throws -> [TensorType] {
    try demand(
      inputs[0].shape.elementCount == shape.elementCount, "\(shape) holds another number")
    return [TensorType(shape, inputs[0].elementType)]
  }

  func simplified(_ inputs: [Tensor]) -> Tensor? {
    if inputs[0].shape == shape { return inputs[0] }
    guard let (_, source) = inputs[0].maker(as: Reshape.self) else { return nil }
    return source[0].graph.apply(self, source[0])
  }

  func prepare(_ call: OperationCall) -> Kernel { Kernel { _ in 0 } }
  func gradient(_ call: GradientCall) throws -> [Tensor?] {
    [try call.upstream().reshaped(to: call.inputs[0].shape)]
  }
  func flopCount(inputs: [TensorType], outputs: [TensorType]) -> Int { 0 }
}

/// Axes in another order: axis `i` of the result is axis `permutation[i]` of the input.
struct Transpose: Operation {
  let permutation: [Int]

  var name: String { "transpose" }
  var precision: Precision { .uniform }

  func outputs(for inputs: [TensorType]) throws -> [TensorType] {
    let shape = inputs[0].shape
    try demand(
      permutation.sorted() == Array(shape.indices), "\(permutation) does not order its axes")
    return [TensorType(Shape(permutation.map { shape[$0] }), inputs[0].elementType)]
  }

  func simplified(_ inputs: [Tensor]) -> Tensor? {
    let shape = inputs[0].shape
    guard permutation.filter({ shape[$0] != 1 }) == shape.indices.filter({ shape[$0] != 1 })
    else { return nil }
    return inputs[0].reshaped(to: Shape(permutation.map { shape[$0] }))
  }

  func prepare(_ call: OperationCall) throws -> Kernel {
    let input = call.inputs[0]
    let type = try input.carrierType
    let strides = input.shape.strides
    return StridedCopy(
      shape: call.outputs[0].shape.dimensions, from: permutation.map { strides[$0] },
      to: call.outputs[0].shape.strides, type: type
    ).kernel()
  }

  func gradient(_ call: GradientCall) throws -> [Tensor?] {
    var inverse = permutation
    for (index, axis) in permutation.enumerated() { inverse[axis] = index }
    return [call.inputs[0].graph.apply(Transpose(permutation: inverse), try call.upstream())]
  }
  func flopCount(inputs: [TensorType], outputs: [TensorType]) -> Int { 0 }
}

/// A box of the input, every `steps[i]`th element of axis `i`; negative steps walk backwards.
struct Slice: Operation {
  let starts: [Int]
  let lengths: [Int]
  let steps: [Int]

  var name: String { "slice" }
  var precision: Precision { .uniform }

  func outputs(for inputs: [TensorType]) throws -> [TensorType] {
    let shape = inputs[0].shape
    try demand(starts.count == shape.rank, "has another number of axes")
    for axis in shape.indices where lengths[axis] > 0 {
      let last = starts[axis] + (lengths[axis] - 1) * steps[axis]
      let inside = 0..<shape[axis]
      try demand(
        inside.contains(starts[axis]) && inside.contains(last),
        "\(starts[axis])...\(last) is outside axis \(axis)")
    }
    try demand(lengths.allSatisfy { $0 >= 0 }, "has a negative length")
    return [TensorType(Shape(lengths), inputs[0].elementType)]
  }

  func simplified(_ inputs: [Tensor]) -> Tensor? {
    Shape(lengths) == inputs[0].shape && steps.allSatisfy { $0 == 1 } ? inputs[0] : nil
  }

  func prepare(_ call: OperationCall) throws -> Kernel {
    let input = call.inputs[0]
    let strides = input.shape.strides
    let offset = zip(starts, strides).reduce(0) { $0 + $1.0 * $1.1 }
    return StridedCopy(
      shape: lengths, from: zip(strides, steps).map(*), to: Shape(lengths).strides,
      type: try input.carrierType, fromOffset: offset * input.elementType.byteCount
    ).kernel()
  }

  func gradient(_ call: GradientCall) throws -> [Tensor?] {
    let placement = Placement(shape: call.inputs[0].shape, starts: starts, steps: steps)
    return [call.inputs[0].graph.apply(placement, try call.upstream())]
  }
  func flopCount(inputs: [TensorType], outputs: [TensorType]) -> Int { 0 }
}

/// The input as a box inside zeros; the gradient of ``Slice``, and padding.
struct Placement: Operation {
  let shape: Shape
  let starts: [Int]
  let steps: [Int]

  var name: String { "pad" }
  var precision: Precision { .uniform }

  func outputs(for inputs: [TensorType]) throws -> [TensorType] {
    let slice = Slice(starts: starts, lengths: inputs[0].shape.dimensions, steps: steps)
    _ = try slice.outputs(for: [TensorType(shape)])
    return [TensorType(shape, inputs[0].elementType)]
  }

  func prepare(_ call: OperationCall) throws -> Kernel {
    let input = call.inputs[0]
    let strides = shape.strides
    let offset = zip(starts, strides).reduce(0) { $0 + $1.0 * $1.1 }
    let copy = StridedCopy(
      shape: input.shape.dimensions, from: input.shape.strides,
      to: zip(strides, steps).map(*), type: try input.carrierType,
      toOffset: offset * input.elementType.byteCount)
    let clear = Fill.zeroing(call.outputs[0])
    return Kernel { addresses in
      let status = clear.run(addresses + 1)
      return status == 0 ? copy.run(addresses[0], addresses[1]) : status
    }
  }

  func gradient(_ call: GradientCall) throws -> [Tensor?] {
    let slice = Slice(
      starts: starts, lengths: call.inputs[0].shape.dimensions, steps: steps)
    return [call.inputs[0].graph.apply(slice, try call.upstream())]
  }
  func flopCount(inputs: [TensorType], outputs: [TensorType]) -> Int { 0 }
}

/// The inputs one after another along an axis.
struct Concatenation: Operation {
  let axis: Int

  var name: String { "concatenate" }
  var precision: Precision { .uniform }

  func outputs(for inputs: [TensorType]) throws -> [TensorType] {
    let first = inputs[0].shape
    try demand(first.indices.contains(axis), "there is no axis \(axis)")
    for input in inputs {
      try demand(input.shape.rank == first.rank, "the numbers of axes differ")
      try demand(
        input.shape.replacing(axis: axis, with: 0) == first.replacing(axis: axis, with: 0),
        "the other axes differ")
      try demand(input.elementType == inputs[0].elementType, "the types differ")
    }
    let length = inputs.reduce(0) { $0 + $1.shape[axis] }
    return [TensorType(first.replacing(axis: axis, with: length), inputs[0].elementType)]
  }

  func simplified(_ inputs: [Tensor]) -> Tensor? { inputs.count == 1 ? inputs[0] : nil }

  func prepare(_ call: OperationCall) throws -> Kernel {
    let strides = call.outputs[0].shape.strides
    var start = 0
    let copies = try call.inputs.map { input in
      defer { start += input.shape[axis] }
      return StridedCopy(
        shape: input.shape.dimensions, from: input.shape.strides, to: strides,
        type: try input.carrierType,
        toOffset: start * strides[axis] * input.elementType.byteCount)
    }
    return Kernel { addresses in
      for (index, copy) in copies.enumerated() {
        let status = copy.run(addresses[index], addresses[copies.count])
        if status != 0 { return status }
      }
      return 0
    }
  }

  func gradient(_ call: GradientCall) throws -> [Tensor?] {
    try call.upstream().split(alongAxis: axis, lengths: call.inputs.map { $0.shape[axis] }).map {
      $0
    }
  }
  func flopCount(inputs: [TensorType], outputs: [TensorType]) -> Int { 0 }
}

/// The input cut into pieces along an axis.
struct Split: Operation {
  let axis: Int
  let lengths: [Int]

  var name: String { "split" }
  var precision: Precision { .uniform }

  func outputs(for inputs: [TensorType]) throws -> [TensorType] {
    let shape = inputs[0].shape
    try demand(shape.indices.contains(axis), "there is no axis \(axis)")
    try demand(
      lengths.allSatisfy { $0 >= 0 } && lengths.reduce(0, +) == shape[axis],
      "\(lengths) do not add up to \(shape[axis])")
    return lengths.map {
      TensorType(shape.replacing(axis: axis, with: $0), inputs[0].elementType)
    }
  }

  func prepare(_ call: OperationCall) throws -> Kernel {
    let input = call.inputs[0]
    let strides = input.shape.strides
    var start = 0
    let copies = try call.outputs.map { output in
      defer { start += output.shape[axis] }
      return StridedCopy(
        shape: output.shape.dimensions, from: strides, to: output.shape.strides,
        type: try input.carrierType,
        fromOffset: start * strides[axis] * input.elementType.byteCount)
    }
    return Kernel { addresses in
      for (index, copy) in copies.enumerated() {
        let status = copy.run(addresses[0], addresses[1 + index])
        if status != 0 { return status }
      }
      return 0
    }
  }

  func gradient(_ call: GradientCall) throws -> [Tensor?] {
    let graph = call.inputs[0].graph
    let pieces = zip(call.outputs, call.outputGradients).map { $1 ?? graph.filled(0, $0.shape) }
    return [graph.apply(Concatenation(axis: axis), to: pieces)[0]]
  }
  func flopCount(inputs: [TensorType], outputs: [TensorType]) -> Int { 0 }
}

/// The input repeated along axes of length 1.
struct Expand: Operation {
  let shape: Shape

  var name: String { "expand" }
  var precision: Precision { .uniform }

  func outputs(for inputs: [TensorType]) throws -> [TensorType] {
    try demand(inputs[0].shape.broadcast(with: shape) == shape, "does not broadcast to \(shape)")
    return [TensorType(shape, inputs[0].elementType)]
  }

  func simplified(_ inputs: [Tensor]) -> Tensor? {
    inputs[0].shape == shape ? inputs[0] : nil
  }

  func prepare(_ call: OperationCall) throws -> Kernel {
    let copy = ElementwiseChain.Step(Elementwise(.copy), operands: [0])
    return try ElementwiseChain(inputCount: 1, steps: [copy], results: [1]).prepare(call)
  }

  func gradient(_ call: GradientCall) throws -> [Tensor?] {
    [try call.upstream().summed(to: call.inputs[0].shape)]
  }
  func flopCount(inputs: [TensorType], outputs: [TensorType]) -> Int { 0 }
}

/// One number everywhere.
struct Fill: Operation {
  let value: Float
  let shape: Shape

  var name: String { "fill \(value)" }

  func outputs(for inputs: [TensorType]) -> [TensorType] { [TensorType(shape)] }

  func prepare(_ call: OperationCall) throws -> Kernel {
    let count = Int64(call.outputs[0].shape.elementCount)
    let type = try call.outputs[0].kernelType
    return Kernel { [value] in cgen_fill(value, $0[0], type, count).rawValue }
  }

  func gradient(_ call: GradientCall) -> [Tensor?] { [] }

  /// Writes zeros to the first address.
  static func zeroing(_ type: TensorType) -> Kernel {
    let byteCount = type.byteCount
    return Kernel {
      $0[0].initializeMemory(as: UInt8.self, repeating: 0, count: byteCount)
      return 0
    }
  }
}

/// A copy between two boxes of memory.
final class StridedCopy {
  private let rank: Int32
  private let shape: FixedIntegers
  private let fromStrides: FixedIntegers
  private let toStrides: FixedIntegers
  private let type: CGenType
  private let fromOffset: Int
  private let toOffset: Int
  private let isEmpty: Bool

  /// Offsets in bytes; neighbouring axes that both sides walk in one stride are joined.
  init(
    shape: [Int], from: [Int], to: [Int], type: CGenType, fromOffset: Int = 0, toOffset: Int = 0
  ) {
    var joined: [(length: Int, from: Int, to: Int)] = []
    for axis in shape.indices where shape[axis] != 1 {
      if let last = joined.last, last.from == from[axis] * shape[axis],
        last.to == to[axis] * shape[axis]
      {
        joined[joined.count - 1] = (last.length * shape[axis], from[axis], to[axis])
      } else {
        joined.append((shape[axis], from[axis], to[axis]))
      }
    }
    if joined.isEmpty { joined = [(1, 1, 1)] }
    rank = Int32(joined.count)
    self.shape = FixedIntegers(joined.map(\.length))
    fromStrides = FixedIntegers(joined.map(\.from))
    toStrides = FixedIntegers(joined.map(\.to))
    self.type = type
    self.fromOffset = fromOffset
    self.toOffset = toOffset
    isEmpty = shape.contains(0)
  }

  func run(_ source: UnsafeMutableRawPointer, _ target: UnsafeMutableRawPointer) -> Int32 {
    guard !isEmpty else { return 0 }
    return cgen_strided_copy(
      rank, shape.address, source + fromOffset, fromStrides.address, target + toOffset,
      toStrides.address, type
    ).rawValue
  }

  func kernel() -> Kernel {
    Kernel { self.run($0[0], $0[1]) }
  }
}
