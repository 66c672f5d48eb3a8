import GenPipeline

extension Parser {
  /// `"…"` or `"""…"""` with its escapes resolved and its indentation removed.
  mutating func textLiteral() throws(Failure) -> Expression {
    let opening = token
    let isLong = opening.range.count == 3
    advance()
    var parts: [Part] = []
    while token.kind != .textEnd {
      switch token.kind {
      case .textPiece:
        parts.append(.raw(token.range))
        advance()
      case .interpolationStart: parts.append(.value(try interpolated()))
      default:
        // An unclosed text was reported by the lexer.
        throw Failure()
      }
    }
    advance()
    let lines = isLong ? LongText(source, parts) : nil
    let segments = try cooked(parts, lines)
    let range = opening.range.lowerBound..<previousEnd
    if segments.isEmpty { return Expression(.literal(.text("")), range) }
    if segments.count == 1, case .text(let text) = segments[0] {
      return Expression(.literal(.text(text)), range)
    }
    return Expression(.interpolation(segments), range)
  }

  enum Part {
    case raw(Range<Int>)
    case value(Expression)
  }

  private mutating func interpolated() throws(Failure) -> Expression {
    let opening = token
    advance()
    if token.kind == .interpolationEnd {
      report(.emptyInterpolation(at: place(opening.range.lowerBound..<token.range.upperBound)))
      throw Failure()
    }
    return try withLines(mattering: false) { parser throws(Failure) in
      let value = try parser.expression()
      guard parser.token.kind == .interpolationEnd else {
        if parser.token.kind == .textEnd || parser.token.kind == .end {
          parser.report(
            .unclosedBracket("{", closing: "}", at: parser.place(opening.range)))
          throw Failure()
        }
        throw parser.unexpected("'}'")
      }
      parser.advance()
      return value
    }
  }

  private mutating func cooked(
    _ parts: [Part], _ lines: LongText?
  ) throws(Failure) -> [Expression.Segment] {
    var segments: [Expression.Segment] = []
    for (index, part) in parts.enumerated() {
      switch part {
      case .value(let value): segments.append(.value(value))
      case .raw(let range):
        let bytes = lines?.bytes(of: range, isFirst: index == 0, isLast: index == parts.count - 1)
        let text = unescaped(bytes ?? Array(source.bytes[range]), from: range)
        if !text.isEmpty { segments.append(.text(text)) }
      }
    }
    return segments
  }

  /// Resolves `\n \t \r \0 \" \\ \{ \} \u{…}`; reports what is none of them.
  private mutating func unescaped(_ bytes: [UInt8], from range: Range<Int>) -> String {
    guard bytes.contains(UInt8(ascii: "\\")) else { return String(decoding: bytes, as: UTF8.self) }
    var result: [UInt8] = []
    result.reserveCapacity(bytes.count)
    var index = 0
    while index < bytes.count {
      guard bytes[index] == UInt8(ascii: "\\") else {
        result.append(bytes[index])
        index += 1
        continue
      }
      let length = escape(bytes, at: index, into: &result, range)
      index += length
    }
    return String(decoding: result, as: UTF8.self)
  }

  /// Appends what an escape stands for.
  ///
  /// - Returns: Its length in bytes.
  private mutating func escape(
    _ bytes: [UInt8], at index: Int, into result: inout [UInt8], _ range: Range<Int>
  ) -> Int {
    let sign = index + 1 < bytes.count ? bytes[index + 1] : 0
    let plain: UInt8? =
      switch sign {
      case UInt8(ascii: "n"): 10
      case UInt8(ascii: "t"): 9
      case UInt8(ascii: "r"): 13
      case UInt8(ascii: "\""), UInt8(ascii: "\\"), UInt8(ascii: "{"), UInt8(ascii: "}"): sign
      default: nil
      }
    if let plain {
      result.append(plain)
      return 2
    }
    if sign == UInt8(ascii: "u"), let (scalar, length) = unicodeEscape(bytes, at: index) {
      result.append(contentsOf: String(Character(scalar)).utf8)
      return length
    }
    report(.unknownEscape(escapeText(bytes, at: index), at: escapePlace(bytes, index, range)))
    return 2
  }

  private func unicodeEscape(_ bytes: [UInt8], at index: Int) -> (Unicode.Scalar, Int)? {
    let open = index + 2
    guard open < bytes.count, bytes[open] == UInt8(ascii: "{"),
      let close = bytes[open...].prefix(10).firstIndex(of: UInt8(ascii: "}")),
      let number = UInt32(String(decoding: bytes[open + 1..<close], as: UTF8.self), radix: 16),
      let scalar = Unicode.Scalar(number)
    else { return nil }
    return (scalar, close + 1 - index)
  }

  private func escapeText(_ bytes: [UInt8], at index: Int) -> String {
    String(decoding: bytes[index..<min(index + 2, bytes.count)], as: UTF8.self)
  }

  /// Finds the escape again in the source, where indentation still stands.
  private func escapePlace(_ bytes: [UInt8], _ index: Int, _ range: Range<Int>) -> SourcePlace {
    let count = bytes[..<index].count { $0 == UInt8(ascii: "\\") }
    let all = range.filter { source.bytes[$0] == UInt8(ascii: "\\") }
    let offset = count < all.count ? all[count] : range.lowerBound
    return place(offset..<min(offset + 2, source.bytes.count))
  }
}

/// The lines of a `"""` text, without what is only layout: the first line break, the common
/// indentation, and the last line when it is blank.
struct LongText {
  private let source: Source
  private let indentation: Int
  private let dropsFirstBreak: Bool

  init(_ source: Source, _ parts: [Parser.Part]) {
    self.source = source
    var smallest = Int.max
    for (index, part) in parts.enumerated() {
      guard case .raw(let range) = part else { continue }
      let isLast = index == parts.count - 1
      for start in range where source.bytes[start] == UInt8(ascii: "\n") {
        let end = LongText.blankEnd(source, start + 1, range.upperBound)
        let isBlank =
          end < range.upperBound ? source.bytes[end] == UInt8(ascii: "\n") : isLast
        if !isBlank { smallest = min(smallest, end - start - 1) }
      }
    }
    indentation = smallest == Int.max ? 0 : smallest
    dropsFirstBreak =
      if case .raw(let range) = parts.first {
        LongText.blankEnd(source, range.lowerBound, range.upperBound) < range.upperBound
          && source.bytes[LongText.blankEnd(source, range.lowerBound, range.upperBound)] == 10
      } else { false }
  }

  private static func blankEnd(_ source: Source, _ start: Int, _ end: Int) -> Int {
    var index = start
    while index < end, [32, 9, 13].contains(source.bytes[index]) { index += 1 }
    return index
  }

  func bytes(of range: Range<Int>, isFirst: Bool, isLast: Bool) -> [UInt8] {
    var result: [UInt8] = []
    var index = range.lowerBound
    if isFirst, dropsFirstBreak {
      index = LongText.blankEnd(source, index, range.upperBound) + 1
      index = skipIndentation(index, range.upperBound)
    }
    while index < range.upperBound {
      let byte = source.bytes[index]
      index += 1
      if byte == 13, index < range.upperBound, source.bytes[index] == 10 { continue }
      result.append(byte)
      if byte == 10 { index = skipIndentation(index, range.upperBound) }
    }
    if isLast { dropBlankLastLine(&result) }
    return result
  }

  private func skipIndentation(_ start: Int, _ end: Int) -> Int {
    min(start + indentation, LongText.blankEnd(source, start, end))
  }

  private func dropBlankLastLine(_ bytes: inout [UInt8]) {
    guard let lastBreak = bytes.lastIndex(of: 10),
      bytes[(lastBreak + 1)...].allSatisfy({ $0 == 32 || $0 == 9 })
    else { return }
    bytes.removeSubrange(lastBreak...)
  }
}
