import GenPipeline

/// What can be wrong with taking or looking at the elements of a grid.
extension Diagnostic {
  static func pickWhat(_ axes: [ValueType.Axis]) -> Diagnostic {
    let example = axes.map { "\($0.name): \($0.labels?.first ?? "…")" }.joined(separator: ", ")
    return Diagnostic(
      "E0761", message: "pick takes a number or the values of axes", label: "which element?",
      hint: "write pick(…, 0)" + (example.isEmpty ? "" : " or pick(…, \(example))"))
  }

  static func noAxis(_ name: String, among names: [String]) -> Diagnostic {
    Diagnostic(
      "E0762", message: "the grid has no axis '\(name)'",
      label: "there is none of this name", hint: "its axes are \(names.joined(separator: ", "))")
  }

  static func noLabel(_ label: String, on axis: String, _ labels: [String]) -> Diagnostic {
    let known = labels.prefix(8).joined(separator: ", ") + (labels.count > 8 ? ", …" : "")
    return Diagnostic(
      "E0763", message: "'\(axis)' was not swept over \(label)", label: "no such value",
      hint: "use one of \(known)")
  }

  static func noElement(_ index: Int, of count: Int) -> Diagnostic {
    Diagnostic(
      "E0764", message: "there is no element \(index)", label: "the grid has \(count)",
      hint: "use 0 to \(count - 1), or -1 for the last")
  }

  static func notPictorial(_ type: ValueType) -> Diagnostic {
    Diagnostic(
      "E0765", message: "a grid of \(type) has no sheet", label: "neither pictures nor films",
      hint: "write elements(…) for the list of them")
  }
}
