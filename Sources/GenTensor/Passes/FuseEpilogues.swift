import CGenKernels

extension Traced {
  /// Moves bias, activation and residual into the product or convolution that they follow.
  func fusingEpilogues() -> Traced {
    let uses = useCounts().uses
    return rewritten { node, inputs, target in
      let types = outputTypes(node)
      if let function = node.operation as? Elementwise {
        for (position, input) in inputs.enumerated() where uses[node.inputs[position]] == 1 {
          let others = inputs.indices.filter { $0 != position }.map { inputs[$0] }
          let shape = graph.values[node.outputs.lowerBound].type.shape
          guard input.shape == shape,
            let fused = fuse(function, at: position, into: input, others, types)
          else { continue }
          return [fused]
        }
      }
      return target.apply(node.operation, to: inputs, as: types)
    }
  }

  private func fuse(
    _ function: Elementwise, at position: Int, into value: Tensor, _ others: [Tensor],
    _ types: [ElementType]
  ) -> Tensor? {
    if let (product, inputs) = value.maker(as: Product.self) {
      guard
        let (epilogue, operands) = product.epilogue.extended(
          by: function, at: position, value, inputs, others, types, allowsSlopes: false)
      else { return nil }
      var fused = product
      fused.epilogue = epilogue
      return value.graph.apply(fused, to: operands, as: types)[0]
    }
    if let (convolution, inputs) = value.maker(as: Convolution.self), types == [value.elementType] {
      guard
        let (epilogue, operands) = convolution.epilogue.extended(
          by: function, at: position, value, inputs, others, types, allowsSlopes: true),
        // oneDNN's best f32 convolution takes no second operand.
        !epilogue.hasResidual || value.elementType == .bf16
      else { return nil }
      var fused = convolution
      fused.epilogue = epilogue
      return value.graph.apply(fused, to: operands, as: types)[0]
    }
    return nil
  }
}

extension Epilogue {
  /// This epilogue followed by an elementwise function, with its operands; nothing when the kernels
  /// do not offer that.
  fileprivate func extended(
    by function: Elementwise, at position: Int, _ value: Tensor, _ inputs: [Tensor],
    _ others: [Tensor], _ types: [ElementType], allowsSlopes: Bool
  ) -> (Epilogue, [Tensor])? {
    var result = self
    if function.function == .add, let other = others.first {
      let isPlain = activation == .none && !hasResidual
      if isPlain, !hasBias, let bias = channelVector(other, of: value.shape) {
        result.hasBias = true
        return (result, inputs[..<2] + [bias])
      }
      guard !hasResidual, other.shape == value.shape, other.elementType == types[0] else {
        return nil
      }
      result.hasResidual = true
      return (result, inputs + [other])
    }
    guard activation == .none, position == 0 else { return nil }
    result.residualBeforeActivation = hasResidual
    if function.function == .pRelu, allowsSlopes, !hasResidual, let other = others.first,
      let slopes = channelVector(other, of: value.shape)
    {
      result.activation = .pRelu
      return (result, inputs + [slopes])
    }
    guard let fused = function.epilogueActivation else { return nil }
    result.activation = fused
    result.slope = function.immediate
    return (result, inputs)
  }

  /// The operand as one f32 number per channel, if that is what it is.
  private func channelVector(_ operand: Tensor, of shape: Shape) -> Tensor? {
    guard let channels = shape.last, operand.elementType == .f32,
      operand.shape.last == channels, operand.shape.elementCount == channels
    else { return nil }
    return operand.reshaped(to: [channels] as Shape)
  }
}

extension Elementwise {
  /// The kernels' name of this function after a product.
  fileprivate var epilogueActivation: CGenActivation? {
    switch function {
    case .relu: .relu
    case .silu: .silu
    case .geluTanh: .geluTanh
    case .geluErf: .geluErf
    case .leakyRelu: .leakyRelu
    case .tanh: .tanh
    case .sigmoid: .sigmoid
    default: nil
    }
  }
}
