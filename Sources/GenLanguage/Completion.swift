import GenPipeline

/// What could stand where somebody is typing.
public struct Completion: Sendable, Hashable {
  public enum Kind: Sendable, Hashable { case name, stage, label, choice, keyword, setting }

  public let text: String
  public let kind: Kind

  /// The answer for one place in a text.
  public struct Answer: Sendable {
    /// The bytes that a candidate takes the place of.
    public let range: Range<Int>
    public let candidates: [Completion]
    /// Whether the place is inside a text, where the session knows files and models.
    public let isInsideText: Bool
    /// The parameters that the text may be an argument for, one for each form of the verb.
    public var parameters: [ParameterInfo] = []
  }
}

extension Language {
  /// The candidates for what stands before a place, those that begin with it, in order.
  ///
  /// - Parameter offset: Bytes from the start of the text.
  public func completions(
    for text: String, at offset: Int, in scope: Scope = Scope()
  ) -> Completion.Answer {
    let bytes = Array(text.utf8.prefix(max(0, offset)))
    var lexer = Lexer(Source(name: "", bytes: bytes))
    lexer.run()
    let tokens = lexer.tokens.filter { !$0.range.isEmpty }
    guard !lexer.endsInsideText else {
      let start = tokens.lastIndex { $0.kind == .textStart || $0.kind == .rawText } ?? 0
      let typing = Typing(self, scope, TypingPlace(tokens[..<start], bytes))
      return Completion.Answer(
        range: bytes.count..<bytes.count, candidates: [], isInsideText: true,
        parameters: typing.parametersTyped)
    }
    let place = TypingPlace(tokens[...], bytes)
    let isInsideComment = lexer.comments.last.map { comment in
      !bytes[comment.range.upperBound...].contains(UInt8(ascii: "\n"))
    }
    let all = isInsideComment == true ? [] : Typing(self, scope, place).candidates
    let found = all.filter {
      $0.text.hasPrefix(place.prefix) && $0.text != place.prefix
    }.sorted { $0.text < $1.text }
    let distinct = found.indices.filter { $0 == 0 || found[$0].text != found[$0 - 1].text }
    return Completion.Answer(
      range: bytes.count - place.prefix.utf8.count..<bytes.count,
      candidates: distinct.map { found[$0] }, isInsideText: false)
  }
}

/// Somebody at a place of a text, and what they may use there.
private struct Typing {
  let language: Language
  let scope: Scope
  let place: TypingPlace

  init(_ language: Language, _ scope: Scope, _ place: TypingPlace) {
    (self.language, self.scope, self.place) = (language, scope, place)
  }

  var candidates: [Completion] {
    if place.setting == "" { return language.settings.map { .init(text: $0.name, kind: .setting) } }
    if let name = place.setting {
      return values(of: language.settings.first { $0.name == name }?.type ?? .unknown) ?? []
    }
    if let owner = place.beforeDot { return members(of: owner) }
    if let left = place.beforePipe { return stages(fitting: type(of: left)) }
    guard place.call != nil else {
      return names() + stages(fitting: nil)
        + Keyword.all.map { Completion(text: $0, kind: .keyword) }
    }
    if let label = place.label {
      let typed = parametersTyped.compactMap { values(of: $0.type) }.flatMap { $0 }
      let found = typed.isEmpty ? axisValues(label) : typed
      return found.isEmpty ? names() + stages(fitting: nil) : found
    }
    let labels = freeLabels.map { Completion(text: $0 + ":", kind: .label) }
    // After a comma, with nothing typed yet, everything would be too much to read.
    if place.prefix.isEmpty, place.follows(.comma), !labels.isEmpty { return labels }
    let typed = parametersTyped.compactMap { values(of: $0.type) }.flatMap { $0 }
    return labels + typed + names() + stages(fitting: nil)
  }

  /// The parameters that the argument being typed may be for, one for each form of the verb.
  var parametersTyped: [ParameterInfo] {
    forms.compactMap { form in
      guard let label = place.label else {
        return place.given.isEmpty ? form.dropFirst(place.positionCount).first : nil
      }
      return form.first { $0.name == label }
    }
  }

  /// The labels of the call that have no argument yet.
  private var freeLabels: [String] {
    forms.flatMap { form -> [String] in
      let free = form.dropFirst(place.positionCount)
      return free.flatMap { $0.gathersLabels ? axes.map(\.name) : [$0.name] }
    }.filter { !place.given.contains($0) }
  }

  /// The parameters of each form of the verb, or of the `def`, that is called.
  private var forms: [[ParameterInfo]] {
    guard let call = place.call else { return [] }
    guard let definition = language.definition(of: call, in: scope) else {
      return language.vocabulary.forms(of: call).map(\.parameters)
    }
    return [
      definition.parameters.map {
        ParameterInfo(name: $0.name, documentation: "", type: $0.type ?? .unknown)
      }
    ]
  }

  /// The axes of the grid that the call takes.
  private var axes: [ValueType.Axis] {
    guard let first = place.firstArgument, case .grid(_, let axes?)? = type(of: first) else {
      return []
    }
    return axes
  }

  private func axisValues(_ label: String) -> [Completion] {
    guard forms.contains(where: { $0.contains(where: \.gathersLabels) }) else { return [] }
    let labels = axes.first { $0.name == label }?.labels ?? []
    return labels.map { text in
      Completion(text: Double(text) == nil ? "\"\(text)\"" : text, kind: .choice)
    }
  }

  /// What a parameter of a type takes, where that is little enough to be named.
  private func values(of type: ValueType) -> [Completion]? {
    switch type.wrapped {
    case .choice(let words): return words.map { Completion(text: $0, kind: .choice) }
    case .bool: return ["false", "true"].map { Completion(text: $0, kind: .choice) }
    case .sampler, .schedule, .model, .method: break
    default: return nil
    }
    let makers = language.vocabulary.names.filter { name in
      language.vocabulary.forms(of: name).contains {
        guard case .fixed(let result) = $0.result else { return false }
        return switch result {
        case .sampler, .schedule, .model, .method: result.fits(type)
        default: false
        }
      }
    }
    let bound = names().filter { scope.type(of: $0.text)?.fits(type) ?? false }
    return makers.map { Completion(text: $0, kind: .stage) } + bound
  }

  private func names() -> [Completion] {
    (place.localNames + scope.names(beginning: place.prefix)).filter { !$0.hasPrefix("_") }
      .map { Completion(text: $0, kind: .name) }
  }

  /// What stands after the dot: the names of a module, the fields of a record.
  private func members(of owner: String) -> [Completion] {
    guard let binding = scope.names?.find(owner, version: Int.max) else { return [] }
    let names = binding.module.map { Array($0.keys) } ?? binding.checked.type.fields?.map(\.name)
    return (names ?? []).map { Completion(text: $0, kind: .name) }
  }

  /// The stages that take a value of a type first; all where it is not known.
  private func stages(fitting type: ValueType?) -> [Completion] {
    func takes(_ first: ValueType?) -> Bool {
      guard let type, let first else { return true }
      return type.fits(first)
    }
    let builtIn = language.vocabulary.names.filter { name in
      language.vocabulary.forms(of: name).contains {
        takes($0.parameters.first?.type ?? ValueType.none)
      }
    }
    let defined = language.definitions(in: scope, beginning: place.prefix)
      .filter { takes($0.parameters.first?.type) }
    return (builtIn + defined.map(\.name)).map { Completion(text: $0, kind: .stage) }
  }

  /// The type of what a text ends with; nil where that cannot be told.
  private func type(of bytes: [UInt8]) -> ValueType? {
    let program = language.check(Source(name: "", bytes: bytes), in: scope)
    guard !program.hasErrors, let last = program.module.statements.last else { return nil }
    guard case .binding(let bound, _) = last.kind else { return program.expressionTypes.last }
    return program.bindings.first { $0.name == bound.first?.text }?.type
  }
}

extension Lexer {
  /// Whether the end stands in the characters of a text, not in an expression inside one.
  fileprivate var endsInsideText: Bool {
    if let open = openTexts.last { return open.braceDepth == 0 }
    guard let last = tokens.dropLast().last, last.kind == .rawText else { return false }
    let isClosed = last.range.count > 2 && bytes[last.range.upperBound - 1] == UInt8(ascii: "\"")
    return last.range.upperBound == bytes.count && !isClosed
  }
}
