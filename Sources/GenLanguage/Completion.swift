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
    let tokens = Array(lexer.tokens.dropLast())
    guard !lexer.diagnostics.contains(where: { $0.code == "E0003" }) else {
      let start = tokens.lastIndex { $0.kind == .textStart || $0.kind == .rawText } ?? 0
      let typing = Typing(self, scope, TypingPlace(tokens[..<start], bytes))
      return Completion.Answer(
        range: bytes.count..<bytes.count, candidates: [], isInsideText: true,
        parameters: typing.parametersTyped)
    }
    let place = TypingPlace(tokens[...], bytes)
    let found = Typing(self, scope, place).candidates.filter {
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
    if place.prefix.isEmpty, place.followsComma, !labels.isEmpty { return labels }
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
    guard let definition = language.definition(named: call, in: scope) else {
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
    case .sampler, .schedule, .model: break
    default: return nil
    }
    let makers = language.vocabulary.names.filter { name in
      language.vocabulary.forms(of: name).contains {
        guard case .fixed(let result) = $0.result else { return false }
        return switch result {
        case .sampler, .schedule, .model: result.fits(type)
        default: false
        }
      }
    }
    let bound = names().filter { scope.type(of: $0.text)?.fits(type) ?? false }
    return makers.map { Completion(text: $0, kind: .stage) } + bound
  }

  private func names() -> [Completion] {
    scope.names(beginning: place.prefix).filter { !$0.hasPrefix("_") }
      .map { Completion(text: $0, kind: .name) }
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

  /// The type of the expression that a text ends with; nil where that cannot be told.
  private func type(of bytes: [UInt8]) -> ValueType? {
    let program = language.check(Source(name: "", bytes: bytes), in: scope)
    return program.hasErrors ? nil : program.expressionTypes.last
  }
}

/// What stands around the place where somebody is typing.
private struct TypingPlace {
  /// The word that has been begun.
  private(set) var prefix = ""
  /// The stage whose arguments these are.
  private(set) var call: String?
  /// The labels given in that call so far.
  private(set) var given: Set<String> = []
  /// How many of its parameters have an argument without a label.
  private(set) var positionCount = 0
  /// The label of the argument being typed.
  private(set) var label: String?
  /// After `set`: empty for its name, the name for its value.
  private(set) var setting: String?
  /// The statements above and the expression before the `|>` that this follows.
  private(set) var beforePipe: [UInt8]?
  /// The statements above and the first argument of the call.
  private(set) var firstArgument: [UInt8]?
  var followsComma: Bool { tokens.last?.kind == .comma }

  private var tokens: [Token]
  private let bytes: [UInt8]

  init(_ before: ArraySlice<Token>, _ bytes: [UInt8]) {
    (tokens, self.bytes) = (Array(before), bytes)
    if let last = tokens.last, last.kind == .name || last.kind == .keyword,
      last.range.upperBound == bytes.count
    {
      prefix = text(last)
      tokens.removeLast()
    }
    if tokens.last?.kind == .pipe { beforePipe = expression(before: tokens.count - 1) }
    if let last = tokens.last, last.kind == .keyword, text(last) == "set" { setting = "" }
    let tail = tokens.suffix(3)
    if tail.count == 3, tail.last?.kind == .assign, let first = tail.first,
      first.kind == .keyword, text(first) == "set"
    {
      setting = text(tail[tail.startIndex + 1])
    }
    readCall()
  }

  private func text(_ token: Token) -> String {
    String(decoding: bytes[token.range], as: UTF8.self)
  }

  /// Goes back to the bracket that is open.
  private mutating func readCall() {
    if tokens.last?.kind == .colon, tokens.count > 1 { label = text(tokens[tokens.count - 2]) }
    var depth = 0
    var commas: [Int] = []
    for index in tokens.indices.reversed() {
      switch tokens[index].kind {
      case .rightParenthesis, .rightBracket, .rightBrace, .interpolationEnd: depth += 1
      case .leftBracket, .leftBrace, .interpolationStart:
        depth -= 1
        if depth < 0 { return }
      case .leftParenthesis:
        depth -= 1
        guard depth < 0 else { continue }
        if index > 0, tokens[index - 1].kind == .name { open(index, commas.reversed()) }
        return
      case .comma where depth == 0: commas.append(index)
      case .colon where depth == 0 && index > 0: given.insert(text(tokens[index - 1]))
      default: continue
      }
    }
  }

  /// - Parameters:
  ///   - bracket: Where the call's arguments begin.
  ///   - commas: Those between its arguments.
  private mutating func open(_ bracket: Int, _ commas: [Int]) {
    call = text(tokens[bracket - 1])
    let flows = bracket > 1 && tokens[bracket - 2].kind == .pipe
    positionCount = (flows ? 1 : 0) + max(0, commas.count - given.count + (label == nil ? 0 : 1))
    if flows {
      firstArgument = expression(before: bracket - 2)
    } else if let end = commas.first {
      firstArgument = expression(before: end)
    }
  }

  /// The expression that ends before a token, below the statements above it.
  private func expression(before end: Int) -> [UInt8]? {
    guard end > 0 else { return nil }
    var start = end
    var depth = 0
    search: while start > 0 {
      let token = tokens[start - 1]
      switch token.kind {
      case .rightParenthesis, .rightBracket, .rightBrace, .interpolationEnd: depth += 1
      case .leftParenthesis, .leftBracket, .leftBrace, .interpolationStart:
        depth -= 1
        if depth < 0 { break search }
      case .comma, .colon, .assign, .semicolon, .arrow: if depth == 0 { break search }
      case .keyword where ["in", "if", "then", "else"].contains(text(token)):
        if depth == 0 { break search }
      default: break
      }
      start -= 1
      if depth == 0, token.startsLine, token.kind != .pipe { break }
    }
    guard start < end else { return nil }
    let above = bytes[..<(tokens[statementStart(upTo: start)].range.lowerBound)]
    return Array(above + bytes[tokens[start].range.lowerBound..<tokens[end - 1].range.upperBound])
  }

  private func statementStart(upTo end: Int) -> Int {
    var (start, depth) = (0, 0)
    for index in 0...end {
      let token = tokens[index]
      if depth == 0, token.startsLine, token.kind != .pipe { start = index }
      switch token.kind {
      case .leftParenthesis, .leftBracket, .leftBrace, .interpolationStart: depth += 1
      case .rightParenthesis, .rightBracket, .rightBrace, .interpolationEnd: depth -= 1
      default: continue
      }
    }
    return start
  }
}
