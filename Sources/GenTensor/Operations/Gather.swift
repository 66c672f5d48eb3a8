import CGenKernels

/// Rows of a table by number: table `[rows, width]`, indices `i32 […]`, result `[…, width]`.
struct Gather: Operation {
  var name: String { "gather" }
  func keepsFull(input index: Int) -> Bool { true }

  func outputs(for inputs: [TensorType]) throws -> [TensorType] {
    try demand(inputs[0].shape.rank == 2, "the table is not [rows, width]")
    try demand(inputs[1].elementType == .i32, "the indices are not i32")
    return [
      TensorType(Shape(inputs[1].shape + [inputs[0].shape[1]]), inputs[0].elementType)
    ]
  }

  func prepare(_ call: OperationCall) throws -> Kernel {
    let (rows, width) = (Int64(call.inputs[0].shape[0]), Int64(call.inputs[0].shape[1]))
    let count = Int64(call.inputs[1].shape.elementCount)
    let type = try call.inputs[0].kernelType
    return Kernel {
      cgen_gather_rows(
        $0[0], rows, width, type, $0[1].assumingMemoryBound(to: Int32.self), count, $0[2]
      ).rawValue
    }
  }

  func gradient(_ call: GradientCall) throws -> [Tensor?] {
    let scatter = ScatterAdd(rowCount: call.inputs[0].shape[0])
    return [call.inputs[0].graph.apply(scatter, try call.upstream(), call.inputs[1]), nil]
  }
  func flopCount(inputs: [TensorType], outputs: [TensorType]) -> Int { 0 }
}

/// A table of zeros to which rows are added by number; the gradient of ``Gather``.
struct ScatterAdd: Operation {
  let rowCount: Int

  var name: String { "scatter" }
  func keepsFull(output index: Int) -> Bool { true }

  func outputs(for inputs: [TensorType]) throws -> [TensorType] {
    try demand(
      inputs[0].shape.dropLast().elementsEqual(inputs[1].shape), "rows and indices differ")
    try demand(inputs[1].elementType == .i32, "the indices are not i32")
    return [TensorType([rowCount, inputs[0].shape.last ?? 1])]
  }

  func prepare(_ call: OperationCall) throws -> Kernel {
    let (rows, width) = (Int64(rowCount), Int64(call.outputs[0].shape[1]))
    let count = Int64(call.inputs[1].shape.elementCount)
    let type = try call.inputs[0].kernelType
    let clear = Fill.zeroing(call.outputs[0])
    return Kernel { addresses in
      let status = clear.run(addresses + 2)
      guard status == 0 else { return status }
      return cgen_scatter_add_rows(
        addresses[0], type, addresses[1].assumingMemoryBound(to: Int32.self), count, width,
        addresses[2].floats, rows
      ).rawValue
    }
  }

  func gradient(_ call: GradientCall) throws -> [Tensor?] {
    [call.inputs[0].graph.apply(Gather(), try call.upstream(), call.inputs[1]), nil]
  }
}

/// Cross entropy of logits `[…, classes]` against class numbers `i32 […]`; negative ones are ignored.
///
/// - Outputs: the losses `[…]`; softmax minus one-hot, like the logits, for the gradient.
struct CrossEntropy: Operation {
  var name: String { "cross entropy" }
  var precision: Precision { .full }

  func outputs(for inputs: [TensorType]) throws -> [TensorType] {
    try demand(inputs[1].elementType == .i32, "the targets are not i32")
    try demand(
      inputs[0].shape.rank >= 1 && inputs[0].shape.dropLast().elementsEqual(inputs[1].shape),
      "logits and targets differ")
    return [TensorType(inputs[1].shape), TensorType(inputs[0].shape)]
  }

  func prepare(_ call: OperationCall) throws -> Kernel {
    let (rows, columns) = rowsAndColumns(call.inputs[0].shape)
    let type = try call.inputs[0].kernelType
    return Kernel {
      cgen_cross_entropy(
        $0[0], type, rows, columns, $0[1].assumingMemoryBound(to: Int32.self), $0[2].floats,
        $0[3], 1
      ).rawValue
    }
  }

  func gradient(_ call: GradientCall) throws -> [Tensor?] {
    let upstream = try call.upstream()
    return [call.outputs[1] * upstream.reshaped(to: upstream.shape.dimensions + [1]), nil]
  }

  func flopCount(inputs: [TensorType], outputs: [TensorType]) -> Int {
    5 * inputs[0].shape.elementCount
  }
}

extension Tensor {
  /// Rows of this table `[rows, width]` by number; an index outside it stops the program.
  public func gathered(at indices: Tensor) -> Tensor { graph.apply(Gather(), self, indices) }

  /// Cross entropy of these logits `[…, classes]` against class numbers; negative ones give 0.
  public func crossEntropy(targets: Tensor) -> Tensor {
    graph.apply(CrossEntropy(), to: [self, targets])[0]
  }

  /// The mean of the squared differences.
  public func meanSquaredError(to target: Tensor) -> Tensor { (self - target).squared().mean() }
}
