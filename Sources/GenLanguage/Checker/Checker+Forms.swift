import GenPipeline

extension Checker {
  /// One form of a verb, with how well a call suits it.
  private struct Candidate {
    let form: Form
    let matching: Matching
    var missing: [Int] { matching.missing { form.parameters[$0].isRequired } }
    var bindings: TypeBindings = [:]
    var fit: Fit?
    /// How many parameters fit before the first that does not.
    var fittingCount = 0
  }

  /// Picks the form of a verb that the arguments fit, and says what is wrong when none does.
  func resolve(_ forms: [Form], _ asked: CallSite) -> Checked {
    let site = gathering(forms, asked)
    let labels = site.inputs.map { $0.label?.text }
    let all = forms.map { form in
      Candidate(
        form: form,
        matching: Matching(parameters: form.parameterNames, labels: labels))
    }
    let sound = all.filter { $0.matching.problems.isEmpty }
    guard !sound.isEmpty else { return reportMismatch(all, site) }
    if sound.allSatisfy({ $0.missing == [0] }) { return partial(sound.map(\.form), site) }
    var cache = InputCache(count: site.inputs.count)
    let complete = sound.filter { $0.missing.isEmpty }
    guard !complete.isEmpty else { return reportMissing(sound, site) }
    let tried = attempts(complete, site, &cache)
    let chosen = tried.first { $0.fit == .exact } ?? tried.first { $0.fit == .converted }
    guard let chosen else {
      return sweep(tried, site, &cache) ?? reportTypes(tried, forms, site, &cache)
    }
    return finish(chosen, tried, site, &cache)
  }

  /// How well forms suit a call, up to one that does so exactly, unless an argument of unknown type
  /// might mean a later one.
  private func attempts(
    _ candidates: [Candidate], _ site: CallSite, _ cache: inout InputCache
  ) -> [Candidate] {
    var tried: [Candidate] = []
    for candidate in candidates {
      tried.append(attempt(candidate, site, &cache))
      if tried.last?.fit == .exact, !cache.hasUnknown { break }
    }
    return tried
  }

  /// The first form that the arguments fit element by element.
  private func sweep(
    _ tried: [Candidate], _ site: CallSite, _ cache: inout InputCache
  ) -> Checked? {
    for candidate in tried {
      let form = candidate.form
      guard let swept = sweep(site, candidate.matching.slots, form.parameters, &cache)
      else { continue }
      guard form.stage.effect == .none else {
        report(.notSwept(site.name, at: site.inputs[swept.elements[0].input].place))
        return Checked(type: fixedResult(form, [:]) ?? .unknown)
      }
      return check(swept, site, cache) { resolve([form], $0) }
    }
    return nil
  }

  private func attempt(
    _ candidate: Candidate, _ site: CallSite, _ cache: inout InputCache
  ) -> Candidate {
    var result = candidate
    var worst = Fit.exact
    for (slot, parameter) in zip(candidate.matching.slots, candidate.form.parameters) {
      guard let slot else { continue }
      let fit = fit(
        site.inputs[slot], parameter, site, &result.bindings, isFinal: false, &cache, slot)
      guard let fit else { return result }
      worst = min(worst, fit)
      result.fittingCount += 1
    }
    result.fit = worst
    return result
  }

  /// The second pass over the chosen form: functions are checked, ranges, constants and files.
  private func finish(
    _ chosen: Candidate, _ tried: [Candidate], _ site: CallSite, _ cache: inout InputCache
  ) -> Checked {
    let form = chosen.form
    var bindings = chosen.bindings
    var shape = form.looksAtCalls ? ShapeBuilder(form, settingValues) : nil
    var isSound = true
    for (slot, parameter) in zip(chosen.matching.slots, form.parameters) {
      guard let slot else {
        shape?.addDefault(parameter)
        continue
      }
      let input = site.inputs[slot]
      guard fit(input, parameter, site, &bindings, isFinal: true, &cache, slot) != nil else {
        isSound = false
        continue
      }
      let checked = cache[slot] ?? .unknown
      shape?.add(parameter, checked, input)
      check(checked.constant, in: parameter.range, of: parameter.name, at: input.place)
      if parameter.type.wrapped == .color { checkColor(checked.constant, at: input.place) }
    }
    guard isSound else { return Checked(type: fixedResult(form, bindings) ?? .unknown) }
    return conclude(form, bindings, shape, unclear: isUnclear(tried, cache), site)
  }

  private func conclude(
    _ form: Form, _ bindings: TypeBindings, _ builder: ShapeBuilder?, unclear: Bool,
    _ site: CallSite
  ) -> Checked {
    if let shape = builder?.shape {
      noteFiles(form, shape)
      if form.stage.foresees != nil { looksAhead = true }
      for diagnostic in form.stage.check?(shape) ?? [] {
        report(diagnostic.placed(at: site.place))
      }
      if !unclear, case .byArguments(let rule) = form.stage.result {
        return Checked(type: byArguments(rule, shape, site).substituting(bindings))
      }
    }
    return Checked(type: unclear ? .unknown : fixedResult(form, bindings) ?? .unknown)
  }

  private func byArguments(
    _ rule: (CallShape) throws -> ValueType, _ shape: CallShape, _ site: CallSite
  ) -> ValueType {
    do {
      return try rule(shape)
    } catch let diagnostic as Diagnostic {
      if !shape.types.values.contains(.unknown) { report(diagnostic.placed(at: site.place)) }
    } catch {
      report(.failure(error).placed(at: site.place))
    }
    return .unknown
  }

  private func fixedResult(_ form: Form, _ bindings: TypeBindings) -> ValueType? {
    if case .fixed(let type) = form.stage.result { type.substituting(bindings) } else { nil }
  }

  /// Whether an argument of unknown type leaves open which form is meant.
  private func isUnclear(_ tried: [Candidate], _ cache: InputCache) -> Bool {
    tried.count { $0.fit == .exact } > 1 && cache.hasUnknown
  }

  private func noteFiles(_ form: Form, _ shape: CallShape) {
    for name in form.stage.reads {
      if case .text(let path)? = shape.constants[name] { files.add(path, isRead: true) }
    }
    if form.stage.effect == .tells, case .text(let path)? = shape.constants["path"],
      !form.stage.reads.contains("path")
    {
      files.add(path, isRead: false)
    }
  }

  private func partial(_ forms: [Form], _ site: CallSite) -> Checked {
    let callable = Callable.partial(.stages(forms), name: site.name, site.inputs)
    let first = forms.count == 1 ? forms[0].parameters.first?.type ?? .unknown : .unknown
    let output = flowing(first.substituting([:]), into: callable, site)
    return Checked(type: .stage(first.substituting([:]), output.type), callable: callable)
  }

  private func reportMismatch(_ all: [Candidate], _ site: CallSite) -> Checked {
    guard let best = all.min(by: { $0.matching.problems.count < $1.matching.problems.count })
    else { return .unknown }
    report(best.matching, parameters: best.form.parameterNames, site)
    checkLoosely(site)
    return Checked(type: all.count == 1 ? fixedResult(best.form, [:]) ?? .unknown : .unknown)
  }

  private func reportMissing(_ sound: [Candidate], _ site: CallSite) -> Checked {
    guard let best = sound.min(by: { $0.missing.count < $1.missing.count }) else {
      return .unknown
    }
    let names = best.missing.map { best.form.parameters[$0].name }
    report(.missingArgument(names, of: site.name, at: site.calleePlace))
    checkLoosely(site)
    return Checked(type: sound.count == 1 ? fixedResult(best.form, [:]) ?? .unknown : .unknown)
  }

  private func reportTypes(
    _ tried: [Candidate], _ forms: [Form], _ site: CallSite, _ cache: inout InputCache
  ) -> Checked {
    guard let best = tried.max(by: { $0.fittingCount < $1.fittingCount }) else { return .unknown }
    let openedFirst = best.matching.slots.first ?? nil
    if tried.count > 1, best.fittingCount == 0, let slot = openedFirst,
      let found = cache[slot], found.callable == nil
    {
      report(
        .noForm(
          site.name, for: found.type.spokenName, forms: forms.map(formText),
          at: site.inputs[slot].place))
      return .unknown
    }
    var bindings = best.bindings
    for (slot, parameter) in zip(best.matching.slots, best.form.parameters) {
      guard let slot else { continue }
      _ = fit(site.inputs[slot], parameter, site, &bindings, isFinal: true, &cache, slot)
    }
    return Checked(type: fixedResult(best.form, [:]) ?? .unknown)
  }

  /// A form as a person reads it: `upscale(picture: Image)`.
  func formText(_ form: Form) -> String {
    let first = form.parameters.first.map { "\($0.name): \($0.type.spokenName)" } ?? ""
    return "\(form.stage.name)(\(first)\(form.parameters.count > 1 ? ", …" : ""))"
  }
}

/// What has been found out about the arguments of one call.
struct InputCache {
  private var values: [Checked?]
  init(count: Int) { values = Array(repeating: nil, count: count) }
  /// Whether the type of one of them cannot be told.
  var hasUnknown: Bool { values.contains { $0?.type == .unknown } }
  subscript(index: Int) -> Checked? {
    get { values[index] }
    set { values[index] = newValue }
  }
}

/// Gathers what a stage's own rules may ask about a call.
struct ShapeBuilder {
  private let stage: String
  private let settings: [String: Value]
  private var types: [String: ValueType] = [:]
  private var constants: [String: Value] = [:]
  private var given: Set<String> = []
  private var places: [String: SourcePlace] = [:]

  /// - Parameter settings: As far as they can be told.
  init(_ form: Form, _ settings: [String: Value]) {
    stage = form.stage.name
    self.settings = settings
  }

  mutating func add(_ parameter: ParameterInfo, _ checked: Checked, _ input: ArgumentInput) {
    types[parameter.name] = checked.type
    constants[parameter.name] = checked.constant.map {
      parameter.placed($0.fitted(to: parameter.type), under: settings)
    }
    given.insert(parameter.name)
    places[parameter.name] = input.place
  }

  mutating func addDefault(_ parameter: ParameterInfo) {
    guard let value = parameter.value(under: settings) else { return }
    types[parameter.name] = parameter.type
    constants[parameter.name] = value
  }

  var shape: CallShape {
    CallShape(stage: stage, types: types, constants: constants, given: given, places: places)
  }
}
