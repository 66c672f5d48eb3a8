/// What a value inside a program is: how many numbers of which type.
struct TensorType: Hashable, Sendable {
  var shape: Shape
  var elementType: ElementType

  init(_ shape: Shape, _ elementType: ElementType = .f32) {
    self.shape = shape
    self.elementType = elementType
  }

  var byteCount: Int { shape.elementCount * elementType.byteCount }
}

/// How an operation behaves when a program computes in bf16.
enum Precision: Sendable {
  /// Reads bf16, accumulates in f32: where the time goes.
  case narrow
  /// Works in f32 inside; each input and the output may have a type of its own.
  case following
  /// Works in f32 inside; inputs and outputs have one type.
  case uniform
  /// Reads and writes f32: sums over many numbers, losses, optimisers.
  case full
}

/// One row of the operation table: shape rule, execution and gradient of one operation.
///
/// Equal operations on equal inputs are one value, so everything that distinguishes two calls is a
/// stored property.
protocol Operation: Hashable, Sendable {
  var name: String { get }

  /// The shape rule.
  ///
  /// - Throws: ``OperandMismatch`` when the operation is not defined for these inputs.
  func outputs(for inputs: [TensorType]) throws -> [TensorType]

  /// Chooses how to compute, once, for known types.
  func prepare(_ call: OperationCall) throws -> Kernel

  /// The gradient with respect to each input, as tensors of the same graph; nothing where it is 0.
  func gradient(_ call: GradientCall) throws -> [Tensor?]

  /// A value already known to equal this call, if there is one.
  func simplified(_ inputs: [Tensor]) -> Tensor?

  func flopCount(inputs: [TensorType], outputs: [TensorType]) -> Int

  var precision: Precision { get }
  /// Inputs that stay f32 when the program computes in bf16.
  func keepsFull(input index: Int) -> Bool
  /// Outputs that stay f32 when the program computes in bf16.
  func keepsFull(output index: Int) -> Bool
  /// Inputs whose memory the first output may take over when nobody else needs them.
  var reusableInputs: [Int] { get }
  /// Inputs that the operation overwrites; such operations run last.
  var mutatedInputs: [Int] { get }
  /// Whether the output is the input's memory under another shape.
  var isView: Bool { get }
}

extension Operation {
  func gradient(_ call: GradientCall) throws -> [Tensor?] {
    throw TensorError.notDifferentiable(name)
  }
  func simplified(_ inputs: [Tensor]) -> Tensor? { nil }
  func flopCount(inputs: [TensorType], outputs: [TensorType]) -> Int {
    outputs.reduce(0) { $0 + $1.shape.elementCount }
  }
  var precision: Precision { .following }
  func keepsFull(input index: Int) -> Bool { precision == .full }
  func keepsFull(output index: Int) -> Bool { precision == .full }
  var reusableInputs: [Int] { [] }
  var mutatedInputs: [Int] { [] }
  var isView: Bool { false }
}

/// Why a shape rule refuses its inputs.
struct OperandMismatch: Error {
  let reason: String
}

/// Refuses the inputs of a shape rule unless `condition` holds.
func demand(_ condition: Bool, _ reason: @autoclosure () -> String) throws {
  if !condition { throw OperandMismatch(reason: reason()) }
}

/// What is known about a call before it runs.
struct OperationCall {
  let inputs: [TensorType]
  let outputs: [TensorType]
  /// The inputs that never change, for packing once.
  let constants: [NDArray?]
}

/// A call seen from behind: what went in, what came out, and the gradient of what came out.
struct GradientCall {
  let inputs: [Tensor]
  let outputs: [Tensor]
  let outputGradients: [Tensor?]

  /// The gradient of the first output.
  func upstream() throws -> Tensor {
    guard let first = outputGradients.first, let gradient = first else {
      throw TensorError.notDifferentiable("an unused output")
    }
    return gradient
  }
}

/// Addresses of a call's inputs, then its outputs, then its scratch memory.
typealias Addresses = UnsafeMutablePointer<UnsafeMutableRawPointer>

/// A prepared computation: runs any number of times on whatever addresses it is given.
struct Kernel {
  var scratchByteCount = 0
  /// Returns 0, or the status that explains the failure.
  let run: (Addresses) -> Int32

  init(scratchByteCount: Int = 0, _ run: @escaping (Addresses) -> Int32) {
    self.scratchByteCount = scratchByteCount
    self.run = run
  }
}
