import GenPipeline

/// What numbers, lists and texts can have wrong with them.
extension Diagnostic {
  static func wrongKind() -> Diagnostic {
    Diagnostic(
      "E0900", message: "an argument of the wrong type reached the stage",
      hint: "report this: the check should have found it")
  }

  static func emptyList(_ stage: String) -> Diagnostic {
    Diagnostic(
      "E0411", message: "\(stage) needs an element, and the list is empty",
      label: "the list is empty", hint: "check its length first")
  }

  static func notANumber(_ text: String) -> Diagnostic {
    Diagnostic(
      "E0412", message: "\"\(text.prefix(40))\" is not a number", label: "it cannot be read as one",
      hint: "use digits, such as 12 or 0.5")
  }

  static func tooMany(_ count: Int, most: Int) -> Diagnostic {
    Diagnostic(
      "E0413", message: "the result would have \(count) elements",
      label: "a list has at most \(most)")
  }

  static func outsideNumbers(_ stage: String) -> Diagnostic {
    Diagnostic(
      "E0414", message: "\(stage) has no result for this number", label: "no number comes out",
      hint: "check the number first")
  }

  static func notSummable(_ stage: String, _ type: ValueType) -> Diagnostic {
    Diagnostic(
      "E0231", message: "\(stage) takes numbers or amounts of one unit, not \(type)",
      label: "this is a list of \(type)")
  }

  static func notOrdered(_ stage: String, _ type: ValueType) -> Diagnostic {
    Diagnostic(
      "E0232", message: "there is no order among values of type \(type)",
      label: "\(stage) needs numbers, texts or amounts",
      hint: "say what to compare: by: element => …")
  }

  static func notANumberType(_ stage: String, _ type: ValueType) -> Diagnostic {
    Diagnostic(
      "E0233", message: "\(stage) takes a number or an amount, not \(type)",
      label: "this is \(type)")
  }
}
