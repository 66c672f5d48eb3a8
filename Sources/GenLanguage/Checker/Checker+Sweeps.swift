import GenPipeline

/// A call with several values where one is wanted: what each of its calls is given.
struct SweptCall {
  /// For each swept argument what its elements are, one for all where only the type is known.
  var elements: [(input: Int, each: [Checked])] = []
  /// nil when a grid comes from where its axes are not known.
  var axes: [ValueType.Axis]? = []

  /// How many elements the grid has, where that can be told.
  var count: Int? {
    guard let counts = axes?.map(\.count), counts.allSatisfy({ $0 != nil }) else { return nil }
    return counts.compactMap { $0 }.productOrMost
  }

  /// The swept arguments of every call that has to be looked at.
  func combinations() -> [[Checked]] {
    let few = (count ?? 0) <= Sweep.limit
    return elements.reduce([[]]) { all, source in
      let each = few ? source.each : Array(source.each.prefix(1))
      let most = all.count * each.count <= Sweep.limit ? each : Array(each.prefix(1))
      return all.flatMap { head in most.map { head + [$0] } }
    }
  }
}

extension Checker {
  /// What is swept in a call; nil when its arguments do not fit element by element either.
  ///
  /// - Parameter slots: Which argument each parameter takes.
  func sweep(
    _ site: CallSite, _ slots: [Int?], _ parameters: [ParameterInfo], _ cache: inout InputCache
  ) -> SweptCall? {
    var swept = SweptCall()
    var bindings: TypeBindings = [:]
    for (slot, parameter) in zip(slots, parameters) {
      guard let slot else { continue }
      let input = site.inputs[slot]
      if fit(input, parameter, site, &bindings, isFinal: false, &cache, slot) != nil { continue }
      guard let checked = cache[slot], let element = checked.type.sweptElement,
        element.fit(into: parameter.type, &bindings) != nil
      else { return nil }
      swept.elements.append((slot, checked.elements(of: element)))
      if case .grid(_, let axes) = checked.type {
        join(axes, &swept, at: input.place)
      } else {
        add(checked, parameter, &swept, site, at: input.place)
      }
    }
    return swept.elements.isEmpty ? nil : swept
  }

  /// The axes of a grid: those of one name are one axis.
  private func join(_ axes: [ValueType.Axis]?, _ swept: inout SweptCall, at place: SourcePlace) {
    guard let axes else {
      swept.axes = nil
      return
    }
    for axis in axes {
      guard let known = swept.axes?.first(where: { $0.name == axis.name }) else {
        swept.axes?.append(axis)
        continue
      }
      if let first = known.labels, let second = axis.labels, first != second {
        report(.axesDiffer(axis.name, first, second, at: place))
      }
    }
  }

  /// A list is an axis of its own.
  private func add(
    _ checked: Checked, _ parameter: ParameterInfo, _ swept: inout SweptCall, _ site: CallSite,
    at place: SourcePlace
  ) {
    if checked.count == 0 { report(.emptySweep(parameter.name, at: place)) }
    let name = Sweep.name(
      parameter.name, of: site.stageName, besides: swept.axes?.map(\.name) ?? [])
    guard case .list(let values)? = checked.constant else {
      swept.axes?.append(.init(name: name, count: checked.count))
      return
    }
    swept.axes?.append(Grid.Axis(name: name, values: values).type)
  }

  /// Checks a swept call: `call` is asked for each combination that is known.
  func check(
    _ swept: SweptCall, _ site: CallSite, _ cache: InputCache,
    each call: (CallSite) -> Checked
  ) -> Checked {
    if let count = swept.count, count > Sweep.limit {
      report(.sweepTooLarge(count, swept.axes ?? [], at: site.place))
    }
    var inner = site
    for index in site.inputs.indices {
      if let known = cache[index] { inner.inputs[index] = site.inputs[index].flowing(known) }
    }
    var type = ValueType.unknown
    for combination in swept.combinations() {
      for (source, checked) in zip(swept.elements, combination) {
        inner.inputs[source.input] = site.inputs[source.input].flowing(checked)
      }
      let result = call(inner).type
      if case .grid = result {
        report(.sweepOfGrids(site.name, at: site.place))
        return Checked(type: .unknown)
      }
      type = type.joined(with: result) ?? .unknown
    }
    return Checked(type: .grid(type, swept.axes), count: swept.count)
  }

  /// The call with the labels that no form knows put into the record that gathers them.
  func gathering(_ forms: [Form], _ site: CallSite) -> CallSite {
    guard let rest = forms.lazy.flatMap(\.parameters).first(where: \.gathersLabels) else {
      return site
    }
    let known = Set(forms.flatMap(\.parameterNames))
    func isOwn(_ input: ArgumentInput) -> Bool {
      input.label.map { known.contains($0.text) } ?? true
    }
    let others = site.inputs.filter { !isOwn($0) }
    guard let first = others.first, let last = others.last, let label = first.label else {
      return site
    }
    var fields: [(field: ValueType.Field, value: Value?)] = []
    for (index, input) in others.enumerated() {
      let name = input.label?.text ?? ""
      if let earlier = others[..<index].first(where: { $0.label?.text == name }) {
        report(.repeatedArgument(name, of: site.name, at: input.place, first: earlier.place))
        continue
      }
      if let word = input.word, rest.words.contains(word) {
        fields.append((.init(name, .choice([word])), .symbol(word)))
        continue
      }
      if rest.type.signature != nil { continue }
      let checked = settled(value(of: input))
      fields.append((.init(name, checked.type), checked.constant))
    }
    let isConstant = fields.allSatisfy { $0.value != nil }
    let record = Checked(
      type: .record(fields.map(\.field)),
      constant: isConstant
        ? .record(fields.map { RecordField($0.field.name, $0.value ?? .none) }) : nil)
    var gathered = site
    gathered.inputs = site.inputs.filter(isOwn)
    gathered.inputs.append(
      ArgumentInput(
        label: Name(text: rest.name, range: label.range),
        content: rest.type.signature == nil ? .flowing(record) : .gathered(others),
        source: first.source, range: label.range.lowerBound..<last.range.upperBound))
    return gathered
  }
}

extension ValueType {
  /// What each of the calls gets when a value of this type stands where one is wanted.
  var sweptElement: ValueType? {
    switch self {
    case .list(let element), .grid(let element, _): element
    default: nil
    }
  }
}

extension Checked {
  /// What each of the calls gets, one for all of them where only the type is known.
  fileprivate func elements(of type: ValueType) -> [Checked] {
    guard case .list(let values)? = constant, !values.isEmpty else { return [Checked(type: type)] }
    return values.map { Checked(type: type, constant: $0) }
  }
}

extension ArgumentInput {
  /// The same argument, already checked.
  fileprivate func flowing(_ checked: Checked) -> ArgumentInput {
    ArgumentInput(label: label, content: .flowing(checked), source: source, range: range)
  }
}

extension CallSite {
  /// The name without the module before it: what axes are named after.
  var stageName: String { String(name.split(separator: ".").last ?? "this") }
}
