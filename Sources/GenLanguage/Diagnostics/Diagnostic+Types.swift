import GenPipeline

/// What can be wrong with types.
extension Diagnostic {
  static func wrongArgument(
    _ parameter: String, of stage: String, wanted: ValueType, found: ValueType,
    hint: String?, at place: SourcePlace
  ) -> Diagnostic {
    Diagnostic(
      "E0201",
      message: "'\(parameter)' of \(stage) is \(article(wanted.spokenName)), not "
        + article(found.spokenName),
      label: "this is \(article(found.spokenName))", hint: hint, at: place)
  }

  static func noForm(
    _ stage: String, for type: String, forms: [String], at place: SourcePlace
  ) -> Diagnostic {
    Diagnostic(
      "E0202", message: "\(stage) does not take \(article(type))",
      label: "this is \(article(type))",
      hint: "its forms are \(forms.joined(separator: ", "))", at: place)
  }

  static func operatorMismatch(
    _ sign: String, _ left: ValueType, _ right: ValueType, hint: String?, at place: SourcePlace
  ) -> Diagnostic {
    Diagnostic(
      "E0203",
      message: "'\(sign)' does not go between \(article(left.spokenName)) and "
        + article(right.spokenName),
      label: "\(left) \(sign) \(right) has no meaning", hint: hint, at: place)
  }

  static func unitsMix(
    _ left: Dimension, _ right: Dimension, at place: SourcePlace
  ) -> Diagnostic {
    Diagnostic(
      "E0204", message: "\(left.rawValue) and \(right.rawValue) do not add",
      label: "one is in \(left.unit), the other in \(right.unit)",
      hint: "give both the same unit", at: place)
  }

  static func outOfRange(
    _ parameter: String, _ value: String, _ range: String, at place: SourcePlace
  ) -> Diagnostic {
    Diagnostic(
      "E0205", message: "'\(parameter)' is \(value), out of its range",
      label: "\(parameter) is \(range)", at: place)
  }

  static func notAColor(_ name: String, near: String?, at place: SourcePlace) -> Diagnostic {
    Diagnostic(
      "E0223", message: "\"\(name)\" is not a colour", label: "no such colour",
      hint: near.map { "Did you mean \"\($0)\"?" }
        ?? "use a CSS name such as \"teal\", or digits such as \"#008080\"", at: place)
  }

  static func conditionType(_ type: ValueType, at place: SourcePlace) -> Diagnostic {
    Diagnostic(
      "E0206", message: "a condition is true or false, not \(article(type.spokenName))",
      label: "this is \(article(type.spokenName))",
      hint: type == .unknown ? nil : "compare it with something", at: place)
  }

  static func notASequence(_ type: ValueType, at place: SourcePlace) -> Diagnostic {
    Diagnostic(
      "E0207", message: "for goes through a list, not \(article(type.spokenName))",
      label: "this is \(article(type.spokenName))",
      hint: type.listHint, at: place)
  }

  static func branchesDiffer(
    _ then: ValueType, _ otherwise: ValueType, at place: SourcePlace, first: SourcePlace
  ) -> Diagnostic {
    Diagnostic(
      "E0208", message: "both branches of if have one type",
      label: "this is \(article(otherwise.spokenName))", at: place,
      second: Second(place: first, label: "this is \(article(then.spokenName))"))
  }

  static func elementsDiffer(
    _ type: ValueType, _ other: ValueType, at place: SourcePlace
  ) -> Diagnostic {
    Diagnostic(
      "E0209", message: "the elements of a list have one type",
      label: "this is \(article(other.spokenName)), those before are \(type)",
      hint: "use a record to hold different things", at: place)
  }

  static func notIndexable(_ type: ValueType, at place: SourcePlace) -> Diagnostic {
    Diagnostic(
      "E0210", message: "\(article(type.spokenName)) has no elements to pick",
      label: "only lists and texts have", at: place)
  }

  static func wrongIndex(_ type: ValueType, at place: SourcePlace) -> Diagnostic {
    Diagnostic(
      "E0211", message: "elements are picked by a whole number, not \(article(type.spokenName))",
      label: "this is \(article(type.spokenName))", hint: "count from 0", at: place)
  }

  static func cannotTakeApart(
    _ count: Int, _ type: String, at place: SourcePlace
  ) -> Diagnostic {
    Diagnostic(
      "E0212", message: "\(type) cannot be taken apart into \(count) names",
      label: "\(count) names stand here",
      hint: "use a list of \(count) elements, or a record with fields of these names", at: place)
  }

  static func maybeNone(
    _ parameter: String, of stage: String, _ type: ValueType, at place: SourcePlace
  ) -> Diagnostic {
    Diagnostic(
      "E0213", message: "'\(parameter)' of \(stage) cannot be none",
      label: "this is \(article(type.spokenName)): it may be none",
      hint: "give a value for that case: … |> otherwise(…)", at: place)
  }

  static func wrongSetting(
    _ name: String, wanted: ValueType, found: ValueType, at place: SourcePlace
  ) -> Diagnostic {
    Diagnostic(
      "E0214", message: "'\(name)' is set to \(article(wanted.spokenName))",
      label: "this is \(article(found.spokenName))", at: place)
  }

  static func senselessSetting(
    _ name: String, _ text: String, hint: String, at place: SourcePlace
  ) -> Diagnostic {
    Diagnostic(
      "E0224", message: "'\(name)' cannot be \"\(text)\"", label: "this makes no sense here",
      hint: hint, at: place)
  }

  static func pipeIntoValue(_ type: ValueType, at place: SourcePlace) -> Diagnostic {
    Diagnostic(
      "E0215", message: "|> leads into a stage, not into \(article(type.spokenName))",
      label: "this is \(article(type.spokenName))", at: place)
  }

  static func wrongResult(
    _ name: String, wanted: ValueType, found: ValueType, at place: SourcePlace
  ) -> Diagnostic {
    Diagnostic(
      "E0216", message: "'\(name)' promises \(article(wanted.spokenName))",
      label: "its value is \(article(found.spokenName))", at: place)
  }

  static func lambdaArity(
    wanted: Int, found: Int, at place: SourcePlace
  ) -> Diagnostic {
    let amount = wanted == 1 ? "one name is" : "\(wanted) names are"
    return Diagnostic(
      "E0217", message: "the lambda takes \(found), but is given \(wanted)",
      label: "\(amount) needed before =>", at: place)
  }

  static func stageWithoutValue(
    _ name: String, wanted: ValueType, first: String, at place: SourcePlace
  ) -> Diagnostic {
    Diagnostic(
      "E0219", message: "\(name) still lacks its '\(first)'",
      label: "this is a stage, not \(article(wanted.spokenName))",
      hint: "write … |> \(name), or \(name)(…)", at: place)
  }

  static func wrongOutcome(
    wanted: ValueType, found: ValueType, at place: SourcePlace
  ) -> Diagnostic {
    Diagnostic(
      "E0216", message: "\(article(wanted.spokenName)) has to come out of this function",
      label: "this is \(article(found.spokenName))", at: place)
  }

  static func wrongInitial(
    _ name: String, wanted: ValueType, found: ValueType, at place: SourcePlace
  ) -> Diagnostic {
    Diagnostic(
      "E0220", message: "'\(name)' is \(article(wanted.spokenName))",
      label: "this is \(article(found.spokenName))", at: place)
  }

  static func callsTooDeep(_ name: String, at place: SourcePlace) -> Diagnostic {
    Diagnostic(
      "E0221", message: "stages call each other too deeply", label: "'\(name)' is one too many",
      hint: "put some of them together", at: place)
  }

  static func rangeType(
    _ from: ValueType, _ to: ValueType, hint: String?, at place: SourcePlace
  ) -> Diagnostic {
    Diagnostic(
      "E0222",
      message: hint == nil
        ? "\(from)..\(to) is no range" : "a range of \(from) needs to know its steps",
      label: hint == nil
        ? "a range goes between two numbers or two amounts of one unit" : "which ones between?",
      hint: hint, at: place)
  }

  static func neverNeeded(_ name: String, at place: SourcePlace) -> Diagnostic {
    Diagnostic(
      "W0501", severity: .warning, message: "'\(name)' is never used",
      label: "nothing needs it, so it is not made", hint: "show or save it", at: place)
  }
}

extension ValueType {
  /// How a list is had of it.
  fileprivate var listHint: String? {
    switch self {
    case .int: "write 1..n to count"
    case .video: "write frames(…)"
    case .grid: "write elements(…)"
    default: nil
    }
  }

  /// The type as messages name it: without type parameters and what is not known of it.
  var spokenName: String {
    switch self {
    case .list(let element):
      switch element {
      case .unknown, .variable: "List"
      default: "List<\(element.spokenName)>"
      }
    case .grid(let element, _): "Grid<\(element.spokenName)>"
    case .none: "none"
    case .variable, .unknown: "value"
    case .function, .stage: "stage"
    case .optional(let wrapped): wrapped.spokenName + "?"
    case .choice(let words): words.joined(separator: " or ")
    default: description
    }
  }
}
