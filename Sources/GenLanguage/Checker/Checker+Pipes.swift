import GenPipeline

extension Checker {
  func check(
    pipe first: Expression, _ stages: [Expression], _ names: NameScope
  ) -> Checked {
    var value = check(first, names)
    if value.callable != nil { return compose(value, first, stages, names) }
    var range = first.range
    for stage in stages {
      let input = ArgumentInput(
        label: nil, content: .flowing(value), source: names.source, range: range)
      value = check(input, into: stage, names)
      range = range.lowerBound..<stage.range.upperBound
    }
    return value
  }

  /// `value |> stage`.
  private func check(
    _ input: ArgumentInput, into stage: Expression, _ names: NameScope
  ) -> Checked {
    if case .call(let callee, let arguments) = stage.kind {
      return check(call: callee, arguments, flowing: input, stage, names)
    }
    guard let callable = stageCallable(stage, names) else { return .unknown }
    return apply(
      callable,
      CallSite(
        name: calleeName(stage, names), inputs: [input], source: names.source,
        range: stage.range, calleeRange: stage.range))
  }

  /// What stands after `|>` without arguments.
  private func stageCallable(_ stage: Expression, _ names: NameScope) -> Callable? {
    switch stage.bare.kind {
    case .name, .field: return callable(stage, names)
    default:
      let checked = checkValue(stage, names)
      if let callable = checked.callable { return callable }
      if let (inputs, output) = checked.type.signature { return .typed(inputs, output) }
      if !checked.type.isUnknown {
        report(.pipeIntoValue(checked.type, at: names.place(stage.range)))
      }
      return nil
    }
  }

  /// `stage |> stage`: a stage again.
  private func compose(
    _ first: Checked, _ expression: Expression, _ stages: [Expression], _ names: NameScope
  ) -> Checked {
    var callables = first.callable.map { [$0] } ?? []
    for stage in stages {
      guard let callable = composable(stage, names) else { return .unknown }
      callables.append(callable)
    }
    let whole = Callable.composed(callables)
    let input = first.type.signature?.0.first ?? .unknown
    let range = expression.range.lowerBound..<(stages.last ?? expression).range.upperBound
    let site = CallSite(
      name: "this", inputs: [], source: names.source, range: range,
      calleeRange: expression.range)
    return Checked(type: .stage(input, flowing(input, into: whole, site).type), callable: whole)
  }

  private func composable(_ stage: Expression, _ names: NameScope) -> Callable? {
    guard case .call(let callee, let arguments) = stage.kind else {
      return stageCallable(stage, names)
    }
    guard let callable = callable(callee, names) else { return nil }
    let inputs = arguments.map { argument in
      ArgumentInput(
        label: argument.label, content: .written(argument.value, names), source: names.source,
        range: argument.value.range)
    }
    return .partial(callable, name: calleeName(callee, names), inputs)
  }

  /// What comes out when a value of a type flows into a stage: for showing the stage's type, and for
  /// finding what is wrong with its arguments although no value has come yet.
  func flowing(_ type: ValueType, into callable: Callable, _ site: CallSite) -> Checked {
    var inner = site
    inner.inputs = [
      ArgumentInput(
        label: nil, content: .flowing(Checked(type: type)), source: site.source,
        range: site.range)
    ]
    return apply(callable, inner)
  }
}
