import GenPipeline

extension Evaluator {
  /// Makes a call for every combination of its swept arguments; nil when none is.
  ///
  /// - Parameters:
  ///   - slots: Which argument each parameter takes.
  ///   - types: What each parameter takes; nil for anything.
  ///   - call: Makes the call with one combination.
  func swept(
    _ given: [RunArgument], _ slots: [Int?], _ types: [ValueType?], _ names: [String],
    of stage: String, at place: SourcePlace, each call: ([RunArgument]) async throws -> Value
  ) async throws -> Value? {
    guard given.contains(where: { $0.value.type.sweptElement != nil }) else { return nil }
    var bindings: TypeBindings = [:]
    var sweep = Sweep()
    var positions: [Int] = []
    for (index, slot) in slots.enumerated() {
      guard let slot, let type = types[index] else { continue }
      let value = given[slot].value
      if value.type.fit(into: type, &bindings) != nil { continue }
      guard let element = value.type.sweptElement, element.fit(into: type, &bindings) != nil
      else { return nil }
      positions.append(slot)
      switch try await surface(value) {
      case .list(let elements): sweep.add(elements, named: names[index], of: stage)
      case .grid(let grid):
        if let name = sweep.add(grid) { throw Diagnostic.axesDiffer(name, at: place) }
      default: throw Diagnostic.confused(at: place)
      }
    }
    guard !positions.isEmpty else { return nil }
    if let empty = sweep.axes.first(where: \.values.isEmpty) {
      throw Diagnostic.emptySweep(empty.name, at: place)
    }
    guard sweep.count <= Sweep.limit else {
      throw Diagnostic.sweepTooLarge(sweep.count, sweep.axes.map(\.type), at: place)
    }
    var elements: [Value] = []
    for index in 0..<sweep.count {
      try Task.checkCancellation()
      var inner = given
      for (slot, value) in zip(positions, sweep.arguments(index)) {
        inner[slot] = RunArgument(label: given[slot].label, value: value)
      }
      elements.append(try await call(inner))
    }
    return Grid(axes: sweep.axes, elements: elements).map { .grid($0) }
  }

  /// The arguments with the labels that no form knows put into the record that gathers them.
  func gathering(_ forms: [Stage], _ given: [RunArgument]) -> [RunArgument] {
    guard let rest = forms.lazy.flatMap(\.parameters).first(where: \.gathersLabels) else {
      return given
    }
    let known = Set(forms.flatMap(\.parameters).map(\.name))
    let others = given.filter { $0.label.map { !known.contains($0) } ?? false }
    guard !others.isEmpty else { return given }
    let fields = others.map { RecordField($0.label ?? "", $0.value) }
    return given.filter { $0.label.map(known.contains) ?? true }
      + [RunArgument(label: rest.name, value: .record(fields))]
  }
}
