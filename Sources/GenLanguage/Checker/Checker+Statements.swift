import GenPipeline

extension Checker {
  func check(_ statement: Statement, in scope: inout NameScope, isTop: Bool) {
    switch statement.kind {
    case .use(let use):
      guard isTop else { return report(.useInside(at: scope.place(statement.range))) }
      check(use, in: &scope)
    case .set(let name, let value):
      guard isTop else { return report(.useInside(at: scope.place(statement.range))) }
      check(setting: name, value, scope)
    case .definition(let definition): check(definition, in: &scope, isTop: isTop)
    case .binding(let names, let value):
      let checked = checkValue(value, scope)
      if names.count == 1 {
        bind(names[0], checked, in: &scope, isTop: isTop)
      } else {
        takeApart(names, checked, of: value, in: &scope, isTop: isTop)
      }
    case .expression(let value):
      let checked = checkValue(value, scope)
      if isTop { statementTypes.append(checked) }
    }
  }

  private func bind(
    _ name: Name, _ checked: Checked, in scope: inout NameScope, isTop: Bool
  ) {
    let binding = Binding(
      checked: checked, source: scope.source, range: name.range, generation: generation)
    guard isTop else {
      occurrences?.note(binding)
      scope.bindLocal(name.text, binding)
      return
    }
    let found = scope.globals.findOwn(name.text, version: scope.version)
    let isAgain = found?.generation == generation && found?.source === scope.source
    let old = isAgain ? found : nil
    occurrences?.note(binding, after: old)
    if let old {
      guard keepsType(name, old, checked, scope) else { return }
    }
    scope.version = scope.globals.bind(name.text, binding)
  }

  private func keepsType(
    _ name: Name, _ old: Binding, _ new: Checked, _ scope: NameScope
  ) -> Bool {
    let isSame = old.checked.type.joined(with: new.type) == old.checked.type
    if isSame || new.type.isUnknown || old.checked.type.isUnknown { return true }
    report(
      .nameChangesType(
        name.text, from: old.checked.type, to: new.type, at: scope.place(name.range),
        first: old.source.place(of: old.range)))
    return false
  }

  private func takeApart(
    _ names: [Name], _ checked: Checked, of value: Expression, in scope: inout NameScope,
    isTop: Bool
  ) {
    for (index, name) in names.enumerated() {
      if let first = names[..<index].first(where: { $0.text == name.text }) {
        report(
          .repeatedName(
            name.text, at: scope.place(name.range), first: scope.place(first.range)))
      }
    }
    let parts = parts(names, checked)
    if parts == nil {
      let place = scope.place(
        names[0].range.lowerBound..<(names.last?.range.upperBound ?? value.range.upperBound))
      report(.cannotTakeApart(names.count, describe(checked, counted: true), at: place))
    }
    for (index, name) in names.enumerated() {
      bind(name, parts?[index] ?? .unknown, in: &scope, isTop: isTop)
    }
  }

  /// What each name stands for: an element by its position, a field by its name.
  private func parts(_ names: [Name], _ checked: Checked) -> [Checked]? {
    switch checked.type {
    case .unknown: return names.map { _ in .unknown }
    case .list(let element):
      guard case .list(let values)? = checked.constant else {
        return names.map { _ in Checked(type: element) }
      }
      guard values.count == names.count else { return nil }
      return values.map { Checked(type: element, constant: $0) }
    case .record(let fields):
      let types = names.map { name in fields.first { $0.name == name.text }?.type }
      guard types.allSatisfy({ $0 != nil }) else { return nil }
      return types.map { Checked(type: $0 ?? .unknown) }
    default: return nil
    }
  }

  private func describe(_ checked: Checked, counted: Bool) -> String {
    if case .list(let values)? = checked.constant {
      return "a list of \(values.count) elements"
    }
    return Diagnostic.article(checked.type.description)
  }

  private func check(setting name: Name, _ value: Expression, _ scope: NameScope) {
    guard let setting = settings.first(where: { $0.name == name.text }) else {
      report(
        .unknownSetting(name.text, known: settings.map(\.name), at: scope.place(name.range)))
      _ = check(value, scope)
      return
    }
    if let words = setting.type.choiceWords, case .name(let word) = value.bare.kind {
      guard words.contains(word) else {
        let place = scope.place(value.range)
        return report(.unknownChoice(word, for: name.text, choices: words, at: place))
      }
      if openModules.count == 1 { settingValues[name.text] = .symbol(word) }
      return
    }
    let checked = checkValue(value, scope)
    guard checked.type.fits(setting.type) else {
      report(
        .wrongSetting(
          name.text, wanted: setting.type, found: checked.type, at: scope.place(value.range)))
      return
    }
    check(checked.constant, in: setting.range, of: name.text, at: scope.place(value.range))
    if let form = setting.form, case .text(let text)? = checked.constant, !form.fits(text) {
      report(
        .senselessSetting(name.text, text, hint: form.hint, at: scope.place(value.range)))
    }
    if openModules.count == 1 {
      settingValues[name.text] = checked.constant?.fitted(to: setting.type)
    }
  }

  private func check(_ use: Statement.Use, in scope: inout NameScope) {
    guard let found = module(use, from: scope.source) else { return }
    let alias = use.alias
    if let alias {
      let binding = Binding(
        checked: .unknown, source: scope.source, range: alias.range, module: found.names,
        generation: generation)
      occurrences?.note(binding)
      scope.version = scope.globals.bind(alias.text, binding)
      return
    }
    for (name, binding) in found.names.sorted(by: { $0.key < $1.key }) {
      var own = binding
      own.generation = generation
      scope.version = scope.globals.bind(name, own)
    }
  }

  private func check(
    _ definition: Statement.Definition, in scope: inout NameScope, isTop: Bool
  ) {
    for (index, parameter) in definition.parameters.enumerated() {
      let earlier = definition.parameters[..<index]
      if let first = earlier.first(where: { $0.name.text == parameter.name.text }) {
        report(
          .repeatedName(
            parameter.name.text, at: scope.place(parameter.name.range),
            first: scope.place(first.name.range)))
      }
    }
    let parameters = definition.parameters.map { parameter in
      Template.Parameter(
        name: parameter.name, type: parameter.type.map { type($0, scope.source) },
        initial: parameter.initial)
    }
    for parameter in parameters { check(initial: parameter, scope) }
    let template = Template(
      name: definition.name.text, parameters: parameters,
      result: definition.result.map { type($0, scope.source) }, body: definition.body,
      names: scope.inside(definition.name.text), range: definition.name.range,
      documentation: definition.documentation)
    pending.append(template)
    let checked = Checked(type: functionType(template), callable: .template(template))
    bind(definition.name, checked, in: &scope, isTop: isTop)
  }

  private func check(initial parameter: Template.Parameter, _ scope: NameScope) {
    guard let initial = parameter.initial else { return }
    let checked = checkValue(initial, scope)
    guard let wanted = parameter.type, !checked.type.fits(wanted) else { return }
    report(
      .wrongInitial(
        parameter.name.text, wanted: wanted, found: checked.type, at: scope.place(initial.range)))
  }

  func functionType(_ template: Template) -> ValueType {
    .function(template.parameters.map { $0.type ?? .unknown }, template.result ?? .unknown)
  }
}
