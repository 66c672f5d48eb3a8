/// A call that spends of the privacy of tables.
public struct PrivacyCall: Sendable, Hashable {
  public let key: String
  /// Infinity where nothing protects the rows.
  public let epsilon: Double
  /// The calls that read the tables, such as `load("patients.csv")`.
  public let sources: [String]
  public let place: SourcePlace?
}

extension Plan {
  /// The calls that spend of the privacy of tables, whether their result is in the cache or not: it
  /// was spent when it was made. Equal calls are one.
  public var privacyCalls: [PrivacyCall] {
    order.compactMap { node in
      node.stage.spends.map {
        PrivacyCall(
          key: node.key, epsilon: $0(node.arguments), sources: node.sources, place: node.place)
      }
    }
  }
}

extension [PrivacyCall] {
  /// What these calls together may not do; nil where no table loses more than is allowed.
  ///
  /// - Source: Dwork & Roth 2014, "The algorithmic foundations of differential privacy", theorem 3.16
  ///   (epsilons add up).
  public func refusal(over budget: Double) -> Diagnostic? {
    var spent: [String: Double] = [:]
    for call in self {
      for source in call.sources {
        spent[source, default: 0] += call.epsilon
        guard let all = spent[source], all > budget * (1 + 1e-9) else { continue }
        return .overPrivacy(source, all, budget: budget, at: call.place)
      }
    }
    return nil
  }
}

extension Node {
  /// The calls at the beginning of what this one works on: those that read files, or have no input.
  fileprivate var sources: [String] {
    var found: [String] = []
    var seen: Set<String> = []
    var waiting = inputs
    while let node = waiting.popLast() {
      guard seen.insert(node.key).inserted else { continue }
      if node.inputs.isEmpty || !node.stage.reads.isEmpty {
        // Where a table comes from that the program has looked into, nobody can tell any more.
        let holdsTable = node.arguments.values.contains {
          if case .table = $0 { true } else { false }
        }
        found.append(
          holdsTable ? "a table that the program has looked into" : node.callText { _ in "…" })
      } else {
        waiting.append(contentsOf: node.inputs)
      }
    }
    return Array(Set(found)).sorted()
  }
}

extension Diagnostic {
  fileprivate static func overPrivacy(
    _ source: String, _ spent: Double, budget: Double, at place: SourcePlace?
  ) -> Diagnostic {
    guard spent < .infinity else {
      return Diagnostic(
        "E0810", message: "this learns from \(source) without protecting its rows",
        label: "an epsilon without end",
        hint: "protect them: fit(table, marginals(), privacy: dp(epsilon: 1, delta: 1e-6))",
        at: place)
    }
    return Diagnostic(
      "E0810",
      message:
        "the program spends an epsilon of \(short(spent)) of \(source), and privacy_budget is "
        + short(budget),
      label: "here it becomes too much",
      hint: "lower an epsilon, or fit once and sample as often as you like, which is free",
      at: place)
  }

  private static func short(_ number: Double) -> String {
    number == number.rounded() && abs(number) < 1e15 ? "\(Int(number))" : "\(number)"
  }
}
