import GenPipeline

extension Checker {
  func check(_ expression: Expression, _ names: NameScope) -> Checked {
    switch expression.kind {
    case .literal(let value): return Checked(type: value.type, constant: value)
    case .interpolation(let segments): return check(segments, names)
    case .name(let name): return check(name: name, expression, names)
    case .list(let elements): return check(list: elements, names)
    case .record(let fields): return check(record: fields, names)
    case .block(let block): return check(block, names)
    case .parenthesized(let inner): return check(inner, names)
    case .lambda(let lambda): return check(lambda, expression, names)
    case .conditional(let test, let then, let otherwise):
      return check(condition: test, then, otherwise, names)
    case .loop(let name, let sequence, let body):
      return check(loop: name, sequence, body, names)
    case .pipe(let first, let stages): return check(pipe: first, stages, names)
    case .chain(let first, let terms): return check(chain: first, terms, names)
    case .not(let operand):
      let checked = check(condition: operand, names)
      if case .bool(let flag)? = checked.constant {
        return Checked(type: .bool, constant: .bool(!flag))
      }
      return Checked(type: .bool)
    case .negative(let operand): return check(negative: operand, expression, names)
    case .power(let base, let term): return check(chain: base, [term], names)
    case .range(let from, let to, let step, let isClosed):
      return check(range: expression, from, to, step, isClosed, names)
    case .call(let callee, let arguments):
      return check(call: callee, arguments, flowing: nil, expression, names)
    case .field(let value, let name): return check(field: name, of: value, names)
    case .index(let list, let index): return check(index: index, of: list, names)
    }
  }

  /// A value that is kept: the body of a lambda is then checked even if nobody calls it.
  func settled(_ checked: Checked) -> Checked {
    if case .template(let template)? = checked.callable, template.name == nil {
      pending.append(template)
    }
    return checked
  }

  /// An expression whose value is kept.
  func checkValue(_ expression: Expression, _ names: NameScope) -> Checked {
    settled(check(expression, names))
  }

  private func check(_ segments: [Expression.Segment], _ names: NameScope) -> Checked {
    var text: String? = ""
    for segment in segments {
      switch segment {
      case .text(let piece): text?.append(piece)
      case .value(let value):
        let checked = checkValue(value, names)
        if let constant = checked.constant {
          text?.append(constant.spoken)
        } else {
          text = nil
        }
      }
    }
    return Checked(type: .text, constant: text.map { .text($0) })
  }

  private func check(name: String, _ expression: Expression, _ names: NameScope) -> Checked {
    if let binding = names.find(name) {
      noteRead(name, binding, at: expression.range, names)
      return binding.checked
    }
    let forms = forms(of: name)
    if !forms.isEmpty { return Checked(type: stageType(forms), callable: .stages(forms)) }
    if names.definition == name {
      report(.recursion(name, at: names.place(expression.range)))
    } else if !isFull {
      report(
        .unknownName(
          name, known: names.all + vocabulary.names, isLater: laterNames.contains(name),
          at: names.place(expression.range)))
    }
    return .unknown
  }

  func noteRead(_ name: String, _ binding: Binding, at range: Range<Int>, _ names: NameScope) {
    readNames.insert(name)
    occurrences?.note(range, of: binding, in: names.source)
  }

  /// The type of a verb that has not been called: known when it has one form.
  func stageType(_ forms: [Form]) -> ValueType {
    guard forms.count == 1, let form = forms.first?.stage, case .fixed(let result) = form.result
    else {
      return .stage(.unknown, .unknown)
    }
    let input = form.parameters.first?.type ?? .none
    return .stage(input.substituting([:]), result.substituting([:]))
  }

  private func check(list elements: [Expression], _ names: NameScope) -> Checked {
    var type = ValueType.unknown
    var constants: [Value]? = []
    for element in elements {
      let checked = checkValue(element, names)
      if let constant = checked.constant {
        constants?.append(constant)
      } else {
        constants = nil
      }
      if let both = type.joined(with: checked.type) {
        type = both
      } else {
        report(.elementsDiffer(type, checked.type, at: names.place(element.range)))
        return Checked(type: .list(.unknown))
      }
    }
    let constant = constants.map { Value.list($0).fitted(to: .list(type)) }
    return Checked(type: .list(type), constant: constant, count: elements.count)
  }

  private func check(record fields: [Expression.Field], _ names: NameScope) -> Checked {
    var types: [ValueType.Field] = []
    var constants: [RecordField]? = []
    var seen: [String: Range<Int>] = [:]
    for field in fields {
      let checked = checkValue(field.value, names)
      if let first = seen[field.name.text] {
        report(
          .repeatedName(
            field.name.text, at: names.place(field.name.range), first: names.place(first)))
        continue
      }
      seen[field.name.text] = field.name.range
      types.append(.init(field.name.text, checked.type))
      if let constant = checked.constant {
        constants?.append(RecordField(field.name.text, constant))
      } else {
        constants = nil
      }
    }
    return Checked(type: .record(types), constant: constants.map { .record($0) })
  }

  func check(_ block: Block, _ names: NameScope) -> Checked {
    var inner = names
    for statement in block.statements { check(statement, in: &inner, isTop: false) }
    return check(block.value, inner)
  }

  private func check(
    _ lambda: Expression.Lambda, _ expression: Expression, _ names: NameScope
  ) -> Checked {
    for (index, name) in lambda.parameters.enumerated() {
      if let first = lambda.parameters[..<index].first(where: { $0.text == name.text }) {
        report(
          .repeatedName(name.text, at: names.place(name.range), first: names.place(first.range)))
      }
    }
    let template = Template(
      name: nil,
      parameters: lambda.parameters.map { .init(name: $0, type: nil, initial: nil) },
      result: nil, body: lambda.body, names: names, range: expression.range)
    return Checked(type: functionType(template), callable: .template(template))
  }
}
