import GenMedia

/// Why nothing can be learned from a table, or no rows be made.
public enum SynthesisError: Error, Hashable, Sendable {
  /// A table of no rows or no columns.
  case emptyTable
  /// A table of one row.
  case oneRow
  /// Columns of texts that have nothing in common.
  case texts([String])
  /// An entry that is no finite number; rows count from 0.
  case infinite(column: String, row: Int)
  /// The loss left the numbers, at this step.
  case diverged(step: Int)
  /// What was stored does not go together; in words, why.
  case damaged(String)
  /// Settings of a method that no network can have; in words, which.
  case settings(String)
  /// A column that a method cannot learn; in words, why.
  case unfit(column: String, reason: String)
  /// Too few of the rows that were drawn met a condition.
  case rare(met: Int, of: Int, wanted: Int)
  /// A condition that no row can meet; in words, why and what to ask instead.
  case impossible(String, hint: String)
  /// A rule that cannot be kept; what is wrong with it, and in which row, counted from 0.
  case rule(String, String, row: Int?)
  /// A column that says where rows belong, with an entry that says it of none; what the entry is, and
  /// in which row, counted from 0.
  case key(String, String, row: Int)
  /// A file of a method that is not known here.
  case unknownMethod(String)
  /// A method that cannot learn without showing rows.
  case unprotecting(String)
}

extension SynthesisError: CustomStringConvertible {
  /// What is so, without a full stop.
  public var description: String {
    switch self {
    case .emptyTable: "there is nothing to learn from: the table has no rows or no columns"
    case .oneRow: "a table of one row says nothing of others: any model of it would be that row"
    case .texts(let names):
      "\(names.map { "'\($0)'" }.joined(separator: ", ")) "
        + (names.count == 1 ? "holds texts" : "hold texts") + ", which no method can make up"
    case .infinite(let column, let row):
      "'\(column)' has an infinite number in row \(row + 1)"
    case .diverged(let step): "the training left the numbers at step \(step)"
    case .damaged(let reason): "the fitted model is damaged: \(reason)"
    case .settings(let reason): "there is no such network: \(reason)"
    case .unfit(let column, let reason): "'\(column)' cannot be used: \(reason)"
    case .rare(let met, let tries, let wanted):
      "\(met) of \(tries) rows that were drawn met all that was asked, and \(wanted) were wanted"
    case .impossible(let reason, _): reason
    case .rule(let rule, let reason, _): "\(rule) \(reason)"
    case .key(let name, let reason, let row): "'\(name)' of row \(row + 1) \(reason)"
    case .unknownMethod(let name): "it was fitted by \"\(name)\", a method that is not known here"
    case .unprotecting(let name): "\(name) cannot protect the rows that it learns from"
    }
  }

  /// What to do about it.
  public var hint: String {
    switch self {
    case .emptyTable, .oneRow: "fit a table of more rows, a few hundred at least"
    case .texts(let names):
      "leave them out with select, or say what they are: schema(table, \((names.first ?? "name").asLabel): "
        + "category), or identifier for what only names a row"
    case .infinite(let column, _):
      "keep the rows without: where(table, r => r\(column.asField) < 1e300 and r\(column.asField) > -1e300)"
    case .diverged: "lower its rate, or fit another method"
    case .settings: "give whole numbers from 1 on, as large as memory allows"
    case .unprotecting: "fit a method that learns with noise, such as marginals()"
    case .damaged, .unknownMethod: "get the file again from its source, or fit the model anew"
    case .unfit: "leave the column out with select, or give it another type with schema"
    case .impossible(_, let hint): hint
    case .key(let name, _, let row):
      "mend row \(row + 1), or leave such rows out with where; '\(name)' says what belongs together"
    case .rule(_, _, let row?):
      "mend row \(row + 1) or leave such rows out with where, or leave the rule out"
    case .rule:
      "leave the rule out, or write it with columns, numbers, texts, + - * / and comparisons"
    case .rare:
      "ask for fewer rows or a wider condition, or fit copula(), which can be given levels and numbers"
    }
  }
}
