/// How a program stores what it computes.
public enum NumericMode: String, Sendable, Hashable, CaseIterable {
  case f32
  /// Products, convolutions and attention read bf16 and add in f32; norms, sums and states are f32.
  case bf16
}

/// A network turned into steps that can be run any number of times.
///
///     let double = try Program { graph in graph.input("x", [2]) * 2 }
///     try double(x: NDArray([1, 2] as [Float])).floats  // [2, 4]
///
/// Tracing decides everything that shapes decide: which kernels run, with weights packed for them,
/// and where every value lives. Runs of one program follow each other; so do those of all programs.
///
/// `@unchecked`: what changes is touched on the execution thread only.
@dynamicCallable
public final class Program: @unchecked Sendable {
  let executable: Executable
  public let mode: NumericMode
  private let inputTypes: [(name: String, type: TensorType)]
  public let stateNames: [String]
  private let stateShapes: [TensorType]

  /// What a program computes, in order: `["loss": loss, "norm": norm]`.
  public struct NamedTensors: ExpressibleByDictionaryLiteral {
    let pairs: [(name: String, tensor: Tensor)]

    public init(_ pairs: [(name: String, tensor: Tensor)]) { self.pairs = pairs }

    public init(dictionaryLiteral elements: (String, Tensor)...) {
      pairs = elements.map { (name: $0, tensor: $1) }
    }
  }

  /// A program with one output.
  ///
  /// - Throws: ``TensorError`` for weights or shapes that do not fit, and what `trace` throws.
  public convenience init(
    _ weights: [String: NDArray] = [:], mode: NumericMode = .f32,
    trace: (Graph) throws -> Tensor
  ) throws {
    try self.init(WeightSource(weights), mode: mode) { ["output": try trace($0)] }
  }

  /// A program with named outputs.
  ///
  /// - Parameter other: States of its that have the same name and type are this program's as well:
  ///   what one changes, the other sees.
  /// - Throws: ``TensorError`` for weights or shapes that do not fit, and what `trace` throws.
  public init(
    _ source: WeightSource, mode: NumericMode = .f32, sharingStatesOf other: Program? = nil,
    trace: (Graph) throws -> NamedTensors
  ) throws {
    let graph = Graph(source)
    let outputs = try trace(graph).pairs
    if let failure = graph.failure { throw failure }
    guard !outputs.isEmpty || !graph.leaves.effects.isEmpty else { throw TensorError.noOutput }
    let leaves = graph.leaves
    inputTypes = leaves.inputs
    stateNames = leaves.states.map(\.name)
    stateShapes = leaves.states.map { TensorType($0.initial.shape, $0.initial.elementType) }
    self.mode = mode
    let states = leaves.states.map { state in
      if let shared = other?.storage(ofState: state.name, like: state.initial) { return shared }
      let storage = ArrayStorage(byteCount: state.initial.byteCount)
      state.initial.withUnsafeBytes { storage.bytes.copyMemory(from: $0) }
      return storage
    }
    executable = try ExecutionThread.shared.sync {
      let traced = try Traced(graph: graph, outputs: outputs).compiled(mode: mode)
      return try Executable(try Schedule(traced), states: states)
    }
  }

  public var inputNames: [String] { inputTypes.map(\.name) }
  /// Zeros for every input, to see what a run takes.
  public var emptyInputs: [String: NDArray] {
    Dictionary(
      uniqueKeysWithValues: inputTypes.map { ($0, NDArray(zeros: $1.shape, $1.elementType)) })
  }
  public var outputNames: [String] { executable.schedule.traced.outputs.map(\.name) }
  public var outputShapes: [Shape] {
    executable.schedule.traced.outputs.map { $0.tensor.shape }
  }

  /// Runs the program and returns its first output.
  ///
  /// - Throws: ``TensorError`` for inputs that do not fit, or when a kernel fails.
  @discardableResult
  public func dynamicallyCall(
    withKeywordArguments inputs: KeyValuePairs<String, NDArray>
  ) throws -> NDArray {
    let named = Dictionary(inputs.map { ($0.key, $0.value) }) { _, last in last }
    guard let first = try run(named, stop: nil).first else { return NDArray(zeros: [0]) }
    return first.value
  }

  /// Runs the program and returns its outputs by name.
  ///
  /// - Throws: ``TensorError`` for inputs that do not fit, or when a kernel fails.
  public func outputs(_ inputs: [String: NDArray]) throws -> [String: NDArray] {
    Dictionary(
      try run(inputs, stop: nil).map { ($0.name, $0.value) }, uniquingKeysWith: { $1 })
  }

  /// Runs the program without holding the caller's thread; stops within one operation when the
  /// calling task is cancelled, unless it has begun to change its states.
  ///
  /// - Throws: as ``outputs(_:)``, and `CancellationError`.
  public func run(_ inputs: [String: NDArray]) async throws -> [String: NDArray] {
    let ordered = try self.ordered(inputs)
    let stop = StopFlag()
    let results = try await withTaskCancellationHandler {
      try await ExecutionThread.shared.run { try self.execute(ordered, stop: stop) }
    } onCancel: {
      stop.raise()
    }
    return Dictionary(zip(outputNames, results), uniquingKeysWith: { $1 })
  }

  /// Runs the program on inputs in the order of ``inputNames`` and writes into arrays that are
  /// there, in the order of ``outputNames``: nothing is allocated.
  ///
  /// - Requires: `results` have the outputs' shapes and types.
  /// - Throws: as ``outputs(_:)``.
  public func run(_ inputs: [NDArray], into results: inout [NDArray]) throws {
    try check(inputs)
    let types = outputTypes
    guard results.map({ TensorType($0.shape, $0.elementType) }) == types else {
      throw TensorError.elementCount(expected: types.count, found: results.count)
    }
    try ExecutionThread.shared.sync {
      try executable.run(inputs, stop: nil)
      for index in results.indices {
        results[index].withUnsafeMutableBytes { copyOutput(index, $0) }
      }
    }
  }

  private func run(
    _ inputs: [String: NDArray], stop: StopFlag?
  ) throws -> [(name: String, value: NDArray)] {
    let ordered = try self.ordered(inputs)
    let results = try ExecutionThread.shared.sync { try execute(ordered, stop: stop) }
    return zip(outputNames, results).map { ($0, $1) }
  }

  private var outputTypes: [TensorType] {
    executable.schedule.traced.outputs.map(\.tensor.type)
  }

  private func execute(_ inputs: [NDArray], stop: StopFlag?) throws -> [NDArray] {
    try executable.run(inputs, stop: stop)
    return outputTypes.enumerated().map { index, type in
      var result = NDArray(zeros: type.shape, type.elementType)
      result.withUnsafeMutableBytes { copyOutput(index, $0) }
      return result
    }
  }

  private func copyOutput(_ index: Int, _ target: UnsafeMutableRawBufferPointer) {
    target.copyMemory(
      from: UnsafeRawBufferPointer(start: executable.outputAddress(index), count: target.count))
  }

  private func ordered(_ inputs: [String: NDArray]) throws -> [NDArray] {
    for name in inputs.keys where !inputTypes.contains(where: { $0.name == name }) {
      throw TensorError.unknownInput(name)
    }
    let arrays = try inputTypes.map { input in
      guard let array = inputs[input.name] else { throw TensorError.missingInput(input.name) }
      return array
    }
    try check(arrays)
    return arrays
  }

  private func check(_ inputs: [NDArray]) throws {
    guard inputs.count == inputTypes.count else {
      throw TensorError.elementCount(expected: inputTypes.count, found: inputs.count)
    }
    for (array, expected) in zip(inputs, inputTypes) {
      guard array.shape == expected.type.shape else {
        throw TensorError.inputShape(
          name: expected.name, expected: expected.type.shape, found: array.shape)
      }
      guard array.elementType == expected.type.elementType else {
        throw TensorError.inputType(
          name: expected.name, expected: expected.type.elementType, found: array.elementType)
      }
    }
  }
}

extension Program {
  /// What the program keeps from call to call, by name: copies of it as it is now.
  public func states() throws -> [String: NDArray] {
    try ExecutionThread.shared.sync {
      var result: [String: NDArray] = [:]
      for (index, name) in stateNames.enumerated() { result[name] = copyState(index) }
      return result
    }
  }

  /// Replaces what the program keeps; names that are not given stay.
  ///
  /// - Throws: ``TensorError/unknownState(_:)``, ``TensorError/weightShape(name:expected:found:)``.
  public func setStates(_ states: [String: NDArray]) throws {
    for (name, array) in states {
      guard let index = stateNames.firstIndex(of: name) else {
        throw TensorError.unknownState(name)
      }
      let type = stateShapes[index]
      guard array.shape == type.shape, array.elementType == type.elementType else {
        throw TensorError.weightShape(name: name, expected: type.shape, found: array.shape)
      }
    }
    try ExecutionThread.shared.sync {
      for (index, name) in stateNames.enumerated() {
        guard let array = states[name] else { continue }
        array.withUnsafeBytes { executable.states[index].bytes.copyMemory(from: $0) }
      }
    }
  }

  private func storage(ofState name: String, like array: NDArray) -> ArrayStorage? {
    guard let index = stateNames.firstIndex(of: name),
      stateShapes[index] == TensorType(array.shape, array.elementType)
    else { return nil }
    return executable.states[index]
  }

  private func copyState(_ index: Int) -> NDArray {
    var result = NDArray(zeros: stateShapes[index].shape, stateShapes[index].elementType)
    result.withUnsafeMutableBytes { target in
      target.copyMemory(from: UnsafeRawBufferPointer(executable.states[index].bytes))
    }
    return result
  }
}

extension Traced {
  /// Every pass, in order.
  func compiled(mode: NumericMode) throws -> Traced {
    var result = self
    if mode == .bf16 { result = result.loweringPrecision() }
    return try result.foldingConstants().fusingEpilogues().fusingElementwise()
  }
}
