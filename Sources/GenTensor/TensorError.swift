/// What can go wrong between a user's numbers and a running program.
///
/// Facts only: whoever shows an error to a user writes the sentence.
public enum TensorError: Error, Hashable, Sendable {
  case impossibleShape([Int])
  case elementCount(expected: Int, found: Int)
  case missingWeight(String)
  case weightShape(name: String, expected: Shape, found: Shape)
  case missingInput(String)
  case unknownInput(String)
  case inputShape(name: String, expected: Shape, found: Shape)
  case inputType(name: String, expected: ElementType, found: ElementType)
  case unknownState(String)
  case duplicateName(String)
  case operation(String, shapes: [Shape], reason: String)
  case kernel(String, status: Int)
  case notDifferentiable(String)
  case insufficientMemory(neededBytes: Int, availableBytes: Int)
  case noOutput
}

extension TensorError: CustomStringConvertible {
  public var description: String {
    switch self {
    case .impossibleShape(let dimensions): "no array can have the shape \(dimensions)"
    case .elementCount(let expected, let found): "\(found) elements where \(expected) belong"
    case .missingWeight(let name): "there is no weight \"\(name)\""
    case .weightShape(let name, let expected, let found):
      "the weight \"\(name)\" has the shape \(found), not \(expected)"
    case .missingInput(let name): "the input \"\(name)\" was not given"
    case .unknownInput(let name): "the program has no input \"\(name)\""
    case .inputShape(let name, let expected, let found):
      "the input \"\(name)\" has the shape \(found), not \(expected)"
    case .inputType(let name, let expected, let found):
      "the input \"\(name)\" holds \(found.rawValue), not \(expected.rawValue)"
    case .unknownState(let name): "the program has no state \"\(name)\""
    case .duplicateName(let name): "the name \"\(name)\" is used twice"
    case .operation(let name, let shapes, let reason):
      "\(name) of \(shapes.map(\.description).joined(separator: " and ")): \(reason)"
    case .kernel(let name, let status): "\(name) failed with status \(status)"
    case .notDifferentiable(let name): "\(name) has no gradient"
    case .insufficientMemory(let needed, let available):
      "the program needs \(needed >> 20) MiB and \(available >> 20) MiB are free"
    case .noOutput: "the program has no output"
    }
  }
}
