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
  }
}

extension Language {
  /// The candidates for what stands before a place, those that begin with it, in order.
  ///
  /// - Parameter offset: Bytes from the start of the text.
  public func completions(
    for text: String, at offset: Int, in scope: Scope = Scope()
  ) -> Completion.Answer {
    let bytes = Array(Array(text.utf8).prefix(max(0, offset)))
    var lexer = Lexer(Source(name: "", bytes: bytes))
    lexer.run()
    let tokens = lexer.tokens.filter { !$0.range.isEmpty }
    let place = TypingPlace(tokens[...], bytes)
    guard !lexer.endsInsideText else {
      return Completion.Answer(
        range: bytes.count..<bytes.count, candidates: [], isInsideText: true)
    }
    let isInsideComment = lexer.comments.last.map { comment in
      !bytes[comment.range.upperBound...].contains(UInt8(ascii: "\n"))
    }
    let all = isInsideComment == true ? [] : candidates(place, scope)
    let found = all.filter {
      $0.text.hasPrefix(place.prefix) && $0.text != place.prefix
    }
    var seen: Set<String> = []
    return Completion.Answer(
      range: bytes.count - place.prefix.utf8.count..<bytes.count,
      candidates: found.filter { seen.insert($0.text).inserted }.sorted { $0.text < $1.text },
      isInsideText: false)
  }

  private func candidates(_ place: TypingPlace, _ scope: Scope) -> [Completion] {
    if place.setting == "" { return settings.map { Completion(text: $0.name, kind: .setting) } }
    if let name = place.setting {
      let words = settings.first { $0.name == name }?.type.choiceWords ?? []
      return words.map { Completion(text: $0, kind: .choice) }
    }
    if let owner = place.beforeDot { return members(of: owner, scope) }
    if let left = place.beforePipe { return stages(fitting: type(of: left, scope), place, scope) }
    let stages = stages(fitting: nil, place, scope)
    let known = scope.names?.names(beginning: place.prefix) ?? []
    let values = (place.localNames + known).filter { !$0.hasPrefix("_") }
      .map { Completion(text: $0, kind: .name) }
    guard let call = place.call else {
      return values + stages + Keyword.all.map { Completion(text: $0, kind: .keyword) }
    }
    if let label = place.label {
      let words = parameters(of: call, scope).first { $0.name == label }?.words ?? []
      return words.isEmpty ? values + stages : words.map { Completion(text: $0, kind: .choice) }
    }
    let labels = parameters(of: call, scope).map(\.name).filter { !place.given.contains($0) }
    let offered = labels.map { Completion(text: $0 + ":", kind: .label) }
    // After a comma, with nothing typed yet, everything would be too much to read.
    let isFresh = place.prefix.isEmpty && place.follows(.comma) && !offered.isEmpty
    return isFresh ? offered : offered + values + stages
  }

  /// What stands after the dot: the names of a module, the fields of a record.
  private func members(of owner: String, _ scope: Scope) -> [Completion] {
    guard let binding = scope.names?.find(owner, version: Int.max) else { return [] }
    let names = binding.module.map { Array($0.keys) } ?? binding.checked.type.fields?.map(\.name)
    return (names ?? []).map { Completion(text: $0, kind: .name) }
  }

  /// The stages that take a value of a type first; all where it is not known.
  private func stages(
    fitting type: ValueType?, _ place: TypingPlace, _ scope: Scope
  ) -> [Completion] {
    func takes(_ first: ValueType?) -> Bool {
      guard let type, let first else { return true }
      return type.fits(first)
    }
    let builtIn = vocabulary.names.filter { name in
      vocabulary.forms(of: name).contains { takes($0.parameters.first?.type ?? ValueType.none) }
    }
    let defined = definitions(in: scope, beginning: place.prefix)
      .filter { takes($0.parameters.first?.type) }
    return (builtIn + defined.map(\.name)).map { Completion(text: $0, kind: .stage) }
  }

  /// The type of what a text ends with; nil where that cannot be told.
  private func type(of bytes: ArraySlice<UInt8>, _ scope: Scope) -> ValueType? {
    let program = check(Source(name: "", bytes: Array(bytes)), in: scope)
    guard !program.hasErrors, let last = program.module.statements.last else { return nil }
    guard case .binding(let bound, _) = last.kind else { return program.expressionTypes.last }
    return program.bindings.first { $0.name == bound.first?.text }?.type
  }

  private func parameters(
    of call: String, _ scope: Scope
  ) -> [(name: String, words: [String])] {
    let forms = vocabulary.forms(of: call)
    if let definition = definition(of: call, in: scope) {
      return definition.parameters.map { ($0.name, []) }
    }
    return forms.flatMap(\.parameters).map { ($0.name, $0.type.choiceWords ?? []) }
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
