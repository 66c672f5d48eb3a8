extension Tensor {
  /// The gradients of this number with respect to the parameters, as tensors of the same graph.
  ///
  /// A parameter on which it does not depend has a gradient of zeros.
  ///
  /// - Requires: one element.
  public func gradient(withRespectTo parameters: [Tensor]) -> [Tensor] {
    guard shape.elementCount == 1 else {
      graph.fail(.operation("gradient", shapes: [shape], reason: "is not of one number"))
      return parameters
    }
    var sweep = ReverseSweep(graph, from: parameters, to: self)
    do {
      try sweep.run(seed: graph.filled(1, shape), of: self)
    } catch let error as TensorError {
      graph.fail(error)
    } catch {
      graph.fail(.notDifferentiable("\(error)"))
    }
    return parameters.map { sweep.gradients[$0.id] ?? graph.filled(0, $0.shape) }
  }
}

/// Walks a graph backwards and adds up gradients.
private struct ReverseSweep {
  let graph: Graph
  /// Values that depend on a parameter.
  private let reached: [Bool]
  private let nodeCount: Int
  var gradients: [ValueID: Tensor] = [:]

  init(_ graph: Graph, from parameters: [Tensor], to result: Tensor) {
    self.graph = graph
    nodeCount = graph.values[result.id].node + 1
    var reached = [Bool](repeating: false, count: graph.values.count)
    for parameter in parameters { reached[parameter.id] = true }
    for node in graph.nodes[..<nodeCount] where node.inputs.contains(where: { reached[$0] }) {
      for output in node.outputs { reached[output] = true }
    }
    self.reached = reached
  }

  mutating func run(seed: Tensor, of result: Tensor) throws {
    gradients[result.id] = seed
    for index in stride(from: nodeCount - 1, through: 0, by: -1) {
      let node = graph.nodes[index]
      guard node.inputs.contains(where: { reached[$0] }),
        node.outputs.contains(where: { gradients[$0] != nil })
      else { continue }
      try visit(node)
    }
  }

  private mutating func visit(_ node: Node) throws {
    let call = GradientCall(
      inputs: node.inputs.map { Tensor(graph: graph, id: $0) },
      outputs: node.outputs.map { Tensor(graph: graph, id: $0) },
      outputGradients: node.outputs.map { gradients[$0] })
    for (input, gradient) in zip(node.inputs, try node.operation.gradient(call)) {
      guard let gradient, reached[input] else { continue }
      gradients[input] = gradients[input].map { $0 + gradient } ?? gradient
    }
  }
}
