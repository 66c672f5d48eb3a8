/// The numbers that a network starts from when there are no weights yet.
public enum Initializer: Sendable, Hashable {
  case zeros
  case ones
  /// Normal with mean 0.
  case normal(deviation: Float)
  /// Normal with the deviation `gain / sqrt(inputs)`, where `inputs` is the product of all axes
  /// but the first.
  case scaled(gain: Float)
}

/// Where a network's weights come from and whether a program may change them.
public struct WeightSource: Sendable {
  public var arrays: [String: NDArray]
  /// Whether the weights are states that the program trains.
  public var isTrainable: Bool
  /// The seed for weights that are missing and know how to start; without one they are an error.
  public var initialSeed: UInt64?

  public init(
    _ arrays: [String: NDArray] = [:], isTrainable: Bool = false, initialSeed: UInt64? = nil
  ) {
    self.arrays = arrays
    self.isTrainable = isTrainable
    self.initialSeed = initialSeed
  }
}

extension Graph {
  /// What every call of the program must be given under `name`.
  public func input(_ name: String, _ shape: Shape, _ elementType: ElementType = .f32) -> Tensor {
    let type = TensorType(shape, elementType)
    if leaves.inputs.contains(where: { $0.name == name }) { fail(.duplicateName(name)) }
    leaves.inputs.append((name, type))
    return apply(Leaf.input(name: name, type), to: [])[0]
  }

  /// Numbers that never change.
  public func constant(_ array: NDArray) -> Tensor {
    leaves.constants.append(array)
    let type = TensorType(array.shape, array.elementType)
    return apply(Leaf.constant(index: leaves.constants.count - 1, type), to: [])[0]
  }

  /// Numbers that the program keeps and changes from call to call.
  public func state(_ name: String, _ initial: NDArray) -> Tensor {
    if leaves.states.contains(where: { $0.name == name }) { fail(.duplicateName(name)) }
    leaves.states.append((name, initial))
    let type = TensorType(initial.shape, initial.elementType)
    return apply(
      Leaf.state(name: name, index: leaves.states.count - 1, type), to: [])[0]
  }

  /// A weight of the network, as f32 whatever it is stored as; asked for again, the same one.
  ///
  /// - Throws: ``TensorError/missingWeight(_:)``, ``TensorError/weightShape(name:expected:found:)``.
  public func weight(
    _ name: String, _ shape: Shape, initial: Initializer? = nil
  ) throws -> Tensor {
    if let known = weights[name] {
      guard known.shape == shape else {
        throw TensorError.weightShape(name: name, expected: shape, found: known.shape)
      }
      return known
    }
    let array = try source.arrays[name] ?? initialArray(name, shape, initial)
    guard array.shape == shape else {
      throw TensorError.weightShape(name: name, expected: shape, found: array.shape)
    }
    let tensor =
      source.isTrainable
      ? state(name, array.converted(to: .f32)) : constant(array).converted(to: .f32)
    weights[name] = tensor
    if source.isTrainable { trainable.append((name, tensor)) }
    return tensor
  }

  private func initialArray(
    _ name: String, _ shape: Shape, _ initial: Initializer?
  ) throws -> NDArray {
    guard let initial, let seed = source.initialSeed else {
      throw TensorError.missingWeight(name)
    }
    return try NDArray(initial, shape: shape, seed: seed, name: name)
  }
}

/// A place in a tree of weights: what is below it has names that begin with its own.
///
///     let block = weights["blocks"]["3"]
///     let query = try block.weight("query", [width, width])  // "blocks.3.query"
public struct WeightScope {
  public let graph: Graph
  public let path: String

  public init(_ graph: Graph, _ path: String = "") {
    self.graph = graph
    self.path = path
  }

  public subscript(name: String) -> WeightScope { WeightScope(graph, full(name)) }
  public subscript(index: Int) -> WeightScope { self[String(index)] }

  /// - Throws: as ``Graph/weight(_:_:initial:)``.
  public func weight(
    _ name: String, _ shape: Shape, initial: Initializer? = nil
  ) throws -> Tensor {
    try graph.weight(full(name), shape, initial: initial)
  }

  private func full(_ name: String) -> String { path.isEmpty ? name : path + "." + name }
}
