import GenMedia
import GenPipeline

extension Studio {
  @CatalogBuilder var tellingVerbs: [Stage] {
    Stage(
      "show", "Shows a value as people look at it: a film as a strip, a picture in the terminal.",
      topic: "files",
      parameters: [
        ParameterInfo(name: "value", documentation: "What to show.", type: .variable("A"))
      ],
      result: .fixed(.none), examples: [.init("show(1 + 1)", "None")], effect: .tells
    ) { arguments in
      announce(.shown(try await StageContext.resolved(arguments["value"] ?? .none)))
      return .none
    }
    Stage(
      "print", "Prints a value as plain text on a line of its own.", topic: "files",
      parameters: [
        ParameterInfo(name: "value", documentation: "What to print.", type: .variable("A"))
      ],
      result: .fixed(.none), examples: [.init("print(\"hello\")", "None")], effect: .tells
    ) { arguments in
      let value = try await StageContext.resolved(arguments["value"] ?? .none)
      if case .text(let text) = value {
        announce(.printed(text))
      } else {
        announce(.printed(value.shortText(limit: 10_000)))
      }
      return .none
    }
  }
}

extension StageContext {
  /// The value with its calls run.
  fileprivate static func resolved(_ value: Value) async throws -> Value {
    try await current.demand?(value) ?? value
  }
}
