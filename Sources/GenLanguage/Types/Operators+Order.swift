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
    guard let order = left.order(to: right) else { throw .notApplicable }
    return order
  }

  static func equal(_ left: Value, _ right: Value) throws(ArithmeticFailure) -> Bool {
    guard let isEqual = left.equals(right) else { throw .notApplicable }
    return isEqual
  }
}
