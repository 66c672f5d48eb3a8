import GenPipeline

/// What can be wrong with types.
extension Diagnostic {
  static func wrongArgument(
    _ parameter: String, of stage: String, wanted: ValueType, found: ValueType,
    hint: String?, at place: SourcePlace
  ) -> Diagnostic {
    Diagnostic(
      "E0201",
      message: "'\(parameter)' of \(stage) is \(article(wanted.description)), not "
        + article(found.description),
      label: "this is \(article(found.description))", hint: hint, at: place)
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
      message: "'\(sign)' does not go between \(article(left.description)) and "
        + article(right.description),
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
      "E0206", message: "a condition is true or false, not \(article(type.description))",
      label: "this is \(article(type.description))",
      hint: type == .unknown ? nil : "compare it with something", at: place)
  }

  static func notASequence(_ type: ValueType, at place: SourcePlace) -> Diagnostic {
    Diagnostic(
      "E0207", message: "for goes through a list, not \(article(type.description))",
      label: "this is \(article(type.description))",
      hint: type == .int ? "write 1..n to count" : type == .video ? "write frames(…)" : nil,
      at: place)
  }

  static func branchesDiffer(
    _ then: ValueType, _ otherwise: ValueType, at place: SourcePlace, first: SourcePlace
  ) -> Diagnostic {
    Diagnostic(
      "E0208", message: "both branches of if have one type",
      label: "this is \(article(otherwise.description))", at: place,
      second: Second(place: first, label: "this is \(article(then.description))"))
  }

  static func elementsDiffer(
    _ type: ValueType, _ other: ValueType, at place: SourcePlace
  ) -> Diagnostic {
    Diagnostic(
      "E0209", message: "the elements of a list have one type",
      label: "this is \(article(other.description)), those before are \(type)",
      hint: "use a record to hold different things", at: place)
  }

  static func notIndexable(_ type: ValueType, at place: SourcePlace) -> Diagnostic {
    Diagnostic(
      "E0210", message: "\(article(type.description)) has no elements to pick",
      label: "only lists and texts have", at: place)
  }

  static func wrongIndex(_ type: ValueType, at place: SourcePlace) -> Diagnostic {
    Diagnostic(
      "E0211", message: "elements are picked by a whole number, not \(article(type.description))",
      label: "this is \(article(type.description))", hint: "count from 0", at: place)
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
      label: "this is \(article(type.description)): it may be none",
      hint: "give a value for that case: … |> otherwise(…)", at: place)
  }

  static func wrongSetting(
    _ name: String, wanted: ValueType, found: ValueType, at place: SourcePlace
  ) -> Diagnostic {
    Diagnostic(
      "E0214", message: "'\(name)' is set to \(article(wanted.description))",
      label: "this is \(article(found.description))", at: place)
  }

  static func pipeIntoValue(_ type: ValueType, at place: SourcePlace) -> Diagnostic {
    Diagnostic(
      "E0215", message: "|> leads into a stage, not into \(article(type.description))",
      label: "this is \(article(type.description))", at: place)
  }

  static func wrongResult(
    _ name: String, wanted: ValueType, found: ValueType, at place: SourcePlace
  ) -> Diagnostic {
    Diagnostic(
      "E0216", message: "'\(name)' promises \(article(wanted.description))",
      label: "its value is \(article(found.description))", at: place)
  }

  static func lambdaArity(
    wanted: Int, found: Int, at place: SourcePlace
  ) -> Diagnostic {
    let amount = wanted == 1 ? "one name" : "\(wanted) names"
    return Diagnostic(
      "E0217", message: "the lambda takes \(found), but is given \(wanted)",
      label: "\(amount) are needed before =>", at: place)
  }

  static func stageWithoutValue(
    _ name: String, wanted: ValueType, first: String, at place: SourcePlace
  ) -> Diagnostic {
    Diagnostic(
      "E0219", message: "\(name) still lacks its '\(first)'",
      label: "this is a stage, not \(article(wanted.description))",
      hint: "write … |> \(name), or \(name)(…)", at: place)
  }

  static func wrongInitial(
    _ name: String, wanted: ValueType, found: ValueType, at place: SourcePlace
  ) -> Diagnostic {
    Diagnostic(
      "E0220", message: "'\(name)' is \(article(wanted.description))",
      label: "this is \(article(found.description))", at: place)
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
      "E0222", message: "\(from)..\(to) is no range",
      label: "a range goes between two numbers or two amounts of one unit", hint: hint, at: place)
  }

  static func neverNeeded(_ name: String, at place: SourcePlace) -> Diagnostic {
    Diagnostic(
      "W0501", severity: .warning, message: "'\(name)' is never used",
      label: "nothing needs it, so it is not made", hint: "show or save it", at: place)
  }
}
