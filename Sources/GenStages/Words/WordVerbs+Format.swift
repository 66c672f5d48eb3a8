import Foundation
import GenPipeline

/// Values as texts of a chosen shape.
extension WordVerbs {
  @CatalogBuilder static var formatting: [Stage] {
    Stage(
      "format", "Writes a number with a fixed number of places and digits.", topic: "words",
      Parameter("number", "The number."),
      Parameter("places", "Digits behind the point; as many as are needed when left out."),
      Parameter(
        "digits", "Digits before the point at least, filled up with 0.", in: 1...40, default: 1),
      examples: [
        .init("format(3.14159, places: 2)", "\"3.14\""), .init("format(7, digits: 3)", "\"007\""),
      ], effort: .instant
    ) { (number: Double, places: Int?, digits: Int) in
      formatted(number, places: places, digits: digits)
    }
    Stage(
      "align", "Fills a text up with spaces to a width.", topic: "words",
      Parameter("text", "The text."),
      Parameter("width", "Characters that come out at least.", in: 0...10_000),
      Parameter(
        "to", "Where the text stands.", oneOf: ["left", "right", "center"], default: "left"),
      examples: [.init("align(\"a\", 3, to: right)", "\"  a\"")], effort: .instant
    ) { (text: String, width: Int, side: String) in
      aligned(text, width: width, side: side)
    }
    Stage(
      "keys", "The names of a record's fields.", topic: "values",
      parameters: [ParameterInfo("record", "The record.", .anything)],
      result: .byArguments { shape in
        switch shape.types["record"] {
        case .record, .unknown, nil: return .list(.text)
        case .some(let type):
          throw Diagnostic.notARecord("keys", type).placed(at: shape.places["record"])
        }
      }, examples: [.init("keys({width: 4, height: 3})", "[\"width\", \"height\"]")],
      effort: .instant
    ) { arguments in
      guard case .record(let fields) = try await Given.known(Given(arguments)[0]) else {
        throw Diagnostic.wrongKind()
      }
      return .list(fields.map { .text($0.name) })
    }
  }

  private static func formatted(_ number: Double, places: Int?, digits: Int) -> String {
    let count = min(max(places ?? 0, 0), 15)
    let magnitude = abs(number)
    var text = String(magnitude)
    if magnitude < 1e15 {
      if places != nil {
        text = String(format: "%.\(count)f", magnitude)
      } else if magnitude == magnitude.rounded() {
        text = String(Int(magnitude))
      }
    }
    let whole = text.prefix { $0 != "." }.count
    let isZero = !text.contains { "123456789".contains($0) }
    let zeros = String(repeating: "0", count: max(0, digits - whole))
    return (number < 0 && !isZero ? "-" : "") + zeros + text
  }

  private static func aligned(_ text: String, width: Int, side: String) -> String {
    let missing = max(0, width - text.count)
    let left = side == "right" ? missing : side == "center" ? missing / 2 : 0
    return String(repeating: " ", count: left) + text
      + String(repeating: " ", count: missing - left)
  }
}

extension Diagnostic {
  static func notARecord(_ stage: String, _ type: ValueType) -> Diagnostic {
    Diagnostic(
      "E0234", message: "\(stage) takes a record, not \(type)", label: "this is \(type)")
  }
}
