extension Traced {
  /// The same program with the operands of products, convolutions and attention in bf16.
  ///
  /// Every value becomes bf16 that comes from such an operation and is not wanted in f32 by all
  /// that reads it; sums, losses, statistics and states stay f32.
  func loweringPrecision() -> Traced {
    let wantsFull = valuesWantedFull()
    var result = rewritten { node, inputs, target in
      let operation = node.operation
      let full = node.outputs.map { wantsFull[$0] }
      let real = inputs.indices.filter {
        inputs[$0].elementType.isFloatingPoint && !operation.keepsFull(input: $0)
      }
      if operation is Cast, outputTypes(node) == [.f32], inputs[0].elementType == .bf16 {
        return inputs
      }
      let isNarrow: Bool
      switch operation.precision {
      case .narrow: isNarrow = true
      case .following, .uniform: isNarrow = real.contains { inputs[$0].elementType == .bf16 }
      case .full: isNarrow = false
      }
      let operands = inputs.enumerated().map { index, input in
        guard input.elementType.isFloatingPoint else { return input }
        if operation.keepsFull(input: index) { return input.stored(as: .f32) }
        switch operation.precision {
        case .narrow, .uniform: return input.stored(as: isNarrow ? .bf16 : .f32)
        case .following: return input
        case .full: return input
        }
      }
      let types = outputTypes(node).enumerated().map { index, type in
        guard type == .f32, isNarrow, !operation.keepsFull(output: index) else { return type }
        let mayBeFull = operation is Product || operation.precision == .following
        return full[index] && mayBeFull ? .f32 : .bf16
      }
      return target.apply(operation, to: operands, as: types)
    }
    result.outputs = zip(outputs, result.outputs).map { old, new in
      (new.name, new.tensor.stored(as: old.tensor.elementType))
    }
    return result
  }

  /// The values that everything that reads them wants in f32.
  private func valuesWantedFull() -> [Bool] {
    var wanted = [Bool](repeating: true, count: graph.values.count)
    for node in graph.nodes.reversed() {
      let passesOn =
        node.operation.precision == .following || node.operation.precision == .uniform
      let outputsWanted = node.outputs.allSatisfy { wanted[$0] }
      for (index, input) in node.inputs.enumerated() {
        let isKept = node.operation.keepsFull(input: index)
        if !isKept && !(passesOn && outputsWanted) { wanted[input] = false }
      }
    }
    return wanted
  }
}

extension Tensor {
  /// The value in an element type, cast if it is stored in another.
  fileprivate func stored(as type: ElementType) -> Tensor {
    guard elementType != type, elementType.isFloatingPoint else { return self }
    if let (_, source) = maker(as: Cast.self), source[0].elementType == type { return source[0] }
    return graph.apply(Cast(elementType: type), to: [self], as: [type])[0]
  }
}
