import GenPipeline

extension Checker {
  /// Checks what must be true or false.
  func check(condition: Expression, _ names: NameScope) -> Checked {
    let checked = checkValue(condition, names)
    guard checked.type.fits(.bool) else {
      report(.conditionType(checked.type, at: names.place(condition.range)))
      return Checked(type: .bool)
    }
    return checked
  }

  func check(
    condition test: Expression, _ then: Expression, _ otherwise: Expression, _ names: NameScope
  ) -> Checked {
    let condition = check(condition: test, names)
    let first = checkValue(then, names)
    let second = checkValue(otherwise, names)
    guard let both = first.type.joined(with: second.type) else {
      report(
        .branchesDiffer(
          first.type, second.type, at: names.place(otherwise.range),
          first: names.place(then.range)))
      return .unknown
    }
    var result = Checked(type: both)
    if case .bool(let flag)? = condition.constant {
      result.constant = (flag ? first : second).constant
      result.callable = (flag ? first : second).callable
    }
    return result
  }

  func check(
    loop name: Name, _ sequence: Expression, _ body: Block, _ names: NameScope
  ) -> Checked {
    let checked = checkValue(sequence, names)
    var element = ValueType.unknown
    switch checked.type {
    case .list(let type): element = type
    case .unknown: break
    default: report(.notASequence(checked.type, at: names.place(sequence.range)))
    }
    var inner = names
    let binding = Binding(
      checked: Checked(type: element), source: names.source, range: name.range)
    occurrences?.note(binding)
    inner.bindLocal(name.text, binding)
    let value = settled(check(body, inner))
    return Checked(type: .list(value.type))
  }

  func check(
    range expression: Expression, _ from: Expression, _ to: Expression, _ step: Expression?,
    _ isClosed: Bool, _ names: NameScope
  ) -> Checked {
    let low = checkValue(from, names)
    let high = checkValue(to, names)
    let stride = step.map { checkValue($0, names) }
    let (first, last) = (low.type, high.type)
    guard let both = rangeElement(first, last),
      let all = stride.map({ rangeElement(both, $0.type) }) ?? both
    else {
      report(.rangeType(first, last, hint: nil, at: names.place(expression.range)))
      return Checked(type: .list(.unknown))
    }
    if stride == nil, all != .int, !all.isUnknown {
      report(
        .rangeType(
          first, last, hint: "say how far apart the elements are: … by …",
          at: names.place(expression.range)))
    }
    guard let from = low.constant, let to = high.constant,
      stride == nil || stride?.constant != nil
    else { return Checked(type: .list(all)) }
    return known(range: RangeEnds(from, to, stride?.constant, isClosed), all, expression, names)
  }

  /// A range whose ends are known: its length, and its elements unless they are very many.
  private func known(
    range: RangeEnds, _ element: ValueType, _ expression: Expression, _ names: NameScope
  ) -> Checked {
    let place = names.place(expression.range)
    let count = range.count.flatMap { Int(exactly: $0) }
    let isShort = count.map { $0 <= Checker.longestConstant } ?? false
    let elements = isShort ? try? range.elements(at: place, step: place) : nil
    return Checked(type: .list(element), constant: elements.map { .list($0) }, count: count)
  }

  private func rangeElement(_ first: ValueType, _ second: ValueType) -> ValueType? {
    guard let both = first.joined(with: second) else { return nil }
    switch both {
    case .int, .number, .quantity, .unknown: return both
    default: return nil
    }
  }

  func check(field name: Name, of value: Expression, _ names: NameScope) -> Checked {
    if case .name(let alias) = value.kind, let binding = names.find(alias),
      let members = binding.module
    {
      noteRead(alias, binding, at: value.range, names)
      if let member = members[name.text] {
        occurrences?.note(name.range, of: member, in: names.source)
        return member.checked
      }
      report(
        .unknownField(
          name.text, of: "module", known: members.keys.sorted(), at: names.place(name.range)))
      return .unknown
    }
    let checked = checkValue(value, names)
    guard !checked.type.isUnknown else { return .unknown }
    if case .record(let fields) = checked.type {
      return field(name.text, of: fields, checked, at: names.place(name.range))
    }
    let fields = checked.type.fields ?? []
    if let field = fields.first(where: { $0.name == name.text }) {
      return Checked(type: field.type, constant: checked.constant?.field(name.text))
    }
    report(
      .unknownField(
        name.text, of: checked.type.description, known: fields.map(\.name),
        at: names.place(name.range)))
    return .unknown
  }

  private func field(
    _ name: String, of fields: [ValueType.Field], _ record: Checked, at place: SourcePlace
  ) -> Checked {
    if let field = fields.first(where: { $0.name == name }) {
      return Checked(type: field.type, constant: record.constant?.field(name))
    }
    report(.unknownField(name, of: "record", known: fields.map(\.name), at: place))
    return .unknown
  }

  func check(index: Expression, of list: Expression, _ names: NameScope) -> Checked {
    let checked = checkValue(list, names)
    let position = checkValue(index, names)
    if case .record(let fields) = checked.type, case .text(let name)? = position.constant {
      return field(name, of: fields, checked, at: names.place(index.range))
    }
    if !position.type.fits(.int) {
      report(.wrongIndex(position.type, at: names.place(index.range)))
    }
    switch checked.type {
    case .list(let element): return Checked(type: element)
    case .text: return Checked(type: .text)
    case .unknown: return .unknown
    default:
      report(.notIndexable(checked.type, at: names.place(list.range)))
      return .unknown
    }
  }
}

extension Value {
  func field(_ name: String) -> Value? {
    fields?.first { $0.name == name }?.value
  }
}
