import CGenKernels

/// The same numbers in another floating-point type, rounded to nearest even.
struct Cast: Operation {
  let elementType: ElementType

  var name: String { "cast to \(elementType.rawValue)" }
  var precision: Precision { .following }

  func outputs(for inputs: [TensorType]) throws -> [TensorType] {
    try demand(inputs[0].elementType.isFloatingPoint, "needs real numbers")
    return [TensorType(inputs[0].shape, elementType)]
  }

  /// A wider type between two equal ones changes nothing.
  func simplified(_ inputs: [Tensor]) -> Tensor? {
    if inputs[0].elementType == elementType { return inputs[0] }
    guard let (inner, source) = inputs[0].maker(as: Cast.self), inner.elementType == .f32,
      source[0].elementType == elementType
    else { return nil }
    return source[0]
  }

  func prepare(_ call: OperationCall) throws -> Kernel {
    let (from, to) = (try call.inputs[0].kernelType, try call.outputs[0].kernelType)
    let count = Int64(call.inputs[0].shape.elementCount)
    return Kernel { cgen_cast($0[0], from, $0[1], to, count).rawValue }
  }

  func gradient(_ call: GradientCall) throws -> [Tensor?] { [try call.upstream()] }
}

extension Tensor {
  /// The same numbers in another floating-point type.
  public func converted(to type: ElementType) -> Tensor {
    graph.apply(Cast(elementType: type), self)
  }
}
