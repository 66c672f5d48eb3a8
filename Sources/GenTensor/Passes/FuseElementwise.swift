import CGenKernels

extension Traced {
  /// Joins elementwise functions that feed each other into single passes over memory.
  func fusingElementwise() -> Traced {
    let uses = useCounts().uses
    return rewritten { node, inputs, target in
      let types = outputTypes(node)
      guard let function = node.operation as? Elementwise, types[0].isFloatingPoint else {
        return target.apply(node.operation, to: inputs, as: types)
      }
      let shape = graph.values[node.outputs.lowerBound].type.shape
      var builder = ChainBuilder()
      let operands = inputs.enumerated().map { position, input in
        builder.value(of: input, shape: shape, mayInline: uses[node.inputs[position]] == 1)
      }
      builder.steps.append((function, operands))
      // A constant that alone makes the result as wide as it is stays a tensor.
      let reach = builder.inputs.reduce(Shape([])) { $0?.broadcast(with: $1.shape) }
      guard builder.steps.count > 1, reach == shape, let chain = builder.chain() else {
        return target.apply(function, to: inputs, as: types)
      }
      return target.apply(chain, to: builder.inputs, as: types)
    }
  }
}

/// A chain as it grows; inputs and steps are numbered apart until it is finished.
private struct ChainBuilder {
  enum Operand: Hashable {
    case input(Int)
    case step(Int)
  }

  var inputs: [Tensor] = []
  var steps: [(function: Elementwise, operands: [Operand])] = []

  /// The number of a value: the step that computes it here, or an input.
  mutating func value(of tensor: Tensor, shape: Shape, mayInline: Bool) -> Operand {
    if let (fill, _) = tensor.maker(as: Fill.self) {
      steps.append((Elementwise(.constant, fill.value), []))
      return .step(steps.count - 1)
    }
    if mayInline, tensor.shape == shape {
      if let (chain, sources) = tensor.maker(as: ElementwiseChain.self),
        steps.count + chain.steps.count < 60, inputs.count + sources.count < 12
      {
        return inline(chain, sources)
      }
      if let (function, sources) = tensor.maker(as: Elementwise.self), inputs.count < 12 {
        let step = ElementwiseChain.Step(function, operands: Array(sources.indices))
        return inline(
          ElementwiseChain(
            inputCount: sources.count, steps: [step], results: [sources.count]), sources)
      }
    }
    return .input(number(of: tensor))
  }

  private mutating func inline(_ chain: ElementwiseChain, _ sources: [Tensor]) -> Operand {
    var values: [Operand] = sources.map { .input(number(of: $0)) }
    for step in chain.steps {
      steps.append((step.function, step.operands.map { values[$0] }))
      values.append(.step(steps.count - 1))
    }
    return values[chain.results[0]]
  }

  private mutating func number(of tensor: Tensor) -> Int {
    if let known = inputs.firstIndex(where: { $0.id == tensor.id }) { return known }
    inputs.append(tensor)
    return inputs.count - 1
  }

  /// The finished chain, unless it is too long for the kernel.
  func chain() -> ElementwiseChain? {
    guard inputs.count <= 16, steps.count <= 64 else { return nil }
    let numbered = steps.map { step in
      ElementwiseChain.Step(
        step.function,
        operands: step.operands.map { operand in
          switch operand {
          case .input(let index): index
          case .step(let index): inputs.count + index
          }
        })
    }
    return ElementwiseChain(
      inputCount: inputs.count, steps: numbered, results: [inputs.count + steps.count - 1])
  }
}
