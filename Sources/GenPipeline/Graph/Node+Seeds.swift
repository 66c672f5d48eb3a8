extension Node {
  /// The same calls with every seed among them moved on: the sibling of a number.
  ///
  /// Equal numbers give equal siblings; number 0 is the call itself.
  /// - Throws: what digesting a value throws.
  public func sibling(_ number: Int) throws -> Node {
    guard number != 0 else { return self }
    let values = try zip(arguments.parameters, arguments.values).map { parameter, value in
      if parameter.name == "seed", case .int(let seed) = value {
        return Value.int((seed &+ number &* 1_000_003) & 0xFFFF_FFFF)
      }
      return try value.sibling(number)
    }
    let described = try zip(arguments.parameters, values).map { parameter, value in
      try CallFacts.Argument(parameter.name, value)
    }
    return Node(
      stage: stage, arguments: Arguments(parameters: arguments.parameters, values: values),
      facts: facts.replacing(described), place: place, type: type, mayBeKept: mayBeKept)
  }
}

extension Value {
  /// The value with the calls in it replaced by siblings.
  public func sibling(_ number: Int) throws -> Value {
    switch self {
    case .deferred(let node): .deferred(try node.sibling(number))
    case .list(let elements): .list(try elements.map { try $0.sibling(number) })
    case .grid(let grid): .grid(try grid.map { try $0.sibling(number) })
    case .record(let fields):
      .record(try fields.map { RecordField($0.name, try $0.value.sibling(number)) })
    default: self
    }
  }
}

extension CallFacts {
  func replacing(_ arguments: [Argument]) -> CallFacts {
    CallFacts(
      stage: stage, version: version, arguments: arguments, models: models, files: files,
      numericMode: numericMode, program: program)
  }
}
