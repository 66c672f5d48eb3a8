import GenPipeline

/// What can be wrong with the words and sentences of a program.
extension Diagnostic {
  static func notUTF8(at place: SourcePlace) -> Diagnostic {
    Diagnostic(
      "E0001", message: "the file is not UTF-8 text", label: "these bytes are no character",
      hint: "save the file as UTF-8", at: place)
  }

  private static let signHints = [
    "“": "write \"", "”": "write \"", "'": "write texts in \"", "−": "write -", "×": "write *",
    "÷": "write /", "≤": "write <=", "≥": "write >=", "≠": "write !=", "→": "write |>",
    "&": "write 'and'", "|": "write |> for a pipe, 'or' for a choice", "!": "write 'not'",
  ]

  static func unexpectedCharacter(_ text: String, at place: SourcePlace) -> Diagnostic {
    return Diagnostic(
      "E0002", message: "unexpected character '\(printable(text))'",
      label: "this sign has no meaning here", hint: signHints[text], at: place)
  }

  private static func printable(_ text: String) -> String {
    String(
      text.unicodeScalars.map { scalar -> String in
        let isHidden = scalar.value < 0x20 || (0x7F..<0xA0).contains(scalar.value)
        return isHidden ? "U+" + String(scalar.value, radix: 16, uppercase: true) : String(scalar)
      }.joined())
  }

  static func unterminatedText(at place: SourcePlace) -> Diagnostic {
    Diagnostic(
      "E0003", message: "the text has no end", label: "it begins here",
      hint: "close it with the same quotes; use \"\"\" for text of several lines", at: place)
  }

  static func unknownEscape(_ escape: String, at place: SourcePlace) -> Diagnostic {
    Diagnostic(
      "E0004", message: "unknown escape '\(escape)'", label: "this is no escape",
      hint: "write \\\\ for a backslash, or a raw text: r\"…\"", at: place)
  }

  static func malformedNumber(_ text: String, at place: SourcePlace) -> Diagnostic {
    Diagnostic(
      "E0005", message: "'\(text)' is not a number", label: "0x is followed by digits 0-9, A-F",
      at: place)
  }

  static func unknownUnit(_ unit: String, at place: SourcePlace) -> Diagnostic {
    let names = Unit.all.map(\.name)
    let hint =
      Suggestion.nearest(to: unit, in: names).map { "Did you mean '\($0)'?" }
      ?? "units are \(names.joined(separator: ", ")) and %"
    return Diagnostic(
      "E0006", message: "unknown unit '\(unit)'", label: "no quantity is measured in '\(unit)'",
      hint: hint, at: place)
  }

  static func numberTooLarge(_ text: String, at place: SourcePlace) -> Diagnostic {
    let shown = text.count > 24 ? text.prefix(20) + "…" : text[...]
    return Diagnostic(
      "E0007", message: "the number '\(shown)' is too large",
      label: "whole numbers go to 9223372036854775807",
      hint: "write it with a fraction or an exponent, such as 1e20", at: place)
  }

  static func unclosedBracket(
    _ sign: String, closing: String, at place: SourcePlace
  ) -> Diagnostic {
    Diagnostic(
      "E0008", message: "'\(sign)' is never closed", label: "opened here",
      hint: "add '\(closing)'", at: place)
  }

  static func unexpectedToken(
    found: String, expected: String, at place: SourcePlace
  ) -> Diagnostic {
    Diagnostic(
      "E0009", message: "\(expected) is expected, not \(found)", label: "\(expected) goes here",
      at: place)
  }

  static func nestedTooDeeply(at place: SourcePlace) -> Diagnostic {
    Diagnostic(
      "E0010", message: "the program is nested too deeply", label: "nothing is read from here on",
      hint: "give the inner parts names of their own", at: place)
  }

  static func emptyInterpolation(at place: SourcePlace) -> Diagnostic {
    Diagnostic(
      "E0011", message: "nothing stands between '{' and '}'", label: "a value goes here",
      hint: "write \\{ for the sign itself", at: place)
  }

  static func keywordAsName(_ word: String, at place: SourcePlace) -> Diagnostic {
    Diagnostic(
      "E0012", message: "'\(word)' is a word of the language", label: "a name goes here",
      hint: "choose another name, such as '\(word)_'", at: place)
  }

  static func twoStatements(_ found: String, at place: SourcePlace) -> Diagnostic {
    Diagnostic(
      "E0013", message: "two statements stand on one line", label: "the second begins here",
      hint: "begin a new line, or put a sign between \(found) and what precedes it", at: place)
  }

  static func chainedComparison(at place: SourcePlace) -> Diagnostic {
    Diagnostic(
      "E0014", message: "comparisons cannot be chained", label: "the second comparison",
      hint: "write 'a < b and b < c'", at: place)
  }

  static func cannotBind(_ text: String, at place: SourcePlace) -> Diagnostic {
    let shown = text.count > 24 ? text.prefix(20) + "…" : text[...]
    return Diagnostic(
      "E0015", message: "'\(shown)' is not a name", label: "only names can be given a value",
      hint: "write == to compare", at: place)
  }

  static func unopenedBracket(_ sign: String, at place: SourcePlace) -> Diagnostic {
    Diagnostic(
      "E0016", message: "'\(sign)' closes nothing", label: "no bracket is open here", at: place)
  }

  static func blockWithoutValue(at place: SourcePlace) -> Diagnostic {
    Diagnostic(
      "E0017", message: "the block has no value", label: "this block",
      hint: "end it with an expression", at: place)
  }

  static func interpolatedPath(at place: SourcePlace) -> Diagnostic {
    Diagnostic(
      "E0018", message: "a module's path is plain text", label: "it cannot be computed",
      hint: "write the path out", at: place)
  }
}
