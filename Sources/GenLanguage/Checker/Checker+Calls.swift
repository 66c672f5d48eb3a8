import GenPipeline

/// A call as the rules for arguments see it.
struct CallSite {
  /// How the person calls it: `diffuse`, `shots.wide`.
  let name: String
  var inputs: [ArgumentInput]
  let source: Source
  /// The whole call.
  let range: Range<Int>
  /// Where the name of the stage stands.
  let calleeRange: Range<Int>

  var place: SourcePlace { source.place(of: range) }
  var calleePlace: SourcePlace { source.place(of: calleeRange) }
}

extension Checker {
  /// `callee(arguments)`, with the value that flows in through a pipe first.
  func check(
    call callee: Expression, _ arguments: [Expression.Argument], flowing: ArgumentInput?,
    _ expression: Expression, _ names: NameScope
  ) -> Checked {
    let inputs = arguments.map { argument in
      ArgumentInput(
        label: argument.label, content: .written(argument.value, names), source: names.source,
        range: argument.value.range)
    }
    var site = CallSite(
      name: calleeName(callee, names), inputs: inputs, source: names.source,
      range: expression.range, calleeRange: callee.range)
    guard let callable = self.callable(callee, names) else {
      return checkLoosely(site)
    }
    if let flowing { site.inputs.insert(flowing, at: 0) }
    return apply(callable, site)
  }

  func calleeName(_ callee: Expression, _ names: NameScope) -> String {
    switch callee.bare.kind {
    case .name, .field: names.source.text(in: callee.range)
    default: "this"
    }
  }

  /// What is called; nil when it is nothing that can be, which is then reported.
  func callable(_ callee: Expression, _ names: NameScope) -> Callable? {
    if case .name(let name) = callee.bare.kind {
      return callable(named: name, callee, names)
    }
    let checked = check(callee, names)
    return callable(of: checked, callee, names)
  }

  private func callable(
    of checked: Checked, _ callee: Expression, _ names: NameScope
  ) -> Callable? {
    if let callable = checked.callable { return callable }
    if let (inputs, output) = checked.type.signature {
      return .typed(inputs, output)
    }
    if !checked.type.isUnknown {
      report(.notCallable(checked.type.description, at: names.place(callee.range)))
    }
    return nil
  }

  /// A name before `(` or after `|>` means a stage, even where a value has the same name.
  private func callable(
    named name: String, _ callee: Expression, _ names: NameScope
  ) -> Callable? {
    let binding = names.find(name)
    if let binding {
      if binding.checked.callable != nil || binding.checked.type.signature != nil {
        noteRead(name, binding, at: callee.bare.range, names)
        return callable(of: binding.checked, callee, names)
      }
    }
    let forms = forms(of: name)
    if !forms.isEmpty { return .stages(forms) }
    if let binding {
      noteRead(name, binding, at: callee.bare.range, names)
      if binding.module != nil {
        report(.notCallable("module", at: names.place(callee.range)))
        return nil
      }
      return callable(of: binding.checked, callee, names)
    }
    if names.definition == name {
      report(.recursion(name, at: names.place(callee.range)))
    } else if !isFull {
      let known = vocabulary.names + names.all.filter { names.find($0)?.checked.callable != nil }
      report(
        .unknownStage(
          name, known: known, isLater: laterNames.contains(name), at: names.place(callee.range)))
    }
    return nil
  }

  /// Checks the arguments of a call that cannot be understood, for what is wrong inside them.
  @discardableResult
  func checkLoosely(_ site: CallSite) -> Checked {
    for input in site.inputs {
      if case .written(let expression, let names) = input.content {
        if let word = input.word {
          if input.label == nil, let binding = names.find(word) {
            occurrences?.note(input.range, of: binding, in: names.source)
          }
          continue
        }
        _ = checkValue(expression, names)
      }
    }
    return .unknown
  }

  func apply(_ callable: Callable, _ site: CallSite) -> Checked {
    switch callable {
    case .stages(let forms): return resolve(forms, site)
    case .template(let template): return apply(template, site)
    case .typed(let inputs, let output): return apply(inputs, output, site)
    case .partial(let inner, let name, let rest):
      return apply(
        inner,
        CallSite(
          name: name, inputs: site.inputs + rest, source: site.source, range: site.range,
          calleeRange: site.calleeRange))
    case .composed(let callables):
      var result: Checked?
      for callable in callables {
        var inner = site
        if let result {
          guard let first = site.inputs.first else { return .unknown }
          inner.inputs = [
            ArgumentInput(
              label: nil, content: .flowing(result), source: first.source, range: first.range)
          ]
        }
        result = apply(callable, inner)
      }
      return result ?? .unknown
    }
  }

  /// A function of which only the type is known.
  private func apply(
    _ inputs: [ValueType], _ output: ValueType, _ site: CallSite
  ) -> Checked {
    if let labelled = site.inputs.first(where: { $0.label != nil }), let label = labelled.label {
      report(.labelForFunction(label.text, at: labelled.source.place(of: label.range)))
      return checkLoosely(site)
    }
    if inputs.count != site.inputs.count {
      report(.lambdaArity(wanted: site.inputs.count, found: inputs.count, at: site.calleePlace))
      return checkLoosely(site)
    }
    for (wanted, input) in zip(inputs, site.inputs) {
      var bindings: TypeBindings = [:]
      let parameter = ParameterInfo(name: "value", documentation: "", type: wanted)
      _ = fit(input, parameter, site, &bindings, isFinal: true)
    }
    return Checked(type: output)
  }

  /// The value of an argument.
  func value(of input: ArgumentInput) -> Checked {
    switch input.content {
    case .flowing(let checked): checked
    case .gathered: .unknown
    case .written(let expression, let names): check(expression, names)
    }
  }
}
