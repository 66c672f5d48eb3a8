import GenMedia
import GenPipeline

/// Siblings of a result: the same calls with other seeds.
enum VaryVerbs {
  @CatalogBuilder static var stages: [Stage] {
    Stage(
      "vary", "Makes siblings of a result: the same calls, each time with other seeds.",
      topic: "generation",
      parameters: [
        ParameterInfo(
          name: "result", documentation: "Something drawn; the first sibling is itself.",
          type: .variable("A")),
        ParameterInfo(
          name: "count", documentation: "How many siblings.", type: .int, range: 1...1000,
          initial: .int(4)),
      ],
      result: .fixed(.list(.variable("A"))),
      examples: [.init("length(plain(8, 6) |> grain(8%) |> vary(3))", "3")], effort: .instant
    ) { arguments in
      guard let result = arguments["result"], case .int(let count)? = arguments["count"] else {
        throw Diagnostic.unusableArgument("result", of: "vary")
      }
      let siblings = try (0..<count).map { try result.sibling($0) }
      if count > 1, try result.digest() == siblings[1].digest() { throw Diagnostic.nothingToVary }
      return .list(siblings)
    }
  }
}
