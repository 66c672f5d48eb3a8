import GenPipeline

extension Evaluator {
  func range(
    _ expression: Expression, _ from: Expression, _ to: Expression, _ step: Expression?,
    _ isClosed: Bool, _ scope: RunScope
  ) async throws -> Value {
    let first = try await demanding.resolved(evaluate(from, scope))
    let last = try await demanding.resolved(evaluate(to, scope))
    var stride: Value?
    if let step { stride = try await demanding.resolved(evaluate(step, scope)) }
    let place = scope.place(expression.range)
    return .list(
      try RangeEnds(first, last, stride, isClosed).elements(
        at: place, step: step.map { scope.place($0.range) } ?? place))
  }
}

/// A range whose ends and steps are known: the check and the run count it in one way.
struct RangeEnds {
  let first: Value
  let last: Value
  let stride: Value?
  let isClosed: Bool

  init(_ first: Value, _ last: Value, _ stride: Value?, _ isClosed: Bool) {
    (self.first, self.last, self.stride, self.isClosed) = (first, last, stride, isClosed)
  }

  /// How many elements it has; nil when it is no range.
  var count: Double? {
    guard let low = first.amount, let high = last.amount,
      let step = stride.map(\.amount) ?? 1, step != 0
    else { return nil }
    let exact = (high - low) / step
    guard exact >= 0 else { return 0 }
    return isClosed ? (exact + 1e-6).rounded(.down) + 1 : (exact - 1e-6).rounded(.up)
  }

  /// - Throws: ``Diagnostic`` for steps of 0 and for more elements than a list has.
  func elements(at place: SourcePlace, step stepPlace: SourcePlace) throws -> [Value] {
    guard let stride else {
      guard case .int(let low) = first, case .int(let high) = last else {
        throw Diagnostic.confused(at: place)
      }
      return try whole(low, high, 1, place)
    }
    switch (first, last, stride) {
    case (.int(let low), .int(let high), .int(let by)):
      guard by != 0 else { throw Diagnostic.stepOfZero(at: stepPlace) }
      return try whole(low, high, by, place)
    case (.quantity(let low), .quantity(let high), .quantity(let by)):
      return try real(low.amount, high.amount, by.amount, place, stepPlace).map {
        .quantity(Quantity($0, low.dimension))
      }
    default:
      guard let low = first.number, let high = last.number, let by = stride.number else {
        throw Diagnostic.confused(at: place)
      }
      return try real(low, high, by, place, stepPlace).map { .number($0) }
    }
  }

  private func whole(
    _ low: Int, _ high: Int, _ step: Int, _ place: SourcePlace
  ) throws -> [Value] {
    let count = abs(Double(high) - Double(low)) / abs(Double(step))
    if count >= Double(Evaluator.longestList), (high > low) == (step > 0) {
      throw Diagnostic.listTooLong(count.rounded(.up), most: Evaluator.longestList, at: place)
    }
    if isClosed { return Swift.stride(from: low, through: high, by: step).map { .int($0) } }
    return Swift.stride(from: low, to: high, by: step).map { .int($0) }
  }

  /// Each element is worked out from the first, so that errors do not add up; the last counts when
  /// it is reached within a millionth of a step.
  private func real(
    _ low: Double, _ high: Double, _ step: Double, _ place: SourcePlace, _ stepPlace: SourcePlace
  ) throws -> [Double] {
    guard step != 0 else { throw Diagnostic.stepOfZero(at: stepPlace) }
    let exact = (high - low) / step
    guard exact < Double(Evaluator.longestList) else {
      throw Diagnostic.listTooLong(exact.rounded(.up), most: Evaluator.longestList, at: place)
    }
    guard exact >= 0 else { return [] }
    let steps = isClosed ? (exact + 1e-6).rounded(.down) + 1 : (exact - 1e-6).rounded(.up)
    return (0..<max(0, Int(steps))).map { low + Double($0) * step }
  }
}

extension Value {
  fileprivate var amount: Double? {
    if case .quantity(let quantity) = self { quantity.amount } else { number }
  }
}
