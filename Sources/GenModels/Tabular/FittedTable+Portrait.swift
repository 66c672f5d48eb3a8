import GenMedia

extension FittedTable {
  /// How a column is made.
  public struct ColumnPortrait: Hashable, Sendable {
    public let name: String
    public let type: String
    /// Such as `17…90`, `9 levels`, `always "US"` or `made anew: P0301…`.
    public let words: String
    /// What the method says of it, such as `gamma`; empty where it says nothing.
    public let note: String

    /// The same under another name.
    public func named(_ name: String) -> ColumnPortrait {
      ColumnPortrait(name: name, type: type, words: words, note: note)
    }
  }

  public var portraits: [ColumnPortrait] {
    let notes = synthesizer?.columnNotes ?? [:]
    return zip(schema.columns, forms).map { column, form in
      ColumnPortrait(
        name: column.name, type: column.type.name, words: form.words(for: column),
        note: plan.step(of: column.name)?.words(for: column.name) ?? notes[column.name] ?? "")
    }
  }
}

extension ColumnForm {
  fileprivate func words(for column: Column) -> String {
    switch self {
    case .numbers(_, -Double.greatestFiniteMagnitude, _): return "any number"
    case .numbers(_, let low, let high): return "\(column.spoken(low))…\(column.spoken(high))"
    case .levels:
      let count = column.codes?.levels.count ?? 0
      return "\(count) level\(count == 1 ? "" : "s")"
    case .oneNumber(let number):
      return number.map { "always \(column.spoken($0))" } ?? "always missing"
    case .oneLevel(let code):
      guard code >= 0, let level = column.codes?.levels[Int(code)] else { return "always missing" }
      return "always \"\(level)\""
    case .identifier(let form, _):
      return "made anew: \(form.entries(1, seed: 0)[0] ?? "")…"
    }
  }
}

extension RuleStep {
  fileprivate func words(for name: String) -> String {
    switch self {
    case .computed(_, let formula): "= \(formula)"
    case .bounded(_, let bounds):
      (bounds.low.map { "from \($0)" } + bounds.high.map { "up to \($0)" }).joined(separator: ", ")
    case .together(let names, _): "with \(names.filter { $0 != name }.joined(separator: ", "))"
    }
  }
}
