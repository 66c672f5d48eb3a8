import CGenKernels

/// One step of AdamW on one parameter, in place.
///
/// - Inputs: the parameter, its first and second moment, then its average where it has one, all
///   states; the gradient; the rate, the factor for the gradient (f32) and the step's number from 1
///   (i64), one number each.
/// - Source: Loshchilov & Hutter 2017, arXiv:1711.05101v3, algorithm 2.
struct AdamWUpdate: Operation {
  let beta1: Float
  let beta2: Float
  let epsilon: Float
  let decay: Float
  let coupledDecay: Float
  /// How much of the old average stays; nothing when no average is kept.
  let averageDecay: Float?

  var name: String { "adamw" }
  var precision: Precision { .full }
  var mutatedInputs: [Int] { averageDecay == nil ? [0, 1, 2] : [0, 1, 2, 3] }

  func outputs(for inputs: [TensorType]) throws -> [TensorType] {
    let first = mutatedInputs.count
    try demand(inputs.count == first + 4, "lacks an operand")
    try demand(
      inputs[...first].allSatisfy { $0.shape == inputs[0].shape }, "the shapes differ")
    try demand(inputs[first + 3].elementType == .i64, "the step is not i64")
    return []
  }

  func prepare(_ call: OperationCall) throws -> Kernel {
    let count = Int64(call.inputs[0].shape.elementCount)
    let first = mutatedInputs.count
    let type = try call.inputs[first].kernelType
    return Kernel { [self] addresses in
      var options = CGenAdamW(
        rate: addresses[first + 1].load(as: Float.self), beta1: beta1, beta2: beta2,
        epsilon: epsilon, decay: decay,
        gradientScale: addresses[first + 2].load(as: Float.self),
        step: addresses[first + 3].load(as: Int64.self), coupledDecay: coupledDecay)
      return cgen_adamw(
        &options, addresses[first], type, addresses[0].floats, addresses[1].floats,
        addresses[2].floats, count, nil, averageDecay == nil ? nil : addresses[3].floats,
        averageDecay ?? 0
      ).rawValue
    }
  }

  func flopCount(inputs: [TensorType], outputs: [TensorType]) -> Int {
    15 * inputs[0].shape.elementCount
  }
}

/// The sum of the squares of all numbers of all inputs.
struct SumOfSquares: Operation {
  var name: String { "sum of squares" }
  var precision: Precision { .full }
  func keepsFull(input index: Int) -> Bool { true }

  func outputs(for inputs: [TensorType]) -> [TensorType] { [TensorType([])] }

  func prepare(_ call: OperationCall) throws -> Kernel {
    let counts = call.inputs.map { Int64($0.shape.elementCount) }
    let types = try call.inputs.map { try $0.kernelType }
    return Kernel { addresses in
      var total = 0.0
      for index in counts.indices {
        var sum = 0.0
        let status = cgen_sum_of_squares(addresses[index], types[index], counts[index], &sum)
        guard status == .ok else { return status.rawValue }
        total += sum
      }
      addresses[counts.count].storeBytes(of: Float(total), as: Float.self)
      return 0
    }
  }

  func flopCount(inputs: [TensorType], outputs: [TensorType]) -> Int {
    inputs.reduce(0) { $0 + 2 * $1.shape.elementCount }
  }
}

/// A new value for a state, written when everything else has run.
struct Assignment: Operation {
  var name: String { "assign" }
  var precision: Precision { .full }
  var mutatedInputs: [Int] { [0] }

  func outputs(for inputs: [TensorType]) throws -> [TensorType] {
    try demand(inputs[0] == inputs[1], "the state is \(inputs[0].shape)")
    return []
  }

  func prepare(_ call: OperationCall) -> Kernel {
    let byteCount = call.inputs[0].byteCount
    return Kernel {
      $0[0].copyMemory(from: $0[1], byteCount: byteCount)
      return 0
    }
  }
}

/// How AdamW moves weights.
public struct AdamW: Sendable, Hashable {
  public var beta1: Float = 0.9
  public var beta2: Float = 0.999
  public var epsilon: Float = 1e-8
  /// The part of a weight that a step of rate 1 takes away; only weights of two or more axes decay.
  public var decay: Float = 0.01
  /// The part of every weight that is added to its gradient, as Adam's decay before AdamW.
  public var coupledDecay: Float = 0
  /// The largest norm that all gradients together may have; larger ones are scaled down.
  public var maximumNorm: Float? = 1
  /// How much of the old average of the weights stays at each step.
  public var averageDecay: Float?
  /// How many times as fast as the rate says weights move, by name; the others by `pace`.
  public var haste: [String: Float] = [:]
  public var pace: Float = 1

  public init() {}
}

extension Graph {
  /// Gives a state a new value once everything else in the program has run.
  public func assign(_ value: Tensor, to state: Tensor) {
    effect(Assignment(), [state, value])
  }

  /// One step of AdamW on every trainable weight: the last thing that a training program does.
  ///
  /// The states `NAME.m`, `NAME.v` and, where averages are kept, `NAME.average` belong to it.
  ///
  /// - Parameters:
  ///   - loss: one number.
  ///   - muon: moves the matrices that it wants; AdamW the rest.
  ///   - path: which weights are moved, by what their names begin with; all when empty.
  ///   - rate: f32, one number; an input of the program, say.
  ///   - step: i64, one number, 1 for the first step.
  /// - Returns: the norm of all gradients before clipping.
  @discardableResult
  public func minimize(
    _ loss: Tensor, rate: Tensor, step: Tensor, with optimizer: AdamW = AdamW(),
    muon: Muon? = nil, below path: String = ""
  ) throws -> Tensor {
    let moved = trainable.filter { $0.name.hasPrefix(path) }
    let gradients = loss.gradient(withRespectTo: moved.map(\.tensor))
    return descend(
      zip(moved, gradients).map { ($0.name, $0.tensor, $1) }, rate: rate, step: step,
      with: optimizer, muon: muon)
  }

  /// One step of AdamW on weights whose gradients are known; the rest is as in
  /// ``minimize(_:rate:step:with:muon:below:)``.
  @discardableResult
  public func descend(
    _ moved: [(name: String, weight: Tensor, gradient: Tensor)], rate: Tensor, step: Tensor,
    with optimizer: AdamW = AdamW(), muon: Muon? = nil
  ) -> Tensor {
    let norm = apply(SumOfSquares(), to: moved.map(\.gradient))[0].squareRoot()
    let scale = optimizer.maximumNorm.map { (norm + 1e-6).reciprocal() * $0 }?.minimum(1)
    let factor = scale ?? filled(1, [])
    for (name, weight, gradient) in moved {
      let average = optimizer.averageDecay.flatMap { _ in
        initialState(of: weight).map { state(name + ".average", $0) }
      }
      if let muon, weight.shape.rank > 1, muon.moves(name, weight.shape) {
        move(
          name, weight, against: gradient * factor, rate: rate, with: muon, average: average,
          averageDecay: optimizer.averageDecay ?? 0)
        continue
      }
      let zeros = NDArray(zeros: weight.shape)
      let moments = [state(name + ".m", zeros), state(name + ".v", zeros)]
      let operands = [weight] + moments + (average.map { [$0] } ?? [])
      let update = AdamWUpdate(
        beta1: optimizer.beta1, beta2: optimizer.beta2, epsilon: optimizer.epsilon,
        decay: weight.shape.rank > 1 ? optimizer.decay : 0,
        coupledDecay: optimizer.coupledDecay, averageDecay: optimizer.averageDecay)
      let pace = rate * (optimizer.haste[name] ?? optimizer.pace)
      effect(update, operands + [gradient, pace, factor, step])
    }
    return norm
  }

  private func initialState(of tensor: Tensor) -> NDArray? {
    guard let (leaf, _) = tensor.maker(as: Leaf.self), case .state(_, let index, _) = leaf else {
      return nil
    }
    return leaves.states[index].initial
  }

  private func effect(_ operation: some Operation, _ inputs: [Tensor]) {
    _ = apply(operation, to: inputs)
    if failure == nil { leaves.effects.append(nodes.count - 1) }
  }
}
