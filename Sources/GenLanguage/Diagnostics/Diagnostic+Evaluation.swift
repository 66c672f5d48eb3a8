import GenPipeline

/// What only the values themselves can show.
extension Diagnostic {
  static func arithmetic(
    _ failure: ArithmeticFailure, at place: SourcePlace
  ) -> Diagnostic? {
    switch failure {
    case .divisionByZero:
      Diagnostic(
        "E0401", message: "division by zero", label: "the right side is 0", at: place)
    case .overflow:
      Diagnostic(
        "E0402", message: "the result is too large for a number", label: "this goes too far",
        hint: "use numbers with a fraction for very large amounts", at: place)
    case .wholeModel:
      Diagnostic(
        "E0407", message: "whole models are neither added nor weighed",
        label: "only what lora gives is", hint: "write mix(first, second, 30%)", at: place)
    case .notApplicable: nil
    }
  }

  static func indexOutOfRange(_ index: Int, count: Int, at place: SourcePlace) -> Diagnostic {
    let elements = count == 1 ? "one element" : "\(count) elements"
    return Diagnostic(
      "E0403", message: "there is no element \(index)", label: "the list has \(elements)",
      hint: count == 0
        ? "make sure that the list is not empty"
        : "use 0 to \(count - 1), or -1 for the last", at: place)
  }

  static func listTooLong(_ count: Double, most: Int, at place: SourcePlace) -> Diagnostic {
    Diagnostic(
      "E0404", message: "the list would have \(count.short) elements",
      label: "a list has at most \(most)", hint: "take larger steps: … by …", at: place)
  }

  static func stepOfZero(at place: SourcePlace) -> Diagnostic {
    Diagnostic(
      "E0405", message: "a range cannot go in steps of 0", label: "this is 0",
      hint: "use a positive step", at: place)
  }

  static func tooManyParts(_ wanted: Int, _ found: Int, at place: SourcePlace) -> Diagnostic {
    Diagnostic(
      "E0406", message: "\(found) elements cannot be given to \(wanted) names",
      label: "the list has \(found)", at: place)
  }
}

extension Double {
  /// Without a fraction where it has none.
  var short: String {
    self == rounded() && abs(self) < 1e15 ? String(Int(self)) : String(self)
  }
}

extension Value {
  /// The value as it reads inside a text.
  var spoken: String {
    switch self {
    case .text(let text), .symbol(let text): text
    case .int(let whole): String(whole)
    case .number(let number): number.short
    case .quantity(let quantity): quantity.amount.short + quantity.dimension.unit
    case .list(let elements): "[" + elements.map(\.written).joined(separator: ", ") + "]"
    case .record(let fields):
      "{" + fields.map { "\($0.name): \($0.value.written)" }.joined(separator: ", ") + "}"
    default: shortText(limit: 10_000)
    }
  }

  /// Inside a list or record, where texts have their quotes.
  private var written: String {
    switch self {
    case .list, .record, .int, .number, .quantity, .symbol: spoken
    default: shortText(limit: 10_000)
    }
  }
}

extension Diagnostic {
  /// What the check should have ruled out.
  static func confused(at place: SourcePlace) -> Diagnostic {
    Diagnostic(
      "E0901", message: "a value of another kind than was checked reached this place",
      label: "here", hint: "report this with the script", at: place)
  }
}
