import GenMedia
import GenPipeline

extension Checker {
  func fit(
    _ input: ArgumentInput, _ parameter: ParameterInfo, _ site: CallSite,
    _ bindings: inout TypeBindings, isFinal: Bool
  ) -> Fit? {
    var cache = InputCache(count: 1)
    return fit(input, parameter, site, &bindings, isFinal: isFinal, &cache, 0)
  }

  /// Whether an argument suits a parameter; once it is final, what is wrong is reported.
  func fit(
    _ input: ArgumentInput, _ parameter: ParameterInfo, _ site: CallSite,
    _ bindings: inout TypeBindings, isFinal: Bool, _ cache: inout InputCache, _ slot: Int
  ) -> Fit? {
    if case .gathered(let inputs) = input.content {
      return fit(inputs, parameter, site, bindings, isFinal, &cache, slot)
    }
    if let narrowed = parameter.narrowed?(bindings) {
      if case .record(let members) = narrowed {
        if let fields = input.writtenFields {
          return fit(fields, members, parameter, site, bindings, isFinal, &cache, slot)
        }
      } else {
        let own = parameter.typed(narrowed)
        return fit(input, own, site, &bindings, isFinal: isFinal, &cache, slot)
      }
    }
    if let words = parameter.type.choiceWords, let word = input.word {
      if words.contains(word) {
        if isFinal { cache[slot] = Checked(type: .choice([word]), constant: .symbol(word)) }
        return .exact
      }
      if case .written(_, let names) = input.content, names.find(word) == nil {
        if isFinal {
          report(.unknownChoice(word, for: parameter.name, choices: words, at: input.place))
        }
        return nil
      }
    }
    if let words = parameter.type.choiceWords, let chosen = input.listedWords(of: words) {
      cache[slot] = Checked(
        type: .list(.choice(words)), constant: .list(chosen.map { .symbol($0) }),
        count: chosen.count)
    }
    if case .written(let expression, let names) = input.content,
      case .lambda = expression.bare.kind, let signature = parameter.type.wrapped.signature,
      case .template(let template)? = check(expression, names).callable
    {
      guard isFinal || template.parameters.count != signature.0.count else { return .exact }
      return fit(template, signature, input, isFinal, &bindings)
    }
    let checked = cache[slot] ?? settled(value(of: input))
    cache[slot] = checked
    return fit(checked, input, parameter, site, &bindings, isFinal: isFinal)
  }

  /// Labels that were gathered: what each comes to is a field of the record.
  private func fit(
    _ inputs: [ArgumentInput], _ parameter: ParameterInfo, _ site: CallSite,
    _ bindings: TypeBindings, _ isFinal: Bool, _ cache: inout InputCache, _ slot: Int
  ) -> Fit? {
    var fields: [ValueType.Field] = []
    for input in inputs {
      let name = input.label?.text ?? ""
      var own = bindings
      let each = ParameterInfo(
        name: name, documentation: parameter.documentation, type: parameter.type)
      guard fit(input, each, site, &own, isFinal: isFinal) != nil else { return nil }
      let result = parameter.type.signature?.1.substituting(own) ?? .unknown
      fields.append(.init(name, result))
    }
    if isFinal { cache[slot] = Checked(type: .record(fields)) }
    return .exact
  }

  /// A record that is written out where one of functions is wanted: each of its fields is an argument.
  private func fit(
    _ fields: [ArgumentInput], _ wanted: [ValueType.Field], _ parameter: ParameterInfo,
    _ site: CallSite, _ bindings: TypeBindings, _ isFinal: Bool, _ cache: inout InputCache,
    _ slot: Int
  ) -> Fit? {
    var types: [ValueType.Field] = []
    for field in fields {
      let name = field.label?.text ?? ""
      // Whether there is such a field is for the verb to say.
      let type = wanted.first { $0.name == name }?.type ?? .unknown
      let each = ParameterInfo(name: name, documentation: parameter.documentation, type: type)
      var own = bindings
      guard fit(field, each, site, &own, isFinal: isFinal) != nil else { return nil }
      types.append(.init(name, type))
    }
    if isFinal { cache[slot] = Checked(type: .record(types)) }
    return .exact
  }

  /// A lambda where a function is wanted: its body is checked with the types that flow in.
  private func fit(
    _ template: Template, _ signature: ([ValueType], ValueType), _ input: ArgumentInput,
    _ isFinal: Bool, _ bindings: inout TypeBindings
  ) -> Fit? {
    let (inputs, output) = signature
    guard template.parameters.count == inputs.count else {
      if isFinal {
        report(
          .lambdaArity(
            wanted: inputs.count, found: template.parameters.count, at: input.place))
        pending.append(template)
      }
      return nil
    }
    let types = inputs.map { $0.substituting(bindings) }
    let result = instantiate(template, types.map { Checked(type: $0) }, at: nil)
    if let fit = result.type.fit(into: output, &bindings) { return fit }
    report(
      .wrongOutcome(
        wanted: output.substituting(bindings), found: result.type,
        at: template.source.place(of: template.body.range)))
    return nil
  }

  private func fit(
    _ checked: Checked, _ input: ArgumentInput, _ parameter: ParameterInfo, _ site: CallSite,
    _ bindings: inout TypeBindings, isFinal: Bool
  ) -> Fit? {
    if let callable = checked.callable {
      if let (inputs, output) = parameter.type.wrapped.signature {
        guard isFinal else { return .exact }
        let types = inputs.map { $0.substituting(bindings) }
        let result = apply(callable, site.calling(types, input))
        if let fit = result.type.fit(into: output, &bindings) { return fit }
        report(
          .wrongOutcome(
            wanted: output.substituting(bindings),
            found: result.type, at: input.place))
        return nil
      }
      if !parameter.type.isOpen {
        if isFinal { reportStage(callable, input, parameter) }
        return nil
      }
    }
    if let fit = checked.type.fit(into: parameter.type, &bindings) { return fit }
    if isFinal {
      reportMismatch(checked, input, parameter.type.substituting(bindings), parameter, site)
    }
    return nil
  }

  private func reportStage(
    _ callable: Callable, _ input: ArgumentInput, _ parameter: ParameterInfo
  ) {
    report(
      .stageWithoutValue(
        name(of: callable), wanted: parameter.type, first: firstParameter(of: callable),
        at: input.place))
  }

  /// How a person would call it.
  func name(of callable: Callable) -> String {
    switch callable {
    case .stages(let forms): forms.first?.stage.name ?? "this"
    case .template(let template): template.name ?? "the lambda"
    case .partial(_, let name, _): name
    case .composed(let callables): callables.last.map(name) ?? "this"
    case .typed: "this"
    }
  }

  private func firstParameter(of callable: Callable) -> String {
    switch callable {
    case .stages(let forms): forms.first?.parameters.first?.name ?? "value"
    case .template(let template): template.parameters.first?.name.text ?? "value"
    case .partial(let inner, _, _): firstParameter(of: inner)
    case .composed(let callables): callables.first.map(firstParameter) ?? "value"
    case .typed: "value"
    }
  }

  private func reportMismatch(
    _ checked: Checked, _ input: ArgumentInput, _ wanted: ValueType, _ parameter: ParameterInfo,
    _ site: CallSite
  ) {
    if case .optional(let inner) = checked.type, inner.fits(wanted) {
      report(.maybeNone(parameter.name, of: site.name, checked.type, at: input.place))
      return
    }
    report(
      .wrongArgument(
        parameter.name, of: site.name, wanted: wanted.wrapped, found: checked.type,
        hint: hint(checked, wanted.wrapped), at: input.place))
  }

  private func hint(_ checked: Checked, _ wanted: ValueType) -> String? {
    switch (checked.type, wanted) {
    case (.grid, .list): return "write elements(…) for the list of its elements"
    case (.list(.list), _) where wanted != .list(.unknown):
      return "flatten it for a sweep: flatten(…)"
    case (.prompt, .text): return "put texts together with \"{a}{b}\""
    case (.number, .int): return "write round(…) for a whole number"
    case (.none, _): return nil
    case (_, .text): return "write \"{…}\" to make a text of it"
    case (_, .quantity(let dimension)) where checked.type.isNumeric:
      return "give it its unit: \(dimension.unit)"
    case (.quantity, _) where wanted.isNumeric: return "leave the unit out"
    case (.video, .image): return "pick a picture: frame(…, 0)"
    case (.text, .choice(let words)):
      guard case .text(let word)? = checked.constant else { return nil }
      if words.contains(word) { return "write the word without quotes: \(word)" }
      return Suggestion.nearest(to: word, in: words).map { "Did you mean \($0), without quotes?" }
    default: return nil
    }
  }

  /// Whether a known text names a colour.
  func checkColor(_ value: Value?, at place: SourcePlace) {
    guard case .text(let name)? = value, Color(name) == nil else { return }
    let near = Suggestion.nearest(to: name, in: Color.named.keys.sorted())
    report(.notAColor(name, near: near, at: place))
  }

  /// Whether a known number lies in the range of its parameter or setting.
  func check(
    _ value: Value?, in range: ClosedRange<Double>?, of name: String, at place: SourcePlace
  ) {
    guard let range, let value else { return }
    switch value {
    case .list(let elements):
      for element in elements { check(element, in: range, of: name, at: place) }
    case .int, .number:
      guard let number = value.number, !range.contains(number) else { return }
      report(.outOfRange(name, number.short, range.spoken(unit: ""), at: place))
    case .quantity(let quantity):
      guard !range.contains(quantity.amount) else { return }
      report(
        .outOfRange(
          name, value.spoken, range.spoken(unit: quantity.dimension.unit), at: place))
    default: break
    }
  }
}

extension ClosedRange<Double> {
  func spoken(unit: String) -> String {
    if upperBound >= 1e15 { return "at least \(lowerBound.short)\(unit)" }
    return "from \(lowerBound.short)\(unit) to \(upperBound.short)\(unit)"
  }
}

extension ValueType {
  /// Whether it takes a value of any kind.
  var isOpen: Bool {
    switch wrapped {
    case .unknown, .variable: true
    default: false
    }
  }
}

extension ParameterInfo {
  fileprivate func typed(_ type: ValueType) -> ParameterInfo {
    ParameterInfo(name: name, documentation: documentation, type: type, range: range, words: words)
  }
}

extension CallSite {
  /// The call that hands values of these types to a function given as an argument.
  func calling(_ types: [ValueType], _ input: ArgumentInput) -> CallSite {
    let inputs = types.map { type in
      ArgumentInput(
        label: nil, content: .flowing(Checked(type: type)), source: input.source,
        range: input.range)
    }
    return CallSite(
      name: input.source.text(in: input.range), inputs: inputs, source: input.source,
      range: input.range, calleeRange: input.range)
  }
}
