import GenPipeline

extension Checker {
  /// A call of a `def` or of a lambda with a name.
  func apply(_ template: Template, _ site: CallSite) -> Checked {
    if template.name == nil {
      if let labelled = site.inputs.first(where: { $0.label != nil }), let label = labelled.label {
        report(.labelForFunction(label.text, at: labelled.source.place(of: label.range)))
        return checkLoosely(site)
      }
      guard template.parameters.count == site.inputs.count else {
        report(
          .lambdaArity(
            wanted: site.inputs.count, found: template.parameters.count, at: site.place))
        return checkLoosely(site)
      }
    }
    let names = template.parameters.map(\.name.text)
    let matching = Matching(parameters: names, labels: site.inputs.map { $0.label?.text })
    guard matching.problems.isEmpty else {
      report(matching, parameters: names, site)
      return checkLoosely(site)
    }
    noteLabels(template, site)
    let missing = matching.missing { template.parameters[$0].initial == nil }
    if missing == [0] { return partial(template, site) }
    guard missing.isEmpty else {
      report(.missingArgument(missing.map { names[$0] }, of: site.name, at: site.calleePlace))
      return checkLoosely(site)
    }
    if let swept = sweep(template, matching, site) { return swept }
    guard let arguments = arguments(template, matching, site) else {
      return Checked(type: template.result ?? .unknown)
    }
    return instantiate(template, arguments, at: site.place)
  }

  private func noteLabels(_ template: Template, _ site: CallSite) {
    guard let occurrences else { return }
    for input in site.inputs {
      guard let label = input.label,
        let parameter = template.parameters.first(where: { $0.name.text == label.text })
      else { continue }
      let symbol = Symbol(file: template.source.name, range: parameter.name.range)
      occurrences.note(label.range, symbol, parameter.type ?? .unknown, in: input.source)
    }
  }

  /// A call whose arguments fit the declared types element by element only.
  private func sweep(
    _ template: Template, _ matching: Matching, _ site: CallSite
  ) -> Checked? {
    let infos = template.parameters.map {
      ParameterInfo(name: $0.name.text, documentation: "", type: $0.type ?? .unknown)
    }
    guard infos.contains(where: { !$0.type.isUnknown }) else { return nil }
    var cache = InputCache(count: site.inputs.count)
    guard let swept = sweep(site, matching.slots, infos, &cache) else { return nil }
    return check(swept, site, cache) { apply(template, $0) }
  }

  private func partial(_ template: Template, _ site: CallSite) -> Checked {
    let callable = Callable.partial(.template(template), name: site.name, site.inputs)
    let first = template.parameters[0].type ?? .unknown
    let output = flowing(first, into: callable, site)
    return Checked(type: .stage(first, output.type), callable: callable)
  }

  /// The arguments in the order of the parameters; nil when one does not fit.
  private func arguments(
    _ template: Template, _ matching: Matching, _ site: CallSite
  ) -> [Checked]? {
    var arguments: [Checked] = []
    var isSound = true
    for (slot, parameter) in zip(matching.slots, template.parameters) {
      guard let slot else {
        let initial = parameter.initial.map { checkValue($0, template.names) } ?? .unknown
        arguments.append(declared(parameter, initial))
        continue
      }
      guard let type = parameter.type else {
        arguments.append(settled(value(of: site.inputs[slot])))
        continue
      }
      var cache = InputCache(count: 1)
      var bindings: TypeBindings = [:]
      let info = ParameterInfo(name: parameter.name.text, documentation: "", type: type)
      let fit = fit(
        site.inputs[slot], info, site, &bindings, isFinal: true, &cache, 0)
      if fit == nil { isSound = false }
      arguments.append(declared(parameter, cache[0] ?? .unknown))
    }
    return isSound ? arguments : nil
  }

  private func declared(_ parameter: Template.Parameter, _ checked: Checked) -> Checked {
    guard let type = parameter.type, !type.isUnknown else { return checked }
    return Checked(type: type, callable: checked.callable)
  }

  /// The value of a body for arguments of these types.
  func instantiate(
    _ template: Template, _ arguments: [Checked], at place: SourcePlace?
  ) -> Checked {
    applied.insert(ObjectIdentifier(template))
    let isPlain = arguments.allSatisfy { $0.callable == nil }
    let key = Instance(template: ObjectIdentifier(template), types: arguments.map(\.type))
    if isPlain, let known = instances[key] { return known }
    guard callDepth < Checker.deepestCall else {
      report(
        .callsTooDeep(
          template.name ?? "the lambda", at: template.source.place(of: template.range)))
      return .unknown
    }
    callDepth += 1
    defer { callDepth -= 1 }
    let isNamedCall = place != nil && template.name != nil
    if isNamedCall, let place { openCalls.append(place) }
    defer { if isNamedCall { openCalls.removeLast() } }
    let result = checkBody(template, arguments)
    if isPlain {
      instances[key] = result
      retained.append(template)
    }
    return result
  }

  private func checkBody(_ template: Template, _ arguments: [Checked]) -> Checked {
    var names = template.names
    for (parameter, argument) in zip(template.parameters, arguments) {
      var checked = argument
      checked.constant = nil
      let binding = Binding(
        checked: checked, source: template.source, range: parameter.name.range)
      occurrences?.note(binding)
      names.bindLocal(parameter.name.text, binding)
    }
    let result = checkValue(template.body, names)
    guard let wanted = template.result else { return result }
    guard result.type.fits(wanted) else {
      report(
        .wrongResult(
          template.name ?? "the lambda", wanted: wanted, found: result.type,
          at: template.source.place(of: template.body.lastRange)))
      return Checked(type: wanted)
    }
    return Checked(type: wanted, callable: result.callable)
  }
}

extension Expression {
  /// Where the value comes from: the last line of a block.
  var lastRange: Range<Int> {
    if case .block(let block) = kind { block.value.lastRange } else { range }
  }
}
