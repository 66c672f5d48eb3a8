import CGenKernels

/// How a convolution walks: everything but the sizes of its operands.
struct ConvolutionGeometry: Hashable {
  /// One number for every spatial axis, in each of these.
  let stride: [Int]
  let dilation: [Int]
  let padBefore: [Int]
  let padAfter: [Int]
  let groupCount: Int

  /// The output of the given input and kernel `[out, in / groups, spatial…]`.
  func outputShape(input: Shape, kernel: Shape) throws -> Shape {
    let spatialRank = input.rank - 2
    try demand((1...3).contains(spatialRank), "needs [batch, 1 to 3 lengths, channels]")
    try demand(kernel.rank == input.rank, "the kernel has another number of axes")
    try demand(
      [stride, dilation, padBefore, padAfter].allSatisfy { $0.count == spatialRank }
        && (padBefore + padAfter).allSatisfy { $0 >= 0 },
      "strides or paddings do not fit the axes")
    try demand(kernel.allSatisfy { $0 > 0 }, "the kernel is empty")
    try demand(
      groupCount > 0 && kernel[1] * groupCount == input[input.rank - 1]
        && kernel[0] % groupCount == 0,
      "the kernel takes \(kernel[1] * groupCount) channels")
    var result = [input[0]]
    for axis in 0..<spatialRank {
      let reach = dilation[axis] * (kernel[axis + 2] - 1) + 1
      let room = input[axis + 1] + padBefore[axis] + padAfter[axis] - reach
      try demand(room >= 0, "the padded input is smaller than the kernel")
      result.append(room / stride[axis] + 1)
    }
    return Shape(result + [kernel[0]])
  }

  /// The kernels' description, for an input and a kernel that fit.
  func spec(input: Shape, kernel: Shape) -> CGenConvSpec {
    var spec = CGenConvSpec()
    spec.batch = Int64(input[0])
    spec.inChannels = Int64(input[input.rank - 1])
    spec.outChannels = Int64(kernel[0])
    spec.groups = Int64(groupCount)
    spec.input = extent(Array(input.dropFirst().dropLast()), 1)
    spec.kernel = extent(Array(kernel.dropFirst(2)), 1)
    spec.stride = extent(stride, 1)
    spec.dilation = extent(dilation, 1)
    spec.padBefore = extent(padBefore, 0)
    spec.padAfter = extent(padAfter, 0)
    spec.layout = .OIHW
    return spec
  }

  private func extent(_ values: [Int], _ missing: Int) -> CGenExtent {
    let all = [Int](repeating: missing, count: 3 - values.count) + values
    return CGenExtent(depth: Int64(all[0]), height: Int64(all[1]), width: Int64(all[2]))
  }
}

extension ConvolutionGeometry {
  /// The convolution of the output's gradient, with mirrored taps, that gives the input's: where
  /// steps are 1 oneDNN's forward kernels are the faster ones.
  fileprivate func mirrored(kernel: Shape) -> ConvolutionGeometry? {
    let reach = zip(dilation, kernel.dropFirst(2)).map { $0 * ($1 - 1) }
    let before = zip(reach, padBefore).map(-)
    let after = zip(reach, padAfter).map(-)
    guard groupCount == 1, stride.allSatisfy({ $0 == 1 }), (before + after).allSatisfy({ $0 >= 0 })
    else { return nil }
    return ConvolutionGeometry(
      stride: stride, dilation: dilation, padBefore: before, padAfter: after, groupCount: 1)
  }
}

extension Tensor {
  /// A kernel with inputs and outputs exchanged and its taps in the opposite order.
  fileprivate func mirroredTaps() -> Tensor {
    let swapped = graph.apply(Transpose(permutation: [1, 0] + Array(2..<shape.rank)), self)
    let starts = [0, 0] + swapped.shape.dropFirst(2).map { $0 - 1 }
    let steps = [1, 1] + [Int](repeating: -1, count: shape.rank - 2)
    return graph.apply(
      Slice(starts: starts, lengths: swapped.shape.dimensions, steps: steps), swapped)
  }
}

/// Convolution of `[batch, spatial…, channels]` with a kernel `[out, in / groups, spatial…]`.
struct Convolution: Operation {
  let geometry: ConvolutionGeometry
  var epilogue = Epilogue()

  var name: String { "convolution" + epilogue.label }
  var precision: Precision { .narrow }
  func keepsFull(input index: Int) -> Bool {
    index == 1 || index == epilogue.biasIndex || index == epilogue.slopesIndex
  }

  func outputs(for inputs: [TensorType]) throws -> [TensorType] {
    try demand(inputs.count == 2 + epilogue.operandCount, "lacks an operand")
    return [
      TensorType(try geometry.outputShape(input: inputs[0].shape, kernel: inputs[1].shape))
    ]
  }

  func prepare(_ call: OperationCall) throws -> Kernel {
    var spec = geometry.spec(input: call.inputs[0].shape, kernel: call.inputs[1].shape)
    spec.type = try call.inputs[0].kernelType
    spec.weightType = try call.inputs[1].kernelType
    spec.hasBias = epilogue.hasBias
    spec.hasResidual = epilogue.hasResidual
    spec.residualBeforeActivation = epilogue.residualBeforeActivation
    spec.activation = epilogue.activation
    spec.slope = epilogue.slope
    spec.weightsArePacked = call.constants[1] != nil
    let handle = try ConvolutionHandle(spec, .forward)
    let packed = try handle.packed(call.constants[1], spec)
    let epilogue = epilogue
    let output = 2 + epilogue.operandCount
    return Kernel { addresses in
      cgen_conv_forward(
        handle.pointer, addresses[0], packed?.base ?? addresses[1],
        epilogue.biasIndex.map { UnsafePointer(addresses[$0].floats) },
        epilogue.residualIndex.map { UnsafeRawPointer(addresses[$0]) },
        epilogue.slopesIndex.map { UnsafePointer(addresses[$0].floats) }, addresses[output]
      ).rawValue
    }
  }

  func gradient(_ call: GradientCall) throws -> [Tensor?] {
    guard epilogue.isEmpty else { throw TensorError.notDifferentiable(name) }
    let (input, kernel, upstream) = (call.inputs[0], call.inputs[1], try call.upstream())
    let inputGradient =
      geometry.mirrored(kernel: kernel.shape).map {
        upstream.graph.apply(Convolution(geometry: $0), upstream, kernel.mirroredTaps())
      }
      ?? upstream.graph.apply(
        ConvolutionInputGradient(geometry: geometry, input: input.shape), upstream, kernel)
    return [
      inputGradient,
      upstream.graph.apply(
        ConvolutionKernelGradient(geometry: geometry, kernel: kernel.shape), input, upstream),
    ]
  }

  func flopCount(inputs: [TensorType], outputs: [TensorType]) -> Int {
    2 * outputs[0].shape.elementCount * inputs[1].shape.dropFirst().reduce(1, *)
  }
}

/// The gradient of a convolution's input; the same thing is a transposed convolution.
///
/// - Inputs: the gradient of the output, the kernel.
struct ConvolutionInputGradient: Operation {
  let geometry: ConvolutionGeometry
  /// The shape of the convolution's input.
  let input: Shape

  var name: String { "transposed convolution" }
  var precision: Precision { .narrow }
  func keepsFull(input index: Int) -> Bool { index == 1 }

  func outputs(for inputs: [TensorType]) throws -> [TensorType] {
    let expected = try geometry.outputShape(input: input, kernel: inputs[1].shape)
    try demand(inputs[0].shape == expected, "needs an operand of the shape \(expected)")
    return [TensorType(input)]
  }

  func prepare(_ call: OperationCall) throws -> Kernel {
    var spec = geometry.spec(input: input, kernel: call.inputs[1].shape)
    spec.type = try call.inputs[0].kernelType
    spec.weightType = try call.inputs[1].kernelType
    spec.weightsArePacked = call.constants[1] != nil
    let handle = try ConvolutionHandle(spec, .backwardData)
    let packed = try handle.packed(call.constants[1], spec)
    return Kernel {
      cgen_conv_backward_data(handle.pointer, $0[0], packed?.base ?? $0[1], $0[2]).rawValue
    }
  }

  func gradient(_ call: GradientCall) throws -> [Tensor?] {
    let (source, kernel, upstream) = (call.inputs[0], call.inputs[1], try call.upstream())
    return [
      upstream.graph.apply(Convolution(geometry: geometry), upstream, kernel),
      upstream.graph.apply(
        ConvolutionKernelGradient(geometry: geometry, kernel: kernel.shape), upstream, source),
    ]
  }

  func flopCount(inputs: [TensorType], outputs: [TensorType]) -> Int {
    2 * inputs[0].shape.elementCount * inputs[1].shape.dropFirst().reduce(1, *)
  }
}

/// The gradient of a convolution's kernel, in f32.
///
/// - Inputs: the convolution's input, the gradient of its output.
struct ConvolutionKernelGradient: Operation {
  let geometry: ConvolutionGeometry
  let kernel: Shape

  var name: String { "convolution kernel gradient" }
  var precision: Precision { .narrow }
  func keepsFull(output index: Int) -> Bool { true }

  func outputs(for inputs: [TensorType]) throws -> [TensorType] {
    let expected = try geometry.outputShape(input: inputs[0].shape, kernel: kernel)
    try demand(inputs[1].shape == expected, "needs a gradient of the shape \(expected)")
    return [TensorType(kernel)]
  }

  func prepare(_ call: OperationCall) throws -> Kernel {
    var spec = geometry.spec(input: call.inputs[0].shape, kernel: kernel)
    spec.type = try call.inputs[0].kernelType
    spec.weightType = try call.outputs[0].kernelType
    let scratchByteCount = cgen_kernel_gradient_scratch(&spec)
    if scratchByteCount > 0 {
      return Kernel(scratchByteCount: scratchByteCount) { [spec] in
        var spec = spec
        return cgen_kernel_gradient(&spec, $0[0], $0[1], $0[2].floats, $0[3]).rawValue
      }
    }
    let handle = try ConvolutionHandle(spec, .backwardWeights)
    return Kernel {
      cgen_conv_backward_weights(handle.pointer, $0[0], $0[1], $0[2], nil).rawValue
    }
  }

  func flopCount(inputs: [TensorType], outputs: [TensorType]) -> Int {
    2 * inputs[1].shape.elementCount * kernel.dropFirst().reduce(1, *)
  }
}

/// A prepared convolution of oneDNN.
private final class ConvolutionHandle {
  let pointer: OpaquePointer
  private let pass: CGenConvPass

  init(_ spec: CGenConvSpec, _ pass: CGenConvPass) throws {
    var spec = spec
    var handle: OpaquePointer?
    let status = cgen_conv_create(&spec, pass, &handle)
    guard status == .ok, let handle else { throw kernelFailure("convolution", status.rawValue) }
    pointer = handle
    self.pass = pass
  }

  deinit { cgen_conv_destroy(pointer) }

  func packed(_ weights: NDArray?, _ spec: CGenConvSpec) throws -> PackedArray? {
    guard let weights else { return nil }
    return try PackedWeights.shared.packed(
      weights, key: "convolution \(pass.rawValue) \(spec)",
      byteCount: cgen_conv_packed_size(pointer)
    ) { cgen_conv_pack(pointer, $0, $1) }
  }
}

/// Zeros around the input of a convolution.
public enum Padding: Sendable, Hashable {
  case none
  /// As many as keep the size at stride 1; the odd one goes after.
  case same
  /// The same number on both sides of every axis.
  case symmetric(Int)
  /// One number for every spatial axis, before and after.
  case explicit(before: [Int], after: [Int])
}

extension Tensor {
  /// Convolution of `[batch, spatial…, channels]` in 1, 2 or 3 dimensions with a kernel
  /// `[out, in / groups, spatial…]`, plus `bias [out]`.
  public func convolved(
    with kernel: Tensor, bias: Tensor? = nil, stride: Int = 1, padding: Padding = .same,
    dilation: Int = 1, groupCount: Int = 1
  ) -> Tensor {
    guard stride > 0, dilation > 0, kernel.shape.rank == shape.rank, shape.rank > 2 else {
      graph.fail(
        .operation("convolution", shapes: [shape, kernel.shape], reason: "the axes do not fit"))
      return self
    }
    let geometry = ConvolutionGeometry(
      kernel: kernel.shape, stride: stride, padding: padding, dilation: dilation,
      groupCount: groupCount)
    let result = graph.apply(Convolution(geometry: geometry), self, kernel)
    return bias.map { result + $0 } ?? result
  }

  /// Transposed convolution: a kernel `[in, out / groups, spatial…]`, plus `bias [out]`.
  ///
  /// The size along an axis is
  /// `(size - 1) * stride - padding + dilation * (kernel - 1) + 1 + outputPadding`.
  public func transposeConvolved(
    with kernel: Tensor, bias: Tensor? = nil, stride: Int = 1, padding: Padding = .none,
    outputPadding: Int = 0, dilation: Int = 1, groupCount: Int = 1
  ) -> Tensor {
    guard stride > 0, dilation > 0, kernel.shape.rank == shape.rank, shape.rank > 2,
      shape.last == kernel.shape[0]
    else {
      graph.fail(
        .operation(
          "transposed convolution", shapes: [shape, kernel.shape],
          reason: "the axes do not fit"))
      return self
    }
    let geometry = ConvolutionGeometry(
      kernel: kernel.shape, stride: stride, padding: padding, dilation: dilation,
      groupCount: groupCount)
    let lengths = (0..<shape.rank - 2).map { axis in
      (shape[axis + 1] - 1) * stride + dilation * (kernel.shape[axis + 2] - 1) + 1
        + outputPadding - geometry.padBefore[axis] - geometry.padAfter[axis]
    }
    guard lengths.allSatisfy({ $0 > 0 }) else {
      graph.fail(
        .operation(
          "transposed convolution", shapes: [shape, kernel.shape], reason: "nothing is left"))
      return self
    }
    let target = Shape([shape[0]] + lengths + [kernel.shape[1] * groupCount])
    let result = graph.apply(
      ConvolutionInputGradient(geometry: geometry, input: target), self, kernel)
    return bias.map { result + $0 } ?? result
  }
}

extension ConvolutionGeometry {
  /// - Requires: a kernel of at least three axes.
  fileprivate init(
    kernel: Shape, stride: Int, padding: Padding, dilation: Int, groupCount: Int
  ) {
    let spatialRank = kernel.rank - 2
    self.stride = [Int](repeating: stride, count: spatialRank)
    self.dilation = [Int](repeating: dilation, count: spatialRank)
    self.groupCount = groupCount
    let reach = kernel.dropFirst(2).map { dilation * ($0 - 1) }
    switch padding {
    case .none: (padBefore, padAfter) = (reach.map { _ in 0 }, reach.map { _ in 0 })
    case .same: (padBefore, padAfter) = (reach.map { $0 / 2 }, reach.map { $0 - $0 / 2 })
    case .symmetric(let count):
      (padBefore, padAfter) = (reach.map { _ in count }, reach.map { _ in count })
    case .explicit(let before, let after): (padBefore, padAfter) = (before, after)
    }
  }
}
