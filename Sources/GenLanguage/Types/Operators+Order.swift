#if canImport(Glibc)
  import Glibc
#else
  import Darwin
#endif
import GenPipeline

enum Powers {
  static func power(_ base: Double, _ exponent: Double) -> Double { pow(base, exponent) }
}

extension Operators {
  /// Negative, 0 or positive as `left` comes before, with or after `right`.
  static func compare(_ left: Value, _ right: Value) throws(ArithmeticFailure) -> Int {
    switch (left, right) {
    case (.int(let first), .int(let second)): return order(first, second)
    case (.text(let first), .text(let second)): return order(first, second)
    case (.quantity(let first), .quantity(let second)) where first.dimension == second.dimension:
      return order(first.amount, second.amount)
    default:
      guard let first = left.number, let second = right.number else { throw .notApplicable }
      return order(first, second)
    }
  }

  private static func order<Element: Comparable>(_ first: Element, _ second: Element) -> Int {
    first < second ? -1 : first == second ? 0 : 1
  }

  static func equal(_ left: Value, _ right: Value) throws(ArithmeticFailure) -> Bool {
    switch (left, right) {
    case (.none, .none): return true
    case (.none, _), (_, .none): return false
    case (.bool(let first), .bool(let second)): return first == second
    case (.color(let first), .color(let second)): return first == second
    case (.symbol(let first), .symbol(let second)): return first == second
    case (.symbol(let first), .text(let second)), (.text(let first), .symbol(let second)):
      return first == second
    case (.sampler(let first), .sampler(let second)): return first == second
    case (.model(let first), .model(let second)): return first == second
    case (.image(let first), .image(let second)): return first == second
    case (.list(let first), .list(let second)):
      guard first.count == second.count else { return false }
      for (one, other) in zip(first, second) where !(try equal(one, other)) { return false }
      return true
    case (.record(let first), .record(let second)): return try equal(first, second)
    case (.prompt, _), (_, .prompt):
      guard let first = Prompt(left), let second = Prompt(right) else { throw .notApplicable }
      return first == second
    default: return try compare(left, right) == 0
    }
  }

  private static func equal(
    _ first: [RecordField], _ second: [RecordField]
  ) throws(ArithmeticFailure) -> Bool {
    guard first.count == second.count else { return false }
    for field in first {
      guard let other = second.first(where: { $0.name == field.name }),
        try equal(field.value, other.value)
      else { return false }
    }
    return true
  }
}
