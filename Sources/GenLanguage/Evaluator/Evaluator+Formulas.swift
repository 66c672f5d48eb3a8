import GenMedia
import GenPipeline

extension Evaluator {
  /// What a function of one row says, where columns, constants and signs say it all.
  func formula(_ lambda: Expression.Lambda, _ scope: RunScope) -> RowFormula? {
    guard lambda.parameters.count == 1, let row = lambda.parameters.first?.text else { return nil }
    return lambda.body.formula(of: row, scope)
  }
}

extension Expression {
  fileprivate func formula(of row: String, _ scope: RunScope) -> RowFormula? {
    switch kind {
    case .literal(let value): return RowFormula(value)
    case .name(let name):
      guard name != row, case .value(let value)? = scope.find(name) else { return nil }
      return RowFormula(value)
    case .parenthesized(let inner): return inner.formula(of: row, scope)
    case .not(let inner): return inner.formula(of: row, scope).map { .not($0) }
    case .negative(let inner): return inner.formula(of: row, scope).map { .negative($0) }
    case .field(let value, let name):
      guard case .name(row) = value.bare.kind else { return nil }
      return .column(name.text)
    case .index(let value, let index):
      guard case .name(row) = value.bare.kind,
        case .text(let name)? = index.formula(of: row, scope)
      else { return nil }
      return .column(name)
    case .chain(let first, let terms):
      return terms.reduce(first.formula(of: row, scope)) { left, term in
        guard let left, let sign = term.sign.inFormulas,
          let right = term.operand.formula(of: row, scope)
        else { return nil }
        return .joined(left, sign, right)
      }
    default: return nil
    }
  }
}

extension Operator {
  fileprivate var inFormulas: RowFormula.Sign? {
    switch self {
    case .add: .add
    case .subtract: .subtract
    case .multiply: .multiply
    case .divide: .divide
    case .less: .less
    case .lessEqual: .lessEqual
    case .greater: .greater
    case .greaterEqual: .greaterEqual
    case .equal: .equal
    case .notEqual: .notEqual
    case .and: .and
    case .or: .or
    default: nil
    }
  }
}

extension RowFormula {
  fileprivate init?(_ value: Value) {
    switch value {
    case .none: self = .missing
    case .bool(let truth): self = .truth(truth)
    // Beyond that a whole number is not kept exactly.
    case .int(let whole) where abs(Double(whole)) <= 0x1p53: self = .number(Double(whole))
    case .number(let number) where number.isFinite: self = .number(number)
    case .text(let text), .symbol(let text): self = .text(text)
    default: return nil
    }
  }
}
