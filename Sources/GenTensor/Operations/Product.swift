import CGenKernels

/// What a product or convolution does to its result before it is stored.
///
/// The extra operands follow the first two in the order of these properties.
struct Epilogue: Hashable {
  var hasBias = false
  var activation: CGenActivation = .none
  /// The slope of leaky ReLU.
  var slope: Float = 0
  var hasResidual = false
  var residualBeforeActivation = false

  var hasSlopes: Bool { activation == .pRelu }
  var operandCount: Int { (hasBias ? 1 : 0) + (hasSlopes ? 1 : 0) + (hasResidual ? 1 : 0) }
  var isEmpty: Bool { self == Epilogue() }
  /// Where each operand is; nothing when there is none.
  var biasIndex: Int? { hasBias ? 2 : nil }
  var slopesIndex: Int? { hasSlopes ? (hasBias ? 3 : 2) : nil }
  var residualIndex: Int? { hasResidual ? 1 + operandCount : nil }

  var label: String {
    var parts: [String] = []
    if hasBias { parts.append("bias") }
    if hasResidual && residualBeforeActivation { parts.append("residual") }
    if activation != .none { parts.append("activation") }
    if hasResidual && !residualBeforeActivation { parts.append("residual") }
    return parts.isEmpty ? "" : " + " + parts.joined(separator: " + ")
  }
}

/// Matrix product of the last two axes, with what follows it fused in.
///
/// - Inputs: left `[…, rows, inner]`, right `[inner, columns]` or one for every left; the last two
///   axes swapped where `transposes…` says so; then the epilogue's.
struct Product: Operation {
  var transposesLeft = false
  var transposesRight = false
  var epilogue = Epilogue()

  var name: String { "product" + epilogue.label }
  var precision: Precision { .narrow }
  func keepsFull(input index: Int) -> Bool { index == epilogue.biasIndex }

  func outputs(for inputs: [TensorType]) throws -> [TensorType] {
    try demand(inputs.count == 2 + epilogue.operandCount, "lacks an operand")
    let (left, right) = (inputs[0].shape, inputs[1].shape)
    try demand(left.rank >= 2 && right.rank >= 2, "needs two axes on either side")
    let size = sizes(left, right)
    try demand(
      size.inner == right[right.rank - (transposesRight ? 1 : 2)], "the inner lengths differ")
    try demand(
      right.rank == 2 || right.dropLast(2).elementsEqual(left.dropLast(2)), "the batches differ")
    return [TensorType(Shape(left.dropLast(2) + [size.rows, size.columns]))]
  }

  private func sizes(_ left: Shape, _ right: Shape) -> (rows: Int, inner: Int, columns: Int) {
    let (height, width) = (left[left.rank - 2], left[left.rank - 1])
    let columns = right[right.rank - (transposesRight ? 2 : 1)]
    return transposesLeft ? (width, height, columns) : (height, width, columns)
  }

  func prepare(_ call: OperationCall) throws -> Kernel {
    let (left, right) = (call.inputs[0].shape, call.inputs[1].shape)
    let size = sizes(left, right)
    let isFlat = right.rank == 2 && !transposesLeft
    let batch = left.dropLast(2).reduce(1, *)
    var spec = CGenMatmulSpec()
    spec.batch = isFlat ? 1 : Int64(batch)
    spec.rows = Int64(isFlat ? batch * size.rows : size.rows)
    spec.columns = Int64(size.columns)
    spec.inner = Int64(size.inner)
    spec.transposesA = transposesLeft
    spec.transposesB = transposesRight
    spec.sharesB = right.rank == 2 && spec.batch > 1
    spec.aType = try call.inputs[0].kernelType
    spec.bType = try call.inputs[1].kernelType
    spec.outType = try call.outputs[0].kernelType
    spec.hasBias = epilogue.hasBias
    spec.hasResidual = epilogue.hasResidual
    spec.residualBeforeActivation = epilogue.residualBeforeActivation
    spec.activation = epilogue.activation
    spec.slope = epilogue.slope
    guard call.outputs[0].shape.elementCount > 0 else { return Kernel { _ in 0 } }
    guard size.inner > 0 else { return Fill.zeroing(call.outputs[0]) }
    return try kernel(spec, constant: right.rank == 2 ? call.constants[1] : nil)
  }

  private func kernel(_ spec: CGenMatmulSpec, constant: NDArray?) throws -> Kernel {
    var spec = spec
    spec.bIsPacked = constant != nil
    let handle = try MatmulHandle(spec)
    let packed = try constant.map { weights in
      try PackedWeights.shared.packed(
        weights, key: "matmul \(spec)", byteCount: cgen_matmul_packed_size(handle.pointer)
      ) { cgen_matmul_pack(handle.pointer, $0, $1) }
    }
    let (bias, residual) = (epilogue.biasIndex, epilogue.residualIndex)
    let output = 2 + epilogue.operandCount
    return Kernel { addresses in
      cgen_matmul_execute(
        handle.pointer, addresses[0], packed?.base ?? addresses[1],
        bias.map { UnsafePointer(addresses[$0].floats) },
        residual.map { UnsafeRawPointer(addresses[$0]) }, addresses[output]
      ).rawValue
    }
  }

  func gradient(_ call: GradientCall) throws -> [Tensor?] {
    guard epilogue.isEmpty else { throw TensorError.notDifferentiable(name) }
    let (left, right, upstream) = (call.inputs[0], call.inputs[1], try call.upstream())
    let leftGradient =
      transposesLeft
      ? right.product(upstream, transposesRight, true)
      : upstream.product(right, false, !transposesRight)
    if right.shape.rank == 2, !transposesLeft, left.shape.rank > 2 {
      let flatLeft = left.reshaped(to: [-1, left.length(ofAxis: -1)])
      let flatUpstream = upstream.reshaped(to: [-1, upstream.length(ofAxis: -1)])
      return [leftGradient, rightGradient(flatLeft, flatUpstream)]
    }
    let gradient = rightGradient(left, upstream)
    return [leftGradient, gradient.summed(to: right.shape)]
  }

  private func rightGradient(_ left: Tensor, _ upstream: Tensor) -> Tensor {
    transposesRight
      ? upstream.product(left, true, transposesLeft)
      : left.product(upstream, !transposesLeft, false)
  }

  func flopCount(inputs: [TensorType], outputs: [TensorType]) -> Int {
    2 * outputs[0].shape.elementCount * sizes(inputs[0].shape, inputs[1].shape).inner
  }
}

/// A prepared product of oneDNN.
private final class MatmulHandle {
  let pointer: OpaquePointer

  init(_ spec: CGenMatmulSpec) throws {
    var spec = spec
    var handle: OpaquePointer?
    let status = cgen_matmul_create(&spec, &handle)
    guard status == .ok, let handle else { throw kernelFailure("product", status.rawValue) }
    pointer = handle
  }

  deinit { cgen_matmul_destroy(pointer) }
}

extension Tensor {
  /// The matrix product over the last two axes; `other` is one matrix, or one for every matrix here.
  ///
  /// - Parameter transposed: whether `other` is stored `[columns, inner]`.
  public func matmul(_ other: Tensor, transposed: Bool = false) -> Tensor {
    product(other, false, transposed)
  }

  /// A fully connected layer: the last axis times `weight [out, in]`, plus `bias [out]`.
  public func linear(_ weight: Tensor, _ bias: Tensor? = nil) -> Tensor {
    let rows = shape.rank == 1 ? reshaped(to: [1, -1]) : self
    let result = rows.product(weight, false, true)
    let biased = bias.map { result + $0 } ?? result
    return shape.rank == 1 ? biased.reshaped(to: [-1]) : biased
  }

  func product(_ other: Tensor, _ transposesLeft: Bool, _ transposesRight: Bool) -> Tensor {
    graph.apply(
      Product(transposesLeft: transposesLeft, transposesRight: transposesRight), self, other)
  }
}
