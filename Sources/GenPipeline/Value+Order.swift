extension Value {
  /// Negative, 0 or positive as this value comes before, with or after another; nil where there is
  /// no order between them.
  ///
  /// Numbers by size, texts letter by letter, quantities of one dimension by amount.
  public func order(to other: Value) -> Int? {
    switch (self, other) {
    case (.int(let first), .int(let second)): Value.order(first, second)
    case (.text(let first), .text(let second)): Value.order(first, second)
    case (.quantity(let first), .quantity(let second)):
      first.dimension == second.dimension ? Value.order(first.amount, second.amount) : nil
    default:
      if let first = Double(self), let second = Double(other) {
        Value.order(first, second)
      } else {
        nil
      }
    }
  }

  private static func order<Element: Comparable>(_ first: Element, _ second: Element) -> Int {
    first < second ? -1 : first == second ? 0 : 1
  }

  /// Whether both are the same; nil where the question has no answer, as for functions.
  public func equals(_ other: Value) -> Bool? {
    switch (self, other) {
    case (.none, .none): return true
    case (.none, _), (_, .none): return false
    case (.bool(let first), .bool(let second)): return first == second
    case (.color(let first), .color(let second)): return first == second
    case (.sampler(let first), .sampler(let second)): return first == second
    case (.model(let first), .model(let second)): return first == second
    case (.image(let first), .image(let second)): return first == second
    case (.audio(let first), .audio(let second)): return first == second
    case (.mesh(let first), .mesh(let second)): return first == second
    case (.table(let first), .table(let second)): return first == second
    case (.method(let first), .method(let second)): return first == second
    case (.fitted(let first), .fitted(let second)): return first == second
    case (.trace(let first), .trace(let second)): return first == second
    case (.symbol(let first), .symbol(let second)), (.symbol(let first), .text(let second)),
      (.text(let first), .symbol(let second)):
      return first == second
    case (.list(let first), .list(let second)):
      guard first.count == second.count else { return false }
      return Value.allEqual(zip(first, second))
    case (.record(let first), .record(let second)): return Value.equal(first, second)
    case (.prompt, _), (_, .prompt):
      guard let first = Prompt(self), let second = Prompt(other) else { return nil }
      return first == second
    default: return order(to: other).map { $0 == 0 }
    }
  }

  private static func allEqual(_ pairs: some Sequence<(Value, Value)>) -> Bool? {
    for (first, second) in pairs {
      guard let isEqual = first.equals(second) else { return nil }
      if !isEqual { return false }
    }
    return true
  }

  private static func equal(_ first: [RecordField], _ second: [RecordField]) -> Bool? {
    guard first.count == second.count else { return false }
    var pairs: [(Value, Value)] = []
    for field in first {
      guard let other = second.first(where: { $0.name == field.name }) else { return false }
      pairs.append((field.value, other.value))
    }
    return allEqual(pairs)
  }
}
