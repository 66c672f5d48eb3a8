import GenLanguage
import GenPipeline
import Testing

@testable import GenStages

private let pictures = "g = plain(8, 6, color: [\"teal\", \"red\"]) |> blur([1, 2, 3])\n"

private func checked(_ text: String) -> CheckedProgram {
  Language(vocabulary: standardCatalog()).check(Source(name: "test.gen", text: pictures + text))
}

@Test(arguments: [
  ("g |> pick(3)", "Image"), ("pick(g, -1)", "Image"),
  ("pick(g, color: \"red\", radius: 2)", "Image"), ("pick(g, radius: 2)", "Grid<Image>"),
  ("elements(g)", "List<Image>"), ("sheet(g)", "Image"),
  ("g |> pick(radius: 2.0) |> pick(1)", "Image"),
])
func `what is taken from a grid has its true type before anything runs`(
  _ text: String, _ type: String
) {
  let program = checked(text)
  #expect(program.diagnostics.map(\.message) == [])
  #expect(program.expressionTypes.map(\.description) == [type])
}

@Test(arguments: [
  ("g |> pick", "E0761"), ("pick(g, 1, radius: 2)", "E0761"), ("pick(g, radus: 2)", "E0762"),
  ("pick(g, radius: 4)", "E0763"), ("pick(g, 6)", "E0764"), ("pick(g, -7)", "E0764"),
  ("pick(g, radius: 1, radius: 2)", "E0106"), ("save(g, \"a.xyz\")", "E0704"),
  ("save(film([plain(8, 6)]) |> speed([1, 2]), \"a-%d.png\")", "E0705"),
])
func `what cannot be taken or saved is told before anything runs`(_ text: String, _ code: String) {
  #expect(checked(text).diagnostics.map(\.code).contains(code), "\(checked(text).diagnostics)")
}
