import GenPipeline

/// What can be wrong with a call that is made for several values.
extension Diagnostic {
  static func sweepTooLarge(
    _ count: Int, _ axes: [ValueType.Axis], at place: SourcePlace
  ) -> Diagnostic {
    let total = count == .max ? "far too many" : "\(count)"
    let sizes = axes.map { "\($0.name) \($0.count ?? 0)" }.joined(separator: " x ")
    return Diagnostic(
      "E0241", message: "the sweep would have \(total) elements", label: sizes,
      hint: "take fewer values: a sweep has at most \(Sweep.limit) elements", at: place)
  }

  static func emptySweep(_ name: String, at place: SourcePlace) -> Diagnostic {
    Diagnostic(
      "E0242", message: "a sweep over '\(name)' needs at least one value",
      label: "the list is empty", hint: "give it values, such as 1..4", at: place)
  }

  static func axesDiffer(
    _ name: String, _ first: [String] = [], _ second: [String] = [], at place: SourcePlace
  ) -> Diagnostic {
    let label = "one has \(first.axisText), the other \(second.axisText)"
    return Diagnostic(
      "E0243", message: "two sweeps over '\(name)' with other values meet",
      label: first.isEmpty ? "both have an axis of this name" : label,
      hint: "sweep '\(name)' over the same list in both", at: place)
  }

  static func notSwept(_ stage: String, at place: SourcePlace) -> Diagnostic {
    Diagnostic(
      "E0244", message: "\(stage) is not swept: it is done once", label: "several values for one",
      hint: "write a loop: for each in … { … |> \(stage)(…) }", at: place)
  }

  static func sweepOfGrids(_ stage: String, at place: SourcePlace) -> Diagnostic {
    Diagnostic(
      "E0245", message: "\(stage) makes a grid already, so it cannot be swept again",
      label: "this would be a grid of grids", hint: "make '\(stage)' take the swept value itself",
      at: place)
  }
}

extension [String] {
  fileprivate var axisText: String {
    prefix(4).joined(separator: ", ") + (count > 4 ? ", …" : "")
  }
}
