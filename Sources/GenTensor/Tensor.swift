/// A value of a program being built: its shape, its type and the operation that makes it.
///
/// Free to create, never holds numbers. Arithmetic on tensors adds operations to their graph; a
/// shape that does not fit is remembered there and thrown by ``Program``.
///
///     let hidden = x.linear(weight, bias).silu()
public struct Tensor {
  let graph: Graph
  let id: ValueID

  public var shape: Shape { graph.values[id].type.shape }
  public var elementType: ElementType { graph.values[id].type.elementType }
  var type: TensorType { graph.values[id].type }

  /// The operation that makes this value, when it is a `T`.
  func maker<T: Operation>(as type: T.Type) -> (operation: T, inputs: [Tensor])? {
    let node = graph.nodes[graph.values[id].node]
    guard let operation = node.operation as? T else { return nil }
    return (operation, node.inputs.map { Tensor(graph: graph, id: $0) })
  }

  /// The length of an axis; negative axes count from the back.
  ///
  /// An axis that does not exist has length 1, and the graph remembers the mistake.
  public func length(ofAxis axis: Int) -> Int {
    guard let axis = shape.axis(axis) else {
      graph.fail(.operation("length(ofAxis: \(axis))", shapes: [shape], reason: "no such axis"))
      return 1
    }
    return shape[axis]
  }
}
