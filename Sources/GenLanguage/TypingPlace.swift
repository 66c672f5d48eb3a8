/// The call whose arguments are being typed.
public struct OpenCall: Sendable, Hashable {
  public let name: String
  /// The label of the argument being typed.
  public let label: String?
  /// How many arguments stand before it, what flows in through a pipe among them.
  public let index: Int

  /// - Parameter offset: Bytes from the start of the text.
  /// - Returns: nil where no bracket of a call is open.
  public init?(in text: String, at offset: Int) {
    let bytes = Array(Array(text.utf8).prefix(max(0, offset)))
    var lexer = Lexer(Source(name: "", bytes: bytes))
    lexer.run()
    // The end of the text, and those of texts that are still open, stand behind the place.
    let tokens = lexer.tokens.filter { !$0.range.isEmpty }
    let place = TypingPlace(tokens[...], bytes)
    guard let call = place.call else { return nil }
    name = call
    label = place.argumentLabel
    index = place.argumentIndex
  }
}

/// What stands around the place where somebody is typing.
struct TypingPlace {
  /// The word that has been begun.
  private(set) var prefix = ""
  /// The stage whose arguments these are.
  private(set) var call: String?
  /// The labels given in that call so far.
  private(set) var given: Set<String> = []
  /// The label directly before what is being typed.
  private(set) var label: String?
  /// The label of the argument that what is being typed belongs to.
  private(set) var argumentLabel: String?
  /// The arguments of that call before it.
  private(set) var argumentIndex = 0
  /// After `set`: empty for its name, the name for its value.
  private(set) var setting: String?
  /// How many of the call's parameters have an argument without a label.
  private(set) var positionCount = 0
  /// The statements above and the expression before the `|>` that this follows.
  private(set) var beforePipe: [UInt8]?
  /// The statements above and the first argument of the call.
  private(set) var firstArgument: [UInt8]?
  /// The name before the `.` that this follows; empty for anything else there.
  private(set) var beforeDot: String?
  /// Whether it stands in another line than what is before it.
  private var isOnNewLine = false
  private let before: [Token]
  private let bytes: [UInt8]

  init(_ tokens: ArraySlice<Token>, _ bytes: [UInt8]) {
    var tokens = Array(tokens)
    self.bytes = bytes
    if let last = tokens.last, last.kind == .name || last.kind == .keyword,
      last.range.upperBound == bytes.count
    {
      prefix = String(decoding: bytes[last.range], as: UTF8.self)
      isOnNewLine = last.startsLine
      tokens.removeLast()
    }
    before = tokens
    if tokens.last?.kind == .pipe { beforePipe = expression(before: tokens.count - 1) }
    readOwner()
    readSetting()
    readCall()
  }

  func follows(_ kind: Token.Kind) -> Bool { before.last?.kind == kind }

  private func text(_ token: Token) -> String {
    String(decoding: bytes[token.range], as: UTF8.self)
  }

  private mutating func readOwner() {
    guard follows(.dot) else { return }
    let owner = before.dropLast().last
    let isPart = before.dropLast(2).last?.kind == .dot
    beforeDot = owner.map { $0.kind == .name && !isPart ? text($0) : "" }
  }

  private mutating func readSetting() {
    if let last = before.last, last.kind == .keyword, text(last) == "set" { setting = "" }
    let tail = before.suffix(3)
    if tail.count == 3, tail.last?.kind == .assign, let first = tail.first,
      first.kind == .keyword, text(first) == "set"
    {
      setting = text(tail[tail.startIndex + 1])
    }
  }

  /// Goes back to the bracket that is open.
  private mutating func readCall() {
    var depth = 0
    var commas: [Int] = []
    if before.last?.kind == .colon, before.count > 1 { label = text(before[before.count - 2]) }
    for index in before.indices.reversed() {
      switch before[index].kind {
      case .rightParenthesis, .rightBracket, .rightBrace, .interpolationEnd: depth += 1
      case .leftBracket, .leftBrace, .interpolationStart:
        depth -= 1
        if depth < 0 { return }
      case .leftParenthesis:
        depth -= 1
        guard depth < 0 else { continue }
        return readCallee(before[..<index], commas.reversed())
      case .comma where depth == 0:
        argumentIndex += 1
        commas.append(index)
      case .colon where depth == 0 && index > 0:
        let name = text(before[index - 1])
        given.insert(name)
        if argumentIndex == 0 { argumentLabel = name }
      default: continue
      }
    }
  }

  /// The name that ends these tokens, `shots.wide` being one.
  private mutating func readCallee(_ tokens: ArraySlice<Token>, _ commas: [Int]) {
    guard let last = tokens.last, last.kind == .name else { return }
    call = text(last)
    var head = tokens.dropLast()
    while head.last?.kind == .dot { head = head.dropLast(2) }
    let flows = head.last?.kind == .pipe
    if flows { argumentIndex += 1 }
    positionCount = (flows ? 1 : 0) + max(0, commas.count - given.count + (label == nil ? 0 : 1))
    if let end = flows ? head.endIndex - 1 : commas.first {
      firstArgument = expression(before: end)
    }
  }
}

extension TypingPlace {
  /// The expression that ends before a token, below the statements above it.
  private func expression(before end: Int) -> [UInt8]? {
    guard end > 0 else { return nil }
    var start = end
    var depth = 0
    search: while start > 0 {
      let token = before[start - 1]
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
    let above = bytes[..<(before[statementStart(upTo: start)].range.lowerBound)]
    return Array(above + bytes[before[start].range.lowerBound..<before[end - 1].range.upperBound])
  }

  private func statementStart(upTo end: Int) -> Int {
    var (start, depth) = (0, 0)
    for index in 0...end {
      let token = before[index]
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

extension TypingPlace {
  /// The names that this text binds before the place: of values, parameters and loops, whether or
  /// not they can be seen from there.
  var localNames: [String] {
    var names: [String] = []
    for (index, token) in before.enumerated() where token.kind == .name {
      let next = index + 1 < before.count ? before[index + 1].kind : .end
      let previous = index > 0 ? before[index - 1] : nil
      let isLoop = previous?.kind == .keyword && previous.map(text) == "for"
      if isLoop || next == .arrow || (next == .assign && endsLine(after: index)) {
        names.append(text(token))
      }
    }
    for (index, token) in before.enumerated() where token.kind == .leftParenthesis {
      if let end = listEnd(from: index), declares(from: index, to: end) {
        names += list(index..<end)
      }
    }
    return names
  }

  /// Whether another line has begun since: what a line binds is not seen in itself.
  private func endsLine(after index: Int) -> Bool {
    isOnNewLine || before[index...].dropFirst().contains { $0.startsLine }
  }

  private func listEnd(from start: Int) -> Int? {
    var depth = 0
    for index in start..<before.count {
      switch before[index].kind {
      case .leftParenthesis: depth += 1
      case .rightParenthesis:
        depth -= 1
        if depth == 0 { return index }
      default: break
      }
    }
    return nil
  }

  /// Whether a list in brackets is one of parameters or of names that a list is taken apart into.
  private func declares(from start: Int, to end: Int) -> Bool {
    if start > 1, before[start - 2].kind == .keyword, text(before[start - 2]) == "def" {
      return true
    }
    guard end + 1 < before.count else { return false }
    return before[end + 1].kind == .arrow || before[end + 1].kind == .assign
  }

  /// The names that directly follow the bracket or a comma of a list.
  private func list(_ range: Range<Int>) -> [String] {
    var depth = 0
    return range.compactMap { index in
      switch before[index].kind {
      case .leftParenthesis, .leftBracket, .leftBrace: depth += 1
      case .rightParenthesis, .rightBracket, .rightBrace: depth -= 1
      case .name where depth == 1:
        let before = before[index - 1].kind
        return before == .comma || before == .leftParenthesis ? text(self.before[index]) : nil
      default: break
      }
      return nil
    }
  }
}

extension Source {
  /// Where the outermost statement begins that holds a byte or stands last before it.
  ///
  /// - Parameter start: A byte at which a statement begins, from which on it is looked for.
  public func statementStart(before offset: Int, from start: Int = 0) -> Int {
    let part = Source(name: "", bytes: Array(bytes[start..<max(start, min(offset, bytes.count))]))
    var lexer = Lexer(part)
    lexer.run()
    let first = lexer.tokens.last { token in
      token.startsLine && token.canBeginStatement
        && token.range.lowerBound == part.lineStarts[part.lineIndex(of: token.range.lowerBound)]
        && !(token.kind == .keyword && part.text(in: token.range) == "else")
    }
    return start + (first?.range.lowerBound ?? 0)
  }

  /// The words and signs from a byte, at which a statement begins, to the end of the line of
  /// another, and the one that holds that byte or ends there; nil where none does.
  public func token(at offset: Int, from start: Int = 0) -> (tokens: [Token], index: Int)? {
    let end = max(start, lineRange(lineIndex(of: offset)).upperBound)
    var lexer = Lexer(Source(name: "", bytes: Array(bytes[start..<end])))
    lexer.run()
    let tokens = lexer.tokens.filter { !$0.range.isEmpty }.map { $0.moved(by: start) }
    let index = tokens.partitioningIndex { $0.range.lowerBound > offset } - 1
    guard index >= 0, tokens[index].range.upperBound >= offset else { return nil }
    // Of two that touch the word is meant.
    let isWord = [.name, .keyword].contains(tokens[index].kind)
    if !isWord, index > 0, tokens[index].range.lowerBound == offset,
      tokens[index - 1].range.upperBound == offset
    {
      return (tokens, index - 1)
    }
    return (tokens, index)
  }

  /// Whether a text is a name of the language, and no keyword.
  public static func isName(_ text: String) -> Bool {
    var lexer = Lexer(Source(name: "", text: text))
    lexer.run()
    guard let first = lexer.tokens.first else { return false }
    return lexer.tokens.count == 2 && first.kind == .name && first.range.count == text.utf8.count
  }

  /// Whether a name stands anywhere in the text.
  public func mentions(_ name: String) -> Bool {
    var lexer = Lexer(self)
    lexer.run()
    return lexer.tokens.contains { token in
      token.kind == .name && token.range.count == name.utf8.count
        && bytes[token.range].elementsEqual(name.utf8)
    }
  }
}

extension Token {
  fileprivate func moved(by distance: Int) -> Token {
    Token(
      kind: kind, range: range.lowerBound + distance..<range.upperBound + distance,
      startsLine: startsLine)
  }

  fileprivate var canBeginStatement: Bool {
    switch kind {
    case .pipe, .dot, .rightParenthesis, .rightBracket, .rightBrace, .interpolationEnd, .textPiece,
      .textEnd, .end:
      false
    default: true
    }
  }
}
