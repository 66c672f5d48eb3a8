import GenPipeline

extension Evaluator {
  /// A call of a verb: the form is chosen by the types of the values.
  func call(
    _ forms: [Stage], _ asked: [RunArgument], _ name: String, _ range: Range<Int>,
    _ scope: RunScope
  ) async throws -> Value {
    let given = gathering(forms, asked)
    let labels = given.map(\.label)
    let all = forms.map { form in
      (form: form, matching: Matching(parameters: form.parameters.map(\.name), labels: labels))
    }
    let sound = all.filter { $0.matching.problems.isEmpty }
    let complete = sound.filter { form, matching in
      matching.missing { form.parameters[$0].isRequired }.isEmpty
    }
    guard !complete.isEmpty else {
      guard !sound.isEmpty else { throw Diagnostic.confused(at: scope.place(range)) }
      return .function(function(forms, given: given, name: name, scope, range))
    }
    if complete.allSatisfy({ lacksAnEntry($0, given) }) { return .none }
    if let grid = try await swept(complete, given, name, range, scope) { return grid }
    guard let chosen = complete.count == 1 ? complete[0] : best(complete, given) else {
      throw Diagnostic.noForm(
        name, for: given.first?.value.type.spokenName ?? "None",
        forms: forms.map { "\($0.name)(\($0.parameters.first?.type.spokenName ?? ""))" },
        at: scope.place(range))
    }
    var values: [String: Value] = [:]
    for (slot, parameter) in zip(chosen.matching.slots, chosen.form.parameters) {
      if let slot { values[parameter.name] = given[slot].value }
    }
    return try await graph.call(
      chosen.form, values, settings: scope.settings,
      type: resultType(chosen.form, chosen.matching, given), at: scope.place(range))
  }

  /// A call that no form takes as it is, but one takes element by element.
  private func swept(
    _ complete: [(form: Stage, matching: Matching)], _ given: [RunArgument], _ name: String,
    _ range: Range<Int>, _ scope: RunScope
  ) async throws -> Value? {
    guard given.contains(where: { $0.value.type.sweptElement != nil }), best(complete, given) == nil
    else { return nil }
    for (form, matching) in complete {
      let grid = try await swept(
        given, matching.slots, form.parameters.map(\.type), form.parameters.map(\.name),
        of: form.name, at: scope.place(range)
      ) { try await call([form], $0, name, range, scope) }
      if let grid { return grid }
    }
    return nil
  }

  /// Whether an entry that a table does not have stands where there has to be something: what is
  /// made of it is missing as well.
  private func lacksAnEntry(
    _ candidate: (form: Stage, matching: Matching), _ given: [RunArgument]
  ) -> Bool {
    zip(candidate.matching.slots, candidate.form.parameters).contains { slot, parameter in
      guard let slot, case .none = given[slot].value else { return false }
      return !ValueType.none.fits(parameter.type)
    }
  }

  private func best(
    _ candidates: [(form: Stage, matching: Matching)], _ given: [RunArgument]
  ) -> (form: Stage, matching: Matching)? {
    var converted: (form: Stage, matching: Matching)?
    for candidate in candidates {
      switch fit(candidate.form, candidate.matching, given)?.0 {
      case .exact: return candidate
      case .converted: converted = converted ?? candidate
      case nil: continue
      }
    }
    return converted
  }

  private func fit(
    _ form: Stage, _ matching: Matching, _ given: [RunArgument]
  ) -> (Fit, TypeBindings)? {
    var bindings: TypeBindings = [:]
    var worst = Fit.exact
    for (slot, parameter) in zip(matching.slots, form.parameters) {
      guard let slot, !parameter.gathersLabels else { continue }
      guard let fit = given[slot].value.type.fit(into: parameter.type, &bindings) else {
        return nil
      }
      worst = min(worst, fit)
    }
    return (worst, bindings)
  }

  /// The type of a result that depends on the types of the arguments; nil when the stage says it.
  private func resultType(
    _ form: Stage, _ matching: Matching, _ given: [RunArgument]
  ) -> ValueType? {
    guard case .fixed(let type) = form.result, type.mentionsVariable else { return nil }
    return type.substituting(fit(form, matching, given)?.1 ?? [:])
  }

  /// A verb that waits for its first argument.
  func function(
    _ forms: [Stage], given: [RunArgument], name: String, _ scope: RunScope, _ range: Range<Int>
  ) -> FunctionValue {
    let form = forms.first
    let arguments = given.map { "\($0.label ?? "")=\((try? $0.value.digest().hex) ?? "")" }
    return FunctionValue(
      name: name,
      type: .stage(form?.parameters.first?.type ?? .unknown, .unknown),
      identity: "stage \(name) \(form?.version ?? 0)(\(arguments.joined(separator: ",")))"
    ) { values in
      let flowing = values.map { RunArgument(label: nil, value: $0) }
      return try await self.call(forms, flowing + given, name, range, scope)
    }
  }
}

extension ValueType {
  var mentionsVariable: Bool {
    switch self {
    case .variable: true
    case .list(let element), .grid(let element, _): element.mentionsVariable
    case .optional(let wrapped), .table(let wrapped), .model(let wrapped?):
      wrapped.mentionsVariable
    case .record(let fields): fields.contains { $0.type.mentionsVariable }
    case .stage(let input, let output): input.mentionsVariable || output.mentionsVariable
    case .function(let inputs, let output):
      output.mentionsVariable || inputs.contains(where: \.mentionsVariable)
    default: false
    }
  }
}
