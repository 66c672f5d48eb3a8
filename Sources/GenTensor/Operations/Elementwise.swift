import CGenKernels

/// A function of one, two or three numbers, applied to every element; operands broadcast.
struct Elementwise: Operation {
  let function: CGenOp
  /// The constant of the functions that have one.
  var immediate: Float = 0

  init(_ function: CGenOp, _ immediate: Float = 0) {
    self.function = function
    self.immediate = immediate
  }

  var name: String { function.name }
  var operandCount: Int { function.operandCount }
  var reusableInputs: [Int] { Array(0..<operandCount) }

  func outputs(for inputs: [TensorType]) throws -> [TensorType] {
    try demand(inputs.count == operandCount, "takes \(operandCount) operands")
    try demand(inputs.allSatisfy(\.elementType.isFloatingPoint), "needs real numbers")
    var shape: Shape = []
    for input in inputs {
      guard let wider = shape.broadcast(with: input.shape) else {
        throw OperandMismatch(reason: "the shapes do not broadcast")
      }
      shape = wider
    }
    try demand(shape.rank <= Int(CGEN_MAX_RANK), "has too many axes")
    return [TensorType(shape)]
  }

  func prepare(_ call: OperationCall) throws -> Kernel {
    let chain = ElementwiseChain(
      inputCount: operandCount, steps: [.init(self, operands: Array(0..<operandCount))],
      results: [operandCount])
    return try chain.prepare(call)
  }

  func simplified(_ inputs: [Tensor]) -> Tensor? {
    simplifiedConstants(inputs) ?? simplifiedExpansions(inputs)
  }

  /// Operands that a broadcast would repeat anyway need not be repeated in memory first.
  private func simplifiedExpansions(_ inputs: [Tensor]) -> Tensor? {
    let sources = inputs.map { $0.maker(as: Expand.self)?.inputs[0] ?? $0 }
    guard sources.map(\.id) != inputs.map(\.id), let graph = inputs.first?.graph,
      let full = try? outputs(for: inputs.map(\.type)),
      let bare = try? outputs(for: sources.map(\.type)), full == bare
    else { return nil }
    return graph.apply(self, to: sources)[0]
  }

  private func simplifiedConstants(_ inputs: [Tensor]) -> Tensor? {
    switch function {
    case .multiplyConstant where immediate == 1: return inputs[0]
    case .addConstant where immediate == 0: return inputs[0]
    case .multiplyConstant:
      guard let (inner, source) = inputs[0].maker(as: Elementwise.self),
        inner.function == .multiplyConstant
      else { return nil }
      return source[0] * (inner.immediate * immediate)
    case .negate: return inputs[0] * -1
    case .add, .multiply, .subtract, .divide:
      guard let (fill, _) = inputs[1].maker(as: Fill.self),
        inputs[0].shape.broadcast(with: inputs[1].shape) == inputs[0].shape
      else { return simplifiedLeftFill(inputs) }
      switch function {
      case .add: return inputs[0] + fill.value
      case .subtract: return inputs[0] + -fill.value
      case .divide: return inputs[0] * (1 / fill.value)
      default: return inputs[0] * fill.value
      }
    default: return nil
    }
  }

  private func simplifiedLeftFill(_ inputs: [Tensor]) -> Tensor? {
    guard function == .add || function == .multiply,
      let (fill, _) = inputs[0].maker(as: Fill.self),
      inputs[0].shape.broadcast(with: inputs[1].shape) == inputs[1].shape
    else { return nil }
    return function == .add ? inputs[1] + fill.value : inputs[1] * fill.value
  }
}

/// Several elementwise functions in one pass over memory.
struct ElementwiseChain: Operation {
  struct Step: Hashable {
    let function: Elementwise
    /// Value numbers: inputs first, then the results of the steps before.
    let operands: [Int]

    init(_ function: Elementwise, operands: [Int]) {
      self.function = function
      self.operands = operands
    }
  }

  let inputCount: Int
  let steps: [Step]
  /// The value numbers that are outputs.
  let results: [Int]

  var name: String { steps.map(\.function.name).joined(separator: "·") }
  var reusableInputs: [Int] { Array(0..<inputCount) }

  func outputs(for inputs: [TensorType]) throws -> [TensorType] {
    var types = inputs
    for step in steps {
      types += try step.function.outputs(for: step.operands.map { types[$0] })
    }
    return results.map { types[$0] }
  }

  func flopCount(inputs: [TensorType], outputs: [TensorType]) -> Int {
    steps.count * (outputs.first?.shape.elementCount ?? 0)
  }

  func prepare(_ call: OperationCall) throws -> Kernel {
    let plan = try ChainPlan(self, call)
    return Kernel { plan.run($0) }
  }
}

/// The descriptors of a chain, ready to be handed to the kernel with fresh addresses.
private final class ChainPlan {
  private let rank: Int32
  private let shape: FixedIntegers
  private let strides: [FixedIntegers]
  private let views: UnsafeMutablePointer<CGenView>
  private let steps: UnsafeMutablePointer<CGenStep>
  private let results: UnsafeMutablePointer<Int32>
  private let inputCount: Int
  private let stepCount: Int
  private let outputCount: Int

  init(_ chain: ElementwiseChain, _ call: OperationCall) throws {
    let target = call.outputs[0].shape
    let (dimensions, operandStrides) = collapsed(target, call.inputs.map(\.shape))
    let types = try (call.inputs + call.outputs).map { try $0.kernelType }
    rank = Int32(dimensions.count)
    shape = FixedIntegers(dimensions)
    strides = operandStrides.map(FixedIntegers.init)
    inputCount = chain.inputCount
    stepCount = chain.steps.count
    outputCount = chain.results.count
    views = .allocate(capacity: inputCount + outputCount)
    steps = .allocate(capacity: stepCount)
    results = .allocate(capacity: outputCount)
    for index in 0..<(inputCount + outputCount) {
      let address = index < inputCount ? UnsafePointer(strides[index].address) : nil
      views[index] = CGenView(data: nil, strides: address, type: types[index])
    }
    for (index, step) in chain.steps.enumerated() {
      let operands = step.operands.map(Int32.init) + [0, 0, 0]
      steps[index] = CGenStep(
        op: step.function.function, a: operands[0], b: operands[1], c: operands[2],
        immediate: step.function.immediate)
    }
    for (index, result) in chain.results.enumerated() { results[index] = Int32(result) }
  }

  deinit {
    views.deallocate()
    steps.deallocate()
    results.deallocate()
  }

  func run(_ addresses: Addresses) -> Int32 {
    for index in 0..<(inputCount + outputCount) { views[index].data = addresses[index] }
    return cgen_fused(
      rank, shape.address, Int32(inputCount), views, Int32(stepCount), steps, Int32(outputCount),
      views + inputCount, results
    ).rawValue
  }
}

/// The shape with neighbouring axes joined wherever every operand walks through them in one stride.
private func collapsed(_ target: Shape, _ operands: [Shape]) -> ([Int], [[Int]]) {
  let strides = operands.map { broadcastStrides(of: $0, as: target) }
  var dimensions: [Int] = []
  var result = [[Int]](repeating: [], count: operands.count)
  for axis in target.indices where target[axis] != 1 {
    let joins =
      !dimensions.isEmpty
      && operands.indices.allSatisfy { result[$0].last == strides[$0][axis] * target[axis] }
    if joins {
      dimensions[dimensions.count - 1] *= target[axis]
      for index in operands.indices { result[index][dimensions.count - 1] = strides[index][axis] }
    } else {
      dimensions.append(target[axis])
      for index in operands.indices { result[index].append(strides[index][axis]) }
    }
  }
  if dimensions.isEmpty { return ([1], operands.map { _ in [1] }) }
  return (dimensions, result)
}
