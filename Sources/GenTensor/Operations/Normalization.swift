import CGenKernels

/// RMS, layer or group norm, modulated and activated in one pass.
///
/// - Inputs: `x [batch, …, channels]`; then, as the flags say, `weight [channels]`,
///   `bias [channels]`, `scale [items, channels]`, `shift [items, channels]`, where `items`
///   divides the batch.
/// - Outputs: `y` like `x`; the means and the inverse deviations of the groups that are normalised.
struct Normalization: Operation {
  enum Kind: Hashable {
    case rootMeanSquare
    case layer
    case group(count: Int)
  }

  let kind: Kind
  let epsilon: Float
  var hasWeight = false
  var hasBias = false
  var hasScale = false
  var hasShift = false
  var appliesSilu = false

  var name: String {
    switch kind {
    case .rootMeanSquare: "rms norm"
    case .layer: "layer norm"
    case .group: "group norm"
    }
  }

  var operandCount: Int { 1 + flags.count { $0 } }
  /// Where each optional operand is among the inputs; nothing when it is absent.
  var indices: [Int?] {
    var next = 1
    return flags.map { isPresent in
      defer { if isPresent { next += 1 } }
      return isPresent ? next : nil
    }
  }
  private var flags: [Bool] { [hasWeight, hasBias, hasScale, hasShift] }

  func keepsFull(input index: Int) -> Bool { index != 0 }
  func keepsFull(output index: Int) -> Bool { index != 0 }
  var precision: Precision { .uniform }

  func outputs(for inputs: [TensorType]) throws -> [TensorType] {
    try demand(inputs.count == operandCount, "lacks an operand")
    let shape = inputs[0].shape
    try demand(shape.rank >= 2 && shape.elementCount > 0, "needs [batch, …, channels]")
    let channels = shape[shape.rank - 1]
    for index in indices[..<2].compactMap({ $0 }) {
      try demand(inputs[index].shape == [channels], "has \(channels) channels")
    }
    let modulations = indices[2...].compactMap { $0 }.map { inputs[$0].shape }
    try demand(Set(modulations).count <= 1, "scale and shift differ in shape")
    if let modulation = modulations.first {
      try demand(
        modulation.rank == 2 && modulation[1] == channels && modulation[0] > 0
          && shape[0] % modulation[0] == 0,
        "needs a modulation of [items, \(channels)]")
    }
    var statistics = shape.elementCount / channels
    if case .group(let count) = kind {
      try demand(count > 0 && channels % count == 0, "\(count) groups do not divide the channels")
      try demand(
        modulations.first.map { $0[0] == shape[0] } ?? true, "needs one modulation per item")
      statistics = shape[0] * count
    }
    return [inputs[0].shape, [statistics], [statistics]].map { TensorType($0) }
  }

  func spec(_ inputs: [TensorType]) throws -> CGenNormSpec {
    let shape = inputs[0].shape
    let modulation = indices[2...].compactMap { $0 }.first.map { inputs[$0] }
    var spec = CGenNormSpec()
    spec.channels = Int64(shape[shape.rank - 1])
    spec.batch = Int64(modulation?.shape[0] ?? shape[0])
    spec.tokens = Int64(shape.elementCount) / (spec.batch * spec.channels)
    if case .group(let count) = kind { spec.groups = Int64(count) }
    spec.epsilon = epsilon
    spec.subtractsMean = kind != .rootMeanSquare
    spec.appliesSilu = appliesSilu
    spec.type = try inputs[0].kernelType
    spec.modulationType = try modulation?.kernelType ?? .float32
    return spec
  }

  func prepare(_ call: OperationCall) throws -> Kernel {
    let spec = try spec(call.inputs)
    let (indices, output) = (indices, operandCount)
    return Kernel { addresses in
      var spec = spec
      return cgen_norm_forward(
        &spec, addresses[0], indices[0].map { UnsafePointer(addresses[$0].floats) },
        indices[1].map { UnsafePointer(addresses[$0].floats) },
        indices[2].map { UnsafeRawPointer(addresses[$0]) },
        indices[3].map { UnsafeRawPointer(addresses[$0]) }, addresses[output],
        addresses[output + 1].floats, addresses[output + 2].floats
      ).rawValue
    }
  }

  func gradient(_ call: GradientCall) throws -> [Tensor?] {
    let upstream = try call.upstream()
    return upstream.graph.apply(
      NormalizationGradient(norm: self),
      to: [upstream, call.outputs[1], call.outputs[2]] + call.inputs
    ).map { $0 }
  }

  func flopCount(inputs: [TensorType], outputs: [TensorType]) -> Int {
    8 * inputs[0].shape.elementCount
  }
}

/// The gradients of all inputs of a norm.
///
/// - Inputs: the gradient of `y`, the means, the inverse deviations, the inputs of the norm.
/// - Outputs: one for each input of the norm.
struct NormalizationGradient: Operation {
  let norm: Normalization

  var name: String { norm.name + " gradient" }
  func keepsFull(input index: Int) -> Bool { index != 0 && index != 3 }
  func keepsFull(output index: Int) -> Bool { index != 0 }
  var precision: Precision { .uniform }

  func outputs(for inputs: [TensorType]) throws -> [TensorType] {
    inputs.dropFirst(3).map { TensorType($0.shape) }
  }

  func prepare(_ call: OperationCall) throws -> Kernel {
    let spec = try norm.spec(Array(call.inputs.dropFirst(3)))
    let (indices, outputs) = (norm.indices, 3 + norm.operandCount)
    return Kernel { addresses in
      func input(_ slot: Int) -> UnsafeMutableRawPointer? {
        indices[slot].map { addresses[3 + $0] }
      }
      func output(_ slot: Int) -> UnsafeMutableRawPointer? {
        indices[slot].map { addresses[outputs + $0] }
      }
      var spec = spec
      var gradients = CGenNormGradients(
        outputGradient: addresses[0], x: addresses[3],
        weight: input(0).map { UnsafePointer($0.floats) },
        bias: input(1).map { UnsafePointer($0.floats) },
        scale: input(2).map { UnsafeRawPointer($0) }, shift: input(3).map { UnsafeRawPointer($0) },
        mean: UnsafePointer(addresses[1].floats), inverse: UnsafePointer(addresses[2].floats),
        addend: nil, inputGradient: addresses[outputs], weightGradient: output(0)?.floats,
        biasGradient: output(1)?.floats, scaleGradient: output(2), shiftGradient: output(3))
      return cgen_norm_backward(&spec, &gradients).rawValue
    }
  }

  func flopCount(inputs: [TensorType], outputs: [TensorType]) -> Int {
    16 * outputs[0].shape.elementCount
  }
}

extension Tensor {
  /// What may follow a norm in the same pass over memory.
  public enum NormActivation: Sendable {
    case none, silu
  }

  /// Root-mean-square norm over the channels (the last axis), times `weight [channels]`, then
  /// `x * (1 + scale) + shift` with one `[channels]` each per item, then the activation.
  public func rmsNormalized(
    weight: Tensor? = nil, scale: Tensor? = nil, shift: Tensor? = nil,
    activation: NormActivation = .none, epsilon: Float = 1e-6
  ) -> Tensor {
    normalized(.rootMeanSquare, [weight, nil, scale, shift], activation, epsilon)
  }

  /// Layer norm over the channels (the last axis), with the same extras as ``rmsNormalized``.
  public func layerNormalized(
    weight: Tensor? = nil, bias: Tensor? = nil, scale: Tensor? = nil, shift: Tensor? = nil,
    activation: NormActivation = .none, epsilon: Float = 1e-5
  ) -> Tensor {
    normalized(.layer, [weight, bias, scale, shift], activation, epsilon)
  }

  /// Group norm: statistics over all places and the channels of one group, per item of the batch.
  ///
  /// - Source: Wu & He 2018, arXiv:1803.08494v3, equation 1.
  public func groupNormalized(
    groupCount: Int, weight: Tensor? = nil, bias: Tensor? = nil, scale: Tensor? = nil,
    shift: Tensor? = nil, activation: NormActivation = .none, epsilon: Float = 1e-5
  ) -> Tensor {
    normalized(.group(count: groupCount), [weight, bias, scale, shift], activation, epsilon)
  }

  private func normalized(
    _ kind: Normalization.Kind, _ extras: [Tensor?], _ activation: NormActivation, _ epsilon: Float
  ) -> Tensor {
    let norm = Normalization(
      kind: kind, epsilon: epsilon, hasWeight: extras[0] != nil, hasBias: extras[1] != nil,
      hasScale: extras[2] != nil, hasShift: extras[3] != nil, appliesSilu: activation == .silu)
    return graph.apply(norm, to: [self] + extras.compactMap { $0 })[0]
  }
}
