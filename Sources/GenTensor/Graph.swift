typealias ValueID = Int

/// One operation of a graph and the values it connects.
struct Node {
  let operation: any Operation
  let inputs: [ValueID]
  let outputs: Range<ValueID>
}

/// A program being built: operations in the order in which they were asked for.
///
/// Equal operations on equal values are added once. The first mistake is kept and thrown by
/// ``Program``; what follows a mistake is not looked at.
///
/// - Invariant: a node's inputs are outputs of earlier nodes.
public final class Graph {
  struct Value {
    let type: TensorType
    let node: Int
  }

  private struct Key: Hashable {
    let operation: AnyHashable
    let inputs: [ValueID]
    let types: [ElementType]
  }

  private(set) var nodes: [Node] = []
  private(set) var values: [Value] = []
  private(set) var failure: TensorError?
  private var known: [Key: Int] = [:]
  var leaves = Leaves()
  let source: WeightSource
  /// The weights asked for so far.
  var weights: [String: Tensor] = [:]
  /// The weights that are states, in the order asked for.
  public internal(set) var trainable: [(name: String, tensor: Tensor)] = []

  init(_ source: WeightSource = WeightSource()) { self.source = source }

  func fail(_ error: TensorError) {
    if failure == nil { failure = error }
  }

  /// Adds a call, or finds the equal one that is there, and returns its outputs.
  func apply(
    _ operation: some Operation, to inputs: [Tensor], as elementTypes: [ElementType]? = nil
  ) -> [Tensor] {
    precondition(inputs.allSatisfy { $0.graph === self }, "tensors of two graphs are mixed")
    let inputTypes = inputs.map(\.type)
    var types: [TensorType]
    if failure != nil {
      types = [inputTypes.first ?? TensorType([])]
    } else {
      do {
        types = try operation.outputs(for: inputTypes)
        if let vast = types.first(where: { $0.shape.elementCount >= Shape.largestCount }) {
          throw TensorError.impossibleShape(vast.shape.dimensions)
        }
      } catch let error as TensorError {
        fail(error)
        types = [inputTypes.first ?? TensorType([])]
      } catch {
        let reason = (error as? OperandMismatch)?.reason ?? "\(error)"
        fail(.operation(operation.name, shapes: inputTypes.map(\.shape), reason: reason))
        types = [inputTypes.first ?? TensorType([])]
      }
    }
    if let elementTypes {
      for (index, elementType) in zip(types.indices, elementTypes) {
        types[index].elementType = elementType
      }
    } else if failure == nil, let simpler = operation.simplified(inputs) {
      return [simpler]
    }
    return insert(operation, inputs.map(\.id), types)
  }

  /// Adds a call with one output.
  func apply(_ operation: some Operation, _ inputs: Tensor...) -> Tensor {
    apply(operation, to: inputs)[0]
  }

  private func insert(
    _ operation: some Operation, _ inputs: [ValueID], _ types: [TensorType]
  ) -> [Tensor] {
    let key = Key(
      operation: AnyHashable(operation), inputs: inputs, types: types.map(\.elementType))
    if operation.mutatedInputs.isEmpty, failure == nil, let node = known[key] {
      return nodes[node].outputs.map { Tensor(graph: self, id: $0) }
    }
    let outputs = values.count..<(values.count + types.count)
    for type in types { values.append(Value(type: type, node: nodes.count)) }
    if failure == nil { known[key] = nodes.count }
    nodes.append(Node(operation: operation, inputs: inputs, outputs: outputs))
    return outputs.map { Tensor(graph: self, id: $0) }
  }
}

/// Where the numbers of a graph come from: its inputs, weights, states and constants.
struct Leaves {
  /// Names and types of what every call must be given.
  var inputs: [(name: String, type: TensorType)] = []
  /// Numbers that never change.
  var constants: [NDArray] = []
  /// Numbers that the program itself changes from call to call.
  var states: [(name: String, initial: NDArray)] = []
  /// Effects in the order asked for: nodes whose only use is what they overwrite.
  var effects: [Int] = []
  /// Streams of random numbers in use.
  var streamCount: UInt64 = 0
}

/// A value that no operation makes.
enum Leaf: Operation {
  case input(name: String, TensorType)
  case constant(index: Int, TensorType)
  case state(name: String, index: Int, TensorType)

  var name: String {
    switch self {
    case .input(let name, _): "input \(name)"
    case .constant(let index, _): "constant \(index)"
    case .state(let name, _, _): "state \(name)"
    }
  }

  func outputs(for inputs: [TensorType]) -> [TensorType] {
    switch self {
    case .input(_, let type), .constant(_, let type), .state(_, _, let type): [type]
    }
  }

  func prepare(_ call: OperationCall) -> Kernel { Kernel { _ in 0 } }
  func gradient(_ call: GradientCall) -> [Tensor?] { [] }
  func flopCount(inputs: [TensorType], outputs: [TensorType]) -> Int { 0 }
  var precision: Precision { .full }
}
