import GenMedia

/// A sum of columns, each times a number, and a number.
struct LinearForm {
  private(set) var weights: [String: Double] = [:]
  private(set) var constant = 0.0

  /// Nil for what is no such sum.
  init?(_ formula: RowFormula) {
    switch formula {
    case .number(let number): constant = number
    case .column(let name): weights[name] = 1
    case .negative(let inner):
      guard let inner = LinearForm(inner) else { return nil }
      add(inner, times: -1)
    case .joined(let left, let sign, let right):
      guard let left = LinearForm(left), let right = LinearForm(right) else { return nil }
      switch sign {
      case .add, .subtract:
        self = left
        add(right, times: sign == .add ? 1 : -1)
      case .multiply where right.weights.isEmpty: add(left, times: right.constant)
      case .multiply where left.weights.isEmpty: add(right, times: left.constant)
      case .divide where right.weights.isEmpty && right.constant != 0:
        add(left, times: 1 / right.constant)
      default: return nil
      }
    case .not, .text, .truth, .missing: return nil
    }
    weights = weights.filter { $0.value != 0 }
  }

  private mutating func add(_ other: LinearForm, times factor: Double) {
    for (name, weight) in other.weights { weights[name, default: 0] += weight * factor }
    constant += other.constant * factor
  }

  /// What a column is when the sum is 0.
  func solved(for name: String) -> RowFormula? {
    guard let own = weights[name] else { return nil }
    let start = -constant / own
    var sum: RowFormula? = start == 0 ? nil : .number(start)
    for (other, weight) in weights.sorted(by: { $0.key < $1.key }) where other != name {
      let factor = -weight / own
      let term: RowFormula =
        abs(factor) == 1 ? .column(other) : .joined(.column(other), .multiply, .number(abs(factor)))
      if let known = sum {
        sum = .joined(known, factor < 0 ? .subtract : .add, term)
      } else {
        sum = factor < 0 ? .negative(term) : term
      }
    }
    return sum ?? .number(0)
  }
}
