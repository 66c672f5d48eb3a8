import GenPipeline

/// A question of a lesson that knows its answer.
public struct Question: Sendable {
  public let text: String
  /// What there is to choose from; empty where any answer may be typed.
  public let choices: [String]
  public let answer: Value
  /// How far a number may be off.
  public let tolerance: Double
  /// Why it is so; may be empty.
  public let reason: String

  public init(
    _ text: String, answer: Value, choices: [String] = [], within tolerance: Double = 0,
    because reason: String = ""
  ) {
    (self.text, self.answer, self.choices) = (text, answer, choices)
    (self.tolerance, self.reason) = (tolerance, reason)
  }

  /// The answer as people say it.
  public var answerText: String {
    switch answer {
    case .text(let text): text
    case .bool(let flag): flag ? "yes" : "no"
    default: answer.shortText()
    }
  }

  /// Whether what somebody typed is right: a choice by its number or its words, a number as near as
  /// it has to be, yes and no in their usual spellings; capitals and spaces do not matter.
  public func accepts(_ typed: String) -> Bool {
    let said = typed.plainWords
    if !choices.isEmpty, let number = Int(said), choices.indices.contains(number - 1) {
      return choices[number - 1].plainWords == answerText.plainWords
    }
    switch answer {
    case .bool(let flag):
      return (flag ? ["yes", "y", "true"] : ["no", "n", "false"]).contains(said)
    case .int, .number:
      guard let right = Double(answer) else { return false }
      return Question.numbers(said).contains { abs($0 - right) <= tolerance + 1e-9 }
    default: return !said.isEmpty && said == answerText.plainWords
    }
  }

  /// The numbers that people may mean: `0,5`, `1/2`, and `50 %`, which is 50 as well as a half.
  private static func numbers(_ text: String) -> [Double] {
    let plain = String(text.filter { $0 != " " }.map { $0 == "," ? "." : $0 })
    if plain.last == "%" {
      return Double(String(plain.dropLast())).map { [$0, $0 / 100] } ?? []
    }
    let parts = plain.split(separator: "/", maxSplits: 1).compactMap { Double(String($0)) }
    if parts.count == 2, parts[1] != 0 { return [parts[0] / parts[1]] }
    return Double(plain).map { [$0] } ?? []
  }
}

extension String {
  /// Without capitals, spaces around, and a full stop at the end.
  fileprivate var plainWords: String {
    var words = split(whereSeparator: \.isWhitespace).joined(separator: " ").lowercased()
    if words.hasSuffix(".") { words.removeLast() }
    return words
  }
}
