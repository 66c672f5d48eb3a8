import GenPipeline

/// How well a value suits a parameter.
enum Fit: Int, Comparable {
  /// Through one of the implicit conversions.
  case converted
  case exact

  static func < (left: Fit, right: Fit) -> Bool { left.rawValue < right.rawValue }
}

/// The types that the type parameters of one call stand for.
typealias TypeBindings = [String: ValueType]

extension ValueType {
  /// Whether a value of this type may go where `parameter` is wanted; binds type parameters.
  ///
  /// - Source: `language.md` section 3, the implicit conversions.
  /// - Departs: a text also becomes a colour, since a colour has no literal: `tint("orange")`.
  func fit(into parameter: ValueType, _ bindings: inout TypeBindings) -> Fit? {
    if self == parameter { return .exact }
    switch (self, parameter) {
    case (.unknown, _), (_, .unknown): return .exact
    case (_, .variable(let name)): return bind(name, &bindings)
    case (.variable, _): return .exact
    case (.none, .optional): return .exact
    case (.optional(let wrapped), .optional(let wanted)):
      return wrapped.fit(into: wanted, &bindings)
    case (_, .optional(let wanted)): return fit(into: wanted, &bindings)
    case (.int, .number), (.text, .prompt), (.text, .color), (.image, .video): return .converted
    case (.list(let element), .list(let wanted)): return element.fit(into: wanted, &bindings)
    case (.grid(let element, _), .grid(let wanted, _)): return element.fit(into: wanted, &bindings)
    case (.table(let row), .table(let wanted)): return row.fit(into: wanted, &bindings)
    case (.record(let fields), .record(let wanted)):
      return ValueType.fit(fields, into: wanted, &bindings)
    case (.choice(let words), .choice(let wanted)):
      return Set(words).isSubset(of: wanted) ? .exact : nil
    case (.model(let medium), .model(let wanted)):
      guard let medium, let wanted else { return .exact }
      return medium.fit(into: wanted, &bindings) == .exact ? .exact : nil
    default: return fitFunction(into: parameter, &bindings)
    }
  }

  func fits(_ parameter: ValueType) -> Bool {
    var bindings: TypeBindings = [:]
    return fit(into: parameter, &bindings) != nil
  }

  private func bind(_ name: String, _ bindings: inout TypeBindings) -> Fit? {
    guard let bound = bindings[name] else {
      bindings[name] = self
      return .exact
    }
    guard let both = joined(with: bound) else { return nil }
    bindings[name] = both
    return .exact
  }

  private static func fit(
    _ fields: [Field], into wanted: [Field], _ bindings: inout TypeBindings
  ) -> Fit? {
    guard fields.count == wanted.count else { return nil }
    var worst = Fit.exact
    for field in wanted {
      guard let own = fields.first(where: { $0.name == field.name }),
        let fit = own.type.fit(into: field.type, &bindings)
      else { return nil }
      worst = min(worst, fit)
    }
    return worst
  }

  private func fitFunction(into parameter: ValueType, _ bindings: inout TypeBindings) -> Fit? {
    guard let (inputs, output) = signature, let (wantedInputs, wantedOutput) = parameter.signature,
      inputs.count == wantedInputs.count
    else { return nil }
    for (input, wanted) in zip(inputs, wantedInputs) {
      guard wanted.substituting(bindings).fits(input) else { return nil }
    }
    return output.fit(into: wantedOutput, &bindings)
  }

  /// Inputs and output of a function or stage.
  var signature: ([ValueType], ValueType)? {
    switch self {
    case .function(let inputs, let output): (inputs, output)
    case .stage(let input, let output): ([input], output)
    default: nil
    }
  }

  /// The type that holds values of both; nil when there is none.
  func joined(with other: ValueType) -> ValueType? {
    if self == other { return self }
    switch (self, other) {
    case (.unknown, let type), (let type, .unknown): return type
    case (.none, .optional), (.optional, .optional), (.optional, .none): break
    case (.none, let type), (let type, .none): return .optional(type)
    default: break
    }
    if case .grid(let first, _) = self, case .grid(let second, _) = other {
      return first.joined(with: second).map { .grid($0, nil) }
    }
    if case .table(let first) = self, case .table(let second) = other {
      return .table(first.joined(with: second) ?? .unknown)
    }
    if case .model(.table(let first)?) = self, case .model(.table(let second)?) = other {
      return .model(.table(first.joined(with: second) ?? .unknown))
    }
    if fits(other) { return other }
    if other.fits(self) { return self }
    switch (self, other) {
    case (.list(let first), .list(let second)): return first.joined(with: second).map { .list($0) }
    case (.optional(let first), .optional(let second)):
      return first.joined(with: second).map { .optional($0) }
    case (.choice(let first), .choice(let second)):
      return .choice(first + second.filter { !first.contains($0) })
    default: return nil
    }
  }

  func substituting(_ bindings: TypeBindings) -> ValueType {
    switch self {
    case .variable(let name): bindings[name] ?? .unknown
    case .list(let element): .list(element.substituting(bindings))
    case .grid(let element, let axes): .grid(element.substituting(bindings), axes)
    case .table(let row): .table(row.substituting(bindings))
    case .model(let medium): .model(medium?.substituting(bindings))
    case .optional(let wrapped): .optional(wrapped.substituting(bindings))
    case .record(let fields):
      .record(fields.map { Field($0.name, $0.type.substituting(bindings)) })
    case .stage(let input, let output):
      .stage(input.substituting(bindings), output.substituting(bindings))
    case .function(let inputs, let output):
      .function(inputs.map { $0.substituting(bindings) }, output.substituting(bindings))
    default: self
    }
  }

  /// The type inside `T?`.
  var wrapped: ValueType { if case .optional(let inner) = self { inner.wrapped } else { self } }

  /// The words of a choice, also of an optional one.
  var choiceWords: [String]? { if case .choice(let words) = wrapped { words } else { nil } }

  var isUnknown: Bool { self == .unknown }

  var isNumeric: Bool { self == .int || self == .number }
}
