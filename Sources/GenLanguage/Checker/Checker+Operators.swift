import GenPipeline

extension Checker {
  func check(chain first: Expression, _ terms: [Expression.Term], _ names: NameScope) -> Checked {
    var left = checkValue(first, names)
    var isReported = false
    for term in terms {
      let right = checkValue(term.operand, names)
      guard !isReported, let type = operatorType(term, left, right) else {
        if !isReported { report(mismatch(term, left, right, names)) }
        isReported = true
        left = .unknown
        continue
      }
      left = Checked(type: type, constant: constant(term, left, right, names))
    }
    return left
  }

  private func operatorType(
    _ term: Expression.Term, _ left: Checked, _ right: Checked
  ) -> ValueType? {
    let type = Operators.type(term.sign, left.type, right.type)
    guard term.sign == .power, type == .int, case .int(let exponent)? = right.constant else {
      return type
    }
    return exponent < 0 ? .number : .int
  }

  private func constant(
    _ term: Expression.Term, _ left: Checked, _ right: Checked, _ names: NameScope
  ) -> Value? {
    guard let first = left.constant, let second = right.constant else { return nil }
    do throws(ArithmeticFailure) {
      return try Operators.value(term.sign, first, second)
    } catch {
      if let diagnostic = Diagnostic.arithmetic(error, at: names.place(term.signRange)) {
        report(diagnostic)
      }
      return nil
    }
  }

  private func mismatch(
    _ term: Expression.Term, _ left: Checked, _ right: Checked, _ names: NameScope
  ) -> Diagnostic {
    let place = names.place(term.signRange)
    if case .quantity(let first) = left.type, case .quantity(let second) = right.type,
      first != second
    {
      return .unitsMix(first, second, at: place)
    }
    return .operatorMismatch(
      term.sign.rawValue, left.type, right.type,
      hint: hint(term.sign, left.type, right.type), at: place)
  }

  private func hint(_ sign: Operator, _ left: ValueType, _ right: ValueType) -> String? {
    if sign == .add, left == .text || right == .text {
      return "put texts together with \"{a}{b}\""
    }
    if case .quantity(let dimension) = left, right.isNumeric {
      return "give the number its unit: \(dimension.unit)"
    }
    if case .quantity(let dimension) = right, left.isNumeric {
      return "give the number its unit: \(dimension.unit)"
    }
    if case .optional = left { return "give a value for none: … |> otherwise(…)" }
    if case .optional = right { return "give a value for none: … |> otherwise(…)" }
    return nil
  }

  func check(
    negative operand: Expression, _ expression: Expression, _ names: NameScope
  ) -> Checked {
    let checked = checkValue(operand, names)
    guard let type = Operators.negated(checked.type) else {
      report(
        .operatorMismatch(
          "-", .int, checked.type, hint: "only numbers and quantities have a sign",
          at: names.place(expression.range)))
      return .unknown
    }
    let constant = checked.constant.flatMap { try? Operators.negated($0) }
    return Checked(type: type, constant: constant)
  }
}
