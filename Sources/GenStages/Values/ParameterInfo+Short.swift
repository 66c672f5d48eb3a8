import GenPipeline

extension ParameterInfo {
  /// A parameter whose type is written in the language's terms.
  init(
    _ name: String, _ documentation: String, _ type: ValueType,
    in range: ClosedRange<Double>? = nil, default initial: Value? = nil, naming: Naming? = nil
  ) {
    self.init(
      name: name, documentation: documentation, type: type, range: range, initial: initial,
      naming: naming)
  }
}

extension ValueType {
  /// The type parameters of the verbs that take any values.
  static let anything = ValueType.variable("A")
  static let anyOther = ValueType.variable("B")
}

/// The arguments of a verb that takes any values, by position.
struct Given {
  let values: [Value]

  init(_ arguments: Arguments) { values = arguments.values }

  subscript(index: Int) -> Value { index < values.count ? values[index] : .none }

  /// The elements of a list, as they are: some may be calls that have still to be run.
  func list(_ index: Int) throws -> [Value] {
    guard case .list(let elements) = self[index] else { throw Diagnostic.wrongKind() }
    return elements
  }

  /// The elements of a list with every call in them run.
  func known(_ index: Int) async throws -> [Value] {
    guard case .list(let elements) = try await Given.known(self[index]) else {
      throw Diagnostic.wrongKind()
    }
    return elements
  }

  func whole(_ index: Int) throws -> Int {
    guard let whole = Int(self[index]) else { throw Diagnostic.wrongKind() }
    return whole
  }

  func function(_ index: Int) throws -> FunctionValue {
    guard case .function(let function) = self[index] else { throw Diagnostic.wrongKind() }
    return function
  }

  static func known(_ value: Value) async throws -> Value {
    guard value.isDeferred, let demand = StageContext.current.demand else { return value }
    return try await demand(value)
  }
}
