/// A traced program between passes: a graph, the values it is asked for, and its effects.
struct Traced {
  var graph: Graph
  var outputs: [(name: String, tensor: Tensor)]

  /// For every value, by how many live nodes and outputs it is read; nothing for a dead node.
  func useCounts() -> (uses: [Int], isLive: [Bool]) {
    var uses = [Int](repeating: 0, count: graph.values.count)
    var isLive = [Bool](repeating: false, count: graph.nodes.count)
    for output in outputs { uses[output.tensor.id] += 1 }
    for effect in graph.leaves.effects { isLive[effect] = true }
    for index in graph.nodes.indices.reversed() {
      let node = graph.nodes[index]
      if node.outputs.contains(where: { uses[$0] > 0 }) { isLive[index] = true }
      if isLive[index] { for input in node.inputs { uses[input] += 1 } }
    }
    return (uses, isLive)
  }

  /// The same program with every live node replaced by what `visit` adds to a new graph.
  ///
  /// `visit` is given the node and its inputs in the new graph, and returns its outputs there.
  func rewritten(
    _ visit: (_ node: Node, _ inputs: [Tensor], _ target: Graph) throws -> [Tensor]
  ) rethrows -> Traced {
    let target = Graph(graph.source)
    target.leaves = graph.leaves
    target.leaves.effects = []
    let effects = Set(graph.leaves.effects)
    let isLive = useCounts().isLive
    var mapped = [Tensor?](repeating: nil, count: graph.values.count)
    for (index, node) in graph.nodes.enumerated() where isLive[index] {
      let inputs = node.inputs.compactMap { mapped[$0] }
      let outputs = try visit(node, inputs, target)
      for (old, new) in zip(node.outputs, outputs) { mapped[old] = new }
      if effects.contains(index) { target.leaves.effects.append(target.nodes.count - 1) }
    }
    return Traced(
      graph: target,
      outputs: outputs.compactMap { output in
        mapped[output.tensor.id].map { (output.name, $0) }
      })
  }

  /// The element types of a node's outputs.
  func outputTypes(_ node: Node) -> [ElementType] {
    node.outputs.map { graph.values[$0].type.elementType }
  }
}
