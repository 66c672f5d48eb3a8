/// One thing that a report found, in a figure and in plain words.
public struct Finding: Sendable, Hashable, Codable {
  /// What was looked at, in one or two words.
  public let name: String
  /// A figure of few characters, such as `0.78`.
  public let figure: String
  public let sentence: String
  public let verdict: Verdict

  public enum Verdict: String, Sendable, Hashable, Codable {
    case good, fair, poor
    /// Nothing to judge by.
    case open
  }

  init(_ name: String, _ figure: String, _ verdict: Verdict, _ sentence: String) {
    (self.name, self.figure, self.sentence, self.verdict) = (name, figure, sentence, verdict)
  }
}

extension TableReport {
  /// What the report says, what matters most first.
  public var findings: [Finding] {
    [
      columnsFinding, trendsFinding, validityFinding, structureFinding, detection?.finding,
      usefulness?.finding, privacy.copies.finding, privacy.closeness?.finding,
      privacy.membership?.finding, privacy.attributesFinding, holdoutFinding,
    ].compactMap { $0 }
  }

  private var columnsFinding: Finding? {
    guard let score = quality.shapesScore else { return nil }
    let scores = quality.shapes.compactMap { shape in shape.score.map { (shape.column, $0) } }
    let worst = scores.filter { $0.1 < 0.9 }.sorted { $0.1 < $1.1 }.prefix(3)
      .map { (column, score) in "\(column) (\(score.score))" }
    let verb = worst.count == 1 ? "is" : "are"
    let words = worst.isEmpty ? "" : "; furthest off \(verb) \(list(worst))"
    return Finding(
      "Columns", score.score, .ofScore(score),
      "On average \(percent(score)) of a column's distribution is kept\(words).")
  }

  private var trendsFinding: Finding? {
    let counted = quality.pairs.filter { $0.score != nil }
    guard let score = quality.pairsScore else {
      return quality.pairs.isEmpty
        ? nil
        : Finding(
          "Trends", "–", .open,
          "No two columns of the real table depend on each other enough to count.")
    }
    let worst = counted.min { ($0.score ?? 1) < ($1.score ?? 1) }
    let words = worst.flatMap { pair in
      pair.score.flatMap {
        $0 < 0.9 ? ", least \(pair.first) with \(pair.second) (\($0.score))" : nil
      }
    }
    let subject =
      counted.count == 1
      ? "The only pair of columns that depend on each other keeps"
      : "The \(counted.count) pairs of columns that depend on each other keep"
    return Finding(
      "Trends", score.score, .ofScore(score),
      "\(subject) \(percent(score)) of how they do\(words ?? "").")
  }

  private var validityFinding: Finding? {
    guard let score = diagnostic.validityScore else { return nil }
    let bad = diagnostic.validity.compactMap { entry in entry.score.map { (entry, $0) } }
      .filter { $0.1 < 1 }.sorted { $0.1 < $1.1 }
    let words = bad.prefix(3).map { entry, score in
      let flaw = entry.metric == .uniqueness ? "repeated or missing" : "never seen or out of range"
      return "\(percent(1 - score)) of \(entry.column) is \(flaw)"
    }
    return Finding(
      "Validity", score.score, bad.isEmpty ? .good : score > 0.95 ? .fair : .poor,
      bad.isEmpty
        ? "Every value is one that the real table could hold, every key is unique."
        : list(words).capitalizedFirst + ".")
  }

  private var structureFinding: Finding? {
    guard diagnostic.structure < 1 || !remarks.isEmpty else { return nil }
    let reason = "The tables differ in columns or their types."
    return Finding(
      "Structure", diagnostic.structure.score, .poor, ([reason] + remarks).joined(separator: " "))
  }

  private var holdoutFinding: Finding? {
    rowCounts.holdout == nil
      ? Finding(
        "Leaks", "–", .open,
        "Whether more leaks than chance allows is not measured: that needs a holdout, real rows "
          + "that the synthesizer never saw.") : nil
  }
}

extension Detection {
  fileprivate var finding: Finding {
    let (verdict, words): (Finding.Verdict, String) =
      switch area.value {
      case ..<0.6: (.good, "hardly tells them apart")
      case ..<0.8: (.fair, "sometimes tells them apart")
      case ..<0.95: (.poor, "often tells them apart")
      default: (.poor, "tells them apart almost every time")
      }
    return Finding(
      "Told apart", area.value.score, verdict,
      "Shown a real and a synthetic row, boosted trees pick the synthetic one "
        + "\(percent(area.value)) of the time (\(area.words)), where 50\u{A0}% is guessing: "
        + "a classifier \(words).")
  }
}

extension Usefulness {
  fileprivate var finding: Finding {
    let isNothing = real < measure.guessing + 0.05
    let verdict: Finding.Verdict =
      isNothing ? .open : real - synthetic < 0.02 ? .good : real - synthetic < 0.1 ? .fair : .poor
    return Finding(
      "Usefulness", synthetic.score, verdict,
      "Boosted trees that learn \(target) from synthetic rows reach \(synthetic.score) on "
        + "\(testRowCount) \(isHeldOut ? "rows of the holdout" : "real rows"); those that learn from "
        + "real rows \(real.score) (\(measure.words))"
        + (isNothing ? ": the other columns say hardly anything about it." : "."))
  }
}

extension Usefulness.Measure {
  /// What knowing nothing reaches, at least.
  fileprivate var guessing: Double { self == .area ? 0.5 : 0 }

  fileprivate var words: String {
    switch self {
    case .area: "area under the ROC curve, 0.5 is guessing"
    case .macroF1: "macro F1, 1 is perfect"
    case .determination: "share of the variance explained, 1 is perfect"
    }
  }
}

extension Copies {
  fileprivate var finding: Finding {
    let rows = "\(ofReal.hits) of \(ofReal.count) synthetic rows"
    let base =
      ofReal.hits == 0
      ? "No synthetic row is an exact copy of a real one"
      : "\(rows) \(ofReal.hits == 1 ? "is an exact copy" : "are exact copies") of a real one"
    guard let ofEqualReal, let ofHoldout else {
      return Finding(
        "Copies", percent(ofReal.value), ofReal.hits == 0 ? .good : .open, base + ".")
    }
    let leaks = ofEqualReal.low > ofHoldout.high
    let compared =
      ofReal.hits == 0
      ? "."
      : "; set against equally many rows, \(ofEqualReal.hits) copy the real table and "
        + "\(ofHoldout.hits) the holdout: " + (leaks ? "more than chance." : "no more than chance.")
    return Finding("Copies", percent(ofReal.value), leaks ? .poor : .good, base + compared)
  }
}

extension Closeness {
  fileprivate var finding: Finding {
    guard let closerToReal else {
      return Finding(
        "Closeness", medianToReal.score, .open,
        "Half of the synthetic rows differ from the closest real one by less than "
          + "\(percent(medianToReal)) of what rows can differ by, a twentieth by less than "
          + "\(percent(closestToReal)).")
    }
    let leaks = closerToReal.low > 0.5
    return Finding(
      "Closeness", percent(closerToReal.value), leaks ? .poor : .good,
      "Of the synthetic rows, \(percent(closerToReal.value)) (\(closerToReal.words)) are closer to "
        + "a real row than to one of the holdout, where 50\u{A0}% is chance: "
        + (leaks
          ? "the table keeps too close to its training rows." : "none is followed too closely.")
    )
  }
}

extension MembershipInference {
  fileprivate var finding: Finding {
    let leaks = right.low > 0.5
    return Finding(
      "Membership", percent(right.value), leaks ? .poor : .good,
      "Guessing by distance whether a row was trained on is right \(percent(right.value)) "
        + "(\(right.words)) of the time, where 50\u{A0}% is chance: "
        + (leaks
          ? "it shows who was in the real table." : "it does not show who was in the real table.")
    )
  }
}

extension PrivacyReport {
  fileprivate var attributesFinding: Finding? {
    let measured = attributes.compactMap { entry in entry.excess.map { (entry, $0.low) } }
      .sorted { $0.1 > $1.1 }
    let leaking = measured.filter { $0.1 > 0 }.map(\.0)
    guard let worst = leaking.first, let holdout = worst.holdout else {
      return measured.isEmpty
        ? nil
        : Finding(
          "Attributes", "0 of \(measured.count)", .good,
          "No column of a real row is guessed from its others more often than one of the holdout is."
        )
    }
    let rest = leaking.count > 5 ? leaking.count - 4 : 0
    let names = leaking.dropLast(rest).map(\.column) + (rest > 0 ? ["\(rest) more"] : [])
    return Finding(
      "Attributes", "\(leaking.count) of \(measured.count)", .poor,
      "\(list(names)) can be guessed better for real rows than for the holdout: "
        + "\(worst.column) is right for \(percent(worst.real.value)) against "
        + "\(percent(holdout.value)).")
  }
}

extension Finding.Verdict {
  fileprivate static func ofScore(_ score: Double) -> Finding.Verdict {
    score >= 0.9 ? .good : score >= 0.75 ? .fair : .poor
  }
}

extension Share {
  /// Its interval.
  var words: String { "\(percent(low)) to \(percent(high))" }
}

extension RankArea {
  fileprivate var words: String { "\(percent(low)) to \(percent(high))" }
}

extension Double {
  /// Three digits after the point.
  var score: String { fixed(3) }

  /// Digits after the point, however many there are.
  func fixed(_ digits: Int) -> String {
    guard isFinite, abs(self) < 1e12 else { return "\(self)" }
    let scale = (0..<digits).reduce(1.0) { scale, _ in scale * 10 }
    let whole = Int((abs(self) * scale).rounded())
    let (head, tail) = whole.quotientAndRemainder(dividingBy: Int(scale))
    let zeros = String(repeating: "0", count: max(0, digits - "\(tail)".count))
    return (self < 0 && whole > 0 ? "-" : "") + "\(head)" + (digits > 0 ? ".\(zeros)\(tail)" : "")
  }
}

/// A share as people say it: `85 %`, `0.3 %`.
func percent(_ share: Double) -> String {
  let value = share * 100
  if value > 0, value < 0.05 { return "under 0.1\u{A0}%" }
  let needsDigit = (value > 0 && value < 10) || (value > 99 && value < 100)
  return value.fixed(needsDigit ? 1 : 0) + "\u{A0}%"
}

/// `a`, `a and b`, `a, b and c`.
func list(_ words: [String]) -> String {
  words.count < 2
    ? words.first ?? ""
    : words.dropLast().joined(separator: ", ") + " and " + words[words.count - 1]
}

extension String {
  fileprivate var capitalizedFirst: String { prefix(1).uppercased() + dropFirst() }
}
