import GenPipeline

/// The texts that diagnostics point into, by name.
public struct Sources: Sendable {
  private var byName: [String: Source] = [:]
  public init(_ sources: [Source] = []) {
    for source in sources { byName[source.name] = source }
  }
  public mutating func add(_ source: Source) { byName[source.name] = source }
  public subscript(name: String) -> Source? { byName[name] }
}

extension Diagnostic {
  /// The message as a person reads it: place and message, the line, a caret with what to do.
  ///
  /// - Source: `language.md` section 7.
  public func rendered(in sources: Sources, color: Bool = false) -> String {
    let paint = Paint(isOn: color, severity: severity)
    guard let place else { return paint.message(heading) + trailer }
    var text = "\(paint.place("\(place.file):\(place.line):\(place.column)"))  "
    text += paint.message(heading)
    let words = [label, hint].compactMap(\.self)
    guard let source = sources[place.file] else { return text + trailer }
    text += "\n" + Excerpt(source, place).lines(label: Diagnostic.joined(words), paint)
    if let second, let other = sources[second.place.file] {
      let isElsewhere = second.place.file != place.file
      if isElsewhere {
        text += "\n  \(paint.place("\(second.place.file):\(second.place.line)"))"
      }
      text += "\n" + Excerpt(other, second.place).lines(label: second.label, paint)
    }
    return text
  }

  private var heading: String { severity == .warning ? "warning: \(message)" : message }

  private var trailer: String { hint.map { "\n  \($0)" } ?? "" }

  /// Label and hint on one line: `label. Hint`.
  private static func joined(_ words: [String]) -> String {
    guard words.count == 2 else { return words.first ?? "" }
    let hint = words[1].prefix(1).uppercased() + words[1].dropFirst()
    return words[0] + (words[0].hasSuffix("?") ? " " : ". ") + hint
  }
}

/// Colours of a terminal, or none.
struct Paint {
  let isOn: Bool
  let severity: Diagnostic.Severity

  private func wrap(_ text: String, _ code: String) -> String {
    isOn ? "\u{1B}[\(code)m\(text)\u{1B}[0m" : text
  }

  func place(_ text: String) -> String { wrap(text, "1") }
  func message(_ text: String) -> String { wrap(text, severity == .error ? "1;31" : "1;33") }
  func margin(_ text: String) -> String { wrap(text, "34") }
  func caret(_ text: String) -> String { wrap(text, severity == .error ? "31" : "33") }
}

/// One line of a source with a stretch of it underlined.
struct Excerpt {
  private let line: String
  private let number: Int
  /// In columns of a terminal, from 0.
  private let start: Int
  private let width: Int

  private static let widest = 160

  init(_ source: Source, _ place: SourcePlace) {
    let index = min(max(place.line - 1, 0), source.lineStarts.count - 1)
    var characters = Array(source.text(in: source.lineRange(index)))
    var column = min(max(place.column - 1, 0), characters.count)
    if characters.count > Excerpt.widest {
      let from = max(0, column - Excerpt.widest / 2)
      characters = Array(characters[from...].prefix(Excerpt.widest))
      column -= from
    }
    number = place.line
    let end = min(column + max(place.length, 1), characters.count)
    let shown = characters.map(Excerpt.shown)
    line = shown.joined()
    start = shown[..<column].reduce(0) { $0 + TerminalWidth.of($1) }
    width = max(1, shown[column..<max(column, end)].reduce(0) { $0 + TerminalWidth.of($1) })
  }

  /// A character as it is safe to print: tabs become spaces, control characters become a dot.
  private static func shown(_ character: Character) -> String {
    if character == "\t" { return "  " }
    let isHidden = character.unicodeScalars.contains { scalar in
      scalar.value < 0x20 || (0x7F..<0xA0).contains(scalar.value)
        || (0x202A...0x202E).contains(scalar.value) || (0x2066...0x2069).contains(scalar.value)
    }
    return isHidden ? "·" : String(character)
  }

  func lines(label: String, _ paint: Paint) -> String {
    let digits = String(number)
    let blank = String(repeating: " ", count: digits.count)
    let marks = String(repeating: "^", count: width)
    let indent = String(repeating: " ", count: start)
    let below = paint.caret(marks + (label.isEmpty ? "" : " " + label))
    return "  \(paint.margin("\(digits) |")) \(line)\n"
      + "  \(paint.margin("\(blank) |")) \(indent)\(below)"
  }
}

/// How many columns a character takes in a terminal.
enum TerminalWidth {
  static func of(_ text: String) -> Int { text.reduce(0) { $0 + of($1) } }

  static func of(_ character: Character) -> Int {
    guard let scalar = character.unicodeScalars.first else { return 0 }
    if scalar.value < 0x300 { return 1 }
    if scalar.properties.generalCategory == .nonspacingMark { return 0 }
    if character.unicodeScalars.contains("\u{FE0F}") || scalar.properties.isEmojiPresentation {
      return 2
    }
    return isWide(scalar.value) ? 2 : 1
  }

  /// East Asian wide and full-width blocks.
  ///
  /// - Source: Unicode Standard Annex 11, revision 43.
  private static func isWide(_ value: UInt32) -> Bool {
    switch value {
    case 0x1100...0x115F, 0x2E80...0x303E, 0x3041...0x33FF, 0x3400...0x4DBF, 0x4E00...0x9FFF,
      0xA000...0xA4CF, 0xA960...0xA97F, 0xAC00...0xD7A3, 0xF900...0xFAFF, 0xFE30...0xFE6F,
      0xFF00...0xFF60, 0xFFE0...0xFFE6, 0x1B000...0x1B2FF, 0x20000...0x3FFFD:
      true
    default: false
    }
  }
}
