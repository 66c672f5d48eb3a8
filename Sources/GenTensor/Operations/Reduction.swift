import CGenKernels

/// One number from all the numbers along some axes, which the result keeps with length 1.
struct Reduction: Operation {
  let kind: CGenReduction
  /// Counted from the front, rising.
  let axes: [Int]

  var name: String {
    switch kind {
    case .mean: "mean"
    case .maximum: "maximum along"
    case .minimum: "minimum along"
    case .sumOfSquares: "sum of squares along"
    case .product: "product along"
    default: "sum"
    }
  }

  func outputs(for inputs: [TensorType]) throws -> [TensorType] {
    let shape = inputs[0].shape
    try demand(axes.allSatisfy { shape.indices.contains($0) }, "there is no such axis")
    try demand(Set(axes).count == axes.count, "an axis is named twice")
    return [TensorType(Shape(shape.indices.map { axes.contains($0) ? 1 : shape[$0] }))]
  }

  func prepare(_ call: OperationCall) throws -> Kernel {
    let (input, output) = (call.inputs[0], call.outputs[0])
    let rank = Int32(input.shape.rank)
    let shape = FixedIntegers(input.shape.dimensions)
    let mask = axes.reduce(UInt32(0)) { $0 | 1 << UInt32($1) }
    let (inputType, outputType) = (try input.kernelType, try output.kernelType)
    return Kernel { [kind] addresses in
      cgen_reduce(
        kind, rank, shape.address, mask, addresses[0], inputType, addresses[1], outputType, false
      ).rawValue
    }
  }

  func gradient(_ call: GradientCall) throws -> [Tensor?] {
    let (x, y, upstream) = (call.inputs[0], call.outputs[0], try call.upstream())
    let count = Float(axes.reduce(1) { $0 * x.shape[$1] })
    switch kind {
    case .sum: return [upstream.expanded(to: x.shape)]
    case .mean: return [(upstream * (1 / count)).expanded(to: x.shape)]
    case .maximum, .minimum:
      let winners = x.isEqual(to: y)
      return [winners * (upstream / winners.sum(alongAxes: axes))]
    case .sumOfSquares: return [x * (upstream * 2)]
    default: throw TensorError.notDifferentiable(name)
    }
  }

  func flopCount(inputs: [TensorType], outputs: [TensorType]) -> Int {
    inputs[0].shape.elementCount
  }

  var precision: Precision { .full }
  func keepsFull(input index: Int) -> Bool { false }
}

/// Exponentials of the rows (the last axis) times `scale`, divided by their sum.
struct Softmax: Operation {
  let scale: Float

  var precision: Precision { .uniform }
  var name: String { "softmax" }
  var reusableInputs: [Int] { [0] }

  func outputs(for inputs: [TensorType]) throws -> [TensorType] {
    try demand(inputs[0].shape.rank >= 1, "needs an axis")
    return [TensorType(inputs[0].shape)]
  }

  func prepare(_ call: OperationCall) throws -> Kernel {
    let (rows, columns) = rowsAndColumns(call.inputs[0].shape)
    let type = try call.inputs[0].kernelType
    return Kernel { [scale] in
      cgen_softmax_forward($0[0], $0[1], type, rows, columns, scale).rawValue
    }
  }

  func gradient(_ call: GradientCall) throws -> [Tensor?] {
    [
      call.inputs[0].graph.apply(
        SoftmaxGradient(scale: scale), call.outputs[0], try call.upstream())
    ]
  }

  func flopCount(inputs: [TensorType], outputs: [TensorType]) -> Int {
    4 * inputs[0].shape.elementCount
  }
}

/// The gradient of softmax's input from its output and the gradient of that.
struct SoftmaxGradient: Operation {
  let scale: Float

  var name: String { "softmax gradient" }
  var precision: Precision { .uniform }

  func outputs(for inputs: [TensorType]) throws -> [TensorType] { [TensorType(inputs[0].shape)] }

  func prepare(_ call: OperationCall) throws -> Kernel {
    let (rows, columns) = rowsAndColumns(call.inputs[0].shape)
    let type = try call.inputs[0].kernelType
    return Kernel { [scale] in
      cgen_softmax_backward($0[0], $0[1], $0[2], type, rows, columns, scale).rawValue
    }
  }
}

/// The place of the largest number of every row, as `i32`.
struct ArgumentOfMaximum: Operation {
  var name: String { "place of maximum" }

  func outputs(for inputs: [TensorType]) throws -> [TensorType] {
    try demand(inputs[0].shape.rank >= 1, "needs an axis")
    return [TensorType(Shape(inputs[0].shape.dropLast()), .i32)]
  }

  func prepare(_ call: OperationCall) throws -> Kernel {
    let (rows, columns) = rowsAndColumns(call.inputs[0].shape)
    let type = try call.inputs[0].kernelType
    return Kernel {
      cgen_argmax($0[0], type, rows, columns, $0[1].assumingMemoryBound(to: Int32.self)).rawValue
    }
  }

  func gradient(_ call: GradientCall) -> [Tensor?] { [nil] }
  var precision: Precision { .full }
}

/// A shape as rows of its last axis.
func rowsAndColumns(_ shape: Shape) -> (rows: Int64, columns: Int64) {
  let columns = shape.last ?? 1
  return (Int64(shape.elementCount / Swift.max(columns, 1)), Int64(columns))
}

extension Tensor {
  /// The sum along the axes, which are kept with length 1; every axis without an argument.
  public func sum(alongAxes axes: [Int]? = nil) -> Tensor { reduced(.sum, axes) }
  public func mean(alongAxes axes: [Int]? = nil) -> Tensor { reduced(.mean, axes) }
  public func maximum(alongAxes axes: [Int]?) -> Tensor { reduced(.maximum, axes) }
  public func minimum(alongAxes axes: [Int]?) -> Tensor { reduced(.minimum, axes) }
  public func sumOfSquares(alongAxes axes: [Int]? = nil) -> Tensor { reduced(.sumOfSquares, axes) }

  /// Softmax of `scale` times the numbers of every row (the last axis).
  public func softmax(scale: Float = 1) -> Tensor { graph.apply(Softmax(scale: scale), self) }

  /// The place of the largest number of every row (the last axis); the first of equals.
  public func argumentOfMaximum() -> Tensor { graph.apply(ArgumentOfMaximum(), self) }

  private func reduced(_ kind: CGenReduction, _ axes: [Int]?) -> Tensor {
    let counted = (axes ?? Array(shape.indices)).map { shape.axis($0) ?? shape.rank }
    return graph.apply(Reduction(kind: kind, axes: counted.sorted()), self)
  }
}
