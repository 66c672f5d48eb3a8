import GenPipeline

/// Verbs that need an order or a sum.
extension ListVerbs {
  private static let key = ValueType.optional(.function([.anything], .anyOther))

  @CatalogBuilder static var folding: [Stage] {
    Stage(
      "sum", "Adds up the numbers or amounts of a list.", topic: "values",
      parameters: [ParameterInfo("list", "Numbers or amounts of one unit.", .list(.anything))],
      result: .byArguments { try sumType($0) },
      examples: [.init("sum([1, 2, 3])", "6"), .init("sum([1s, 500ms])", "1.5s")],
      effort: .instant
    ) { arguments in
      try total(try await Given(arguments).known(0))
    }
    Stage(
      "sort", "Puts a list in order, the least first.", topic: "values",
      parameters: [
        ParameterInfo("list", "Numbers, texts or amounts.", .list(.anything)),
        ParameterInfo("by", "What to compare of each element.", key, default: Value.none),
      ], result: .byArguments { .list(try orderedElement($0, "sort")) },
      examples: [
        .init("sort([3, 1, 2])", "[1, 2, 3]"), .init("sort([1, 2], by: x => -x)", "[2, 1]"),
      ], effort: .instant
    ) { arguments in
      let given = Given(arguments)
      let elements = try given.list(0)
      let keys = try await keys(given)
      let order = elements.indices.sorted { first, second in
        let order = keys[first].order(to: keys[second]) ?? 0
        return order == 0 ? first < second : order < 0
      }
      return .list(order.map { elements[$0] })
    }
    extreme("min", "The least element of a list.", example: .init("min([3, 1])", "1")) { $0 < 0 }
    extreme("max", "The greatest element of a list.", example: .init("max([3, 1])", "3")) { $0 > 0 }
  }

  private static func extreme(
    _ name: String, _ summary: String, example: Stage.Example,
    _ isBetter: @escaping @Sendable (Int) -> Bool
  ) -> [Stage] {
    [
      Stage(
        name, summary, topic: "values",
        parameters: [
          ParameterInfo("list", "Numbers, texts or amounts.", .list(.anything)),
          ParameterInfo("by", "What to compare of each element.", key, default: Value.none),
        ], result: .byArguments { try orderedElement($0, name) }, examples: [example],
        effort: .instant
      ) { arguments in
        let given = Given(arguments)
        let elements = try given.list(0)
        let keys = try await keys(given)
        guard var best = elements.indices.first else { throw Diagnostic.emptyList(name) }
        for index in elements.indices.dropFirst()
        where isBetter(keys[index].order(to: keys[best]) ?? 0) {
          best = index
        }
        return elements[best]
      }
    ]
  }

  private static func keys(_ given: Given) async throws -> [Value] {
    guard case .function(let function) = given[1] else { return try await given.known(0) }
    var keys: [Value] = []
    for element in try given.list(0) {
      keys.append(try await Given.known(function.call([element])))
    }
    return keys
  }

  private static func element(_ shape: CallShape) -> ValueType {
    if case .list(let element)? = shape.types["list"] { element } else { .unknown }
  }

  private static func orderedElement(_ shape: CallShape, _ stage: String) throws -> ValueType {
    let element = element(shape)
    if shape.given.contains("by") { return element }
    switch element {
    case .int, .number, .text, .quantity, .unknown: return element
    default: throw Diagnostic.notOrdered(stage, element).placed(at: shape.places["list"])
    }
  }

  private static func sumType(_ shape: CallShape) throws -> ValueType {
    let element = element(shape)
    switch element {
    case .int, .number, .quantity: return element
    case .unknown: return .number
    default: throw Diagnostic.notSummable("sum", element).placed(at: shape.places["list"])
    }
  }

  private static func total(_ elements: [Value]) throws -> Value {
    var whole = 0
    var real = 0.0
    var dimension: Dimension?
    var isWhole = true
    for element in elements {
      switch element {
      case .int(let amount):
        let (sum, overflow) = whole.addingReportingOverflow(amount)
        guard !overflow else { throw Diagnostic.outsideNumbers("sum") }
        whole = sum
        real += Double(amount)
      case .number(let amount):
        isWhole = false
        real += amount
      case .quantity(let quantity):
        isWhole = false
        dimension = quantity.dimension
        real += quantity.amount
      default: throw Diagnostic.wrongKind()
      }
    }
    if let dimension { return .quantity(Quantity(real, dimension)) }
    return isWhole ? .int(whole) : .number(real)
  }
}
