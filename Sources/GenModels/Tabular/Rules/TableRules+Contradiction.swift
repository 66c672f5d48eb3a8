import GenMedia

extension TableRules {
  /// Two rules that no row can keep both, with others between them where there are; nil where none are
  /// found among those that compare a column with another or with a number.
  ///
  /// - Source: Bellman 1958, "On a routing problem": differences of columns that are bounded contradict
  ///   each other where the bounds around a circle are less than 0.
  var contradiction: (RowFormula, RowFormula)? {
    let bounds = always.flatMap(DifferenceBound.bounds)
    let names = Set(bounds.flatMap { [$0.from, $0.to] })
    var reach = Dictionary(uniqueKeysWithValues: names.map { ($0, (most: 0.0, open: 0)) })
    var last: [String: DifferenceBound] = [:]
    for round in 0...names.count {
      var changed: DifferenceBound?
      for bound in bounds {
        guard let before = reach[bound.from], let now = reach[bound.to] else { continue }
        let (most, open) = (before.most + bound.most, before.open + (bound.isOpen ? 1 : 0))
        // Of equal bounds the one that leaves its end out says more.
        let slack = 1e-9 * max(1, abs(most))
        guard most < now.most - slack || (most <= now.most + slack && open > now.open) else {
          continue
        }
        (reach[bound.to], last[bound.to], changed) = ((most, open), bound, bound)
      }
      guard let changed else { return nil }
      if round == names.count { return circle(endingWith: changed, last) }
    }
    return nil
  }

  /// Two rules of the circle that a bound lies on.
  private func circle(
    endingWith bound: DifferenceBound, _ last: [String: DifferenceBound]
  ) -> (RowFormula, RowFormula)? {
    var place = bound.to
    // So many steps back one is on the circle for sure.
    for _ in last { place = last[place]?.from ?? place }
    var rules: [RowFormula] = []
    let start = place
    repeat {
      guard let step = last[place] else { return nil }
      if rules.last != step.rule { rules.append(step.rule) }
      place = step.from
    } while place != start
    guard let first = rules.first, let second = rules.last else { return nil }
    return (first, second)
  }
}

/// That a column is at most so much above another; an empty name stands for 0.
private struct DifferenceBound {
  let from: String
  let to: String
  let most: Double
  /// Whether it has to be less.
  let isOpen: Bool
  let rule: RowFormula

  static func bounds(_ rule: RowFormula) -> [DifferenceBound] {
    guard case .joined(let left, let sign, let right) = rule,
      let form = LinearForm(.joined(left, .subtract, right)), (1...2).contains(form.weights.count)
    else { return [] }
    let (plus, minus) = (form.weights.filter { $0.value > 0 }, form.weights.filter { $0.value < 0 })
    guard plus.count <= 1, minus.count <= 1, let scale = form.weights.values.first.map(abs),
      form.weights.values.allSatisfy({ abs($0) == scale })
    else { return [] }
    let (high, low) = (plus.keys.first ?? "", minus.keys.first ?? "")
    let most = -form.constant / scale
    // high - low <= most, and the other way round.
    let below = { DifferenceBound(from: low, to: high, most: most, isOpen: $0, rule: rule) }
    let above = { DifferenceBound(from: high, to: low, most: -most, isOpen: $0, rule: rule) }
    return switch sign {
    case .less: [below(true)]
    case .lessEqual: [below(false)]
    case .greater: [above(true)]
    case .greaterEqual: [above(false)]
    case .equal: [below(false), above(false)]
    default: []
    }
  }
}
