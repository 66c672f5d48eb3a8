import GenLanguage
import GenMedia
import GenPipeline
import GenStages
import Testing

@testable import GenSession

/// What the last expression of a program comes to, with the prelude and all verbs.
private func value(of code: String, in workshop: Workshop) async throws -> Value {
  let program = workshop.language.check(Source(name: "test", text: code))
  try #require(!program.hasErrors, "\(program.diagnostics.map(\.message))")
  var scope = Scope()
  let results = try await Evaluator(
    workshop.language, graph: workshop.graph, demanding: workshop.runner
  ).run(program, in: &scope)
  return try await workshop.runner.resolved(try #require(results.last).value)
}

private func trace(of drawing: String, in workshop: Workshop) async throws -> Trace {
  try #require(Trace(try await value(of: "trace(\(drawing))", in: workshop)))
}

private func middle(of value: Value) throws -> Image {
  switch value {
  case .video(let film): try film.frame(at: film.countedFrames() / 2)
  default: try #require(Image(value))
  }
}

@Test(arguments: [
  "diffuse(\"a cat\" + 0.5 * \"snow\" - \"rain\", as: image, sampler: dpmpp(2) + heun(2))",
  "diffuse(\"a cat\", as: image, guidance: 1, steps: 2, precision: f32)",
  "diffuse(morph(\"a cat\", \"a dog\"), frames: 6, steps: 2, seed: 5)",
  "plain(64, 64) |> animate(\"a star\", frames: 4, steps: 1)",
  "film([plain(64, 64)]) |> extend(seconds: 125ms, steps: 1)",
  "film([plain(64, 64)]) |> edit(\"a star\", steps: 3, strength: 0.6)",
])
func `a traced run agrees with the plain one to the byte`(drawing: String) async throws {
  let plain = workshop(output: ".")
  let expected = try middle(of: await value(of: drawing, in: plain))
  let found = try await trace(of: drawing, in: workshop(output: "."))
  #expect(found.picture == expected)
  #expect(found.steps.map(\.number) == Array(1...found.steps.count))
}

@Test func `each step begins where the one before it ended, and the last one ends in the picture`()
  async throws
{
  let found = try await trace(
    of: "diffuse(\"a cat\", as: image, sampler: euler(2) + heun(2) + ddim(1))",
    in: workshop(output: "."))
  for (step, next) in zip(found.steps, found.steps.dropFirst()) {
    #expect(step.sample == next.given)
    #expect(step.next == next.time)
  }
  #expect(found.steps.last?.sample == found.picture)
  #expect(found.steps.map(\.sampler) == ["euler", "euler", "heun", "heun", "ddim"])
  #expect(found.steps.map(\.later.count) == [0, 0, 1, 1, 0])
  #expect(found.questions == 2 * 7)
  #expect(found.schedule == [1, 0.8, 0.6, 0.4, 0.2, 0])
}

@Test func `guidance is what its formula says, with both branches kept`() async throws {
  let found = try await trace(
    of: "diffuse(\"a cat\", as: image, steps: 2, guidance: 4)", in: workshop(output: "."))
  for step in found.steps {
    let pixel = step.pixel
    let guided = pixel.withoutWords + 4 * (pixel.withWords - pixel.withoutWords)
    #expect(abs(guided - pixel.predicted) < 1e-4)
    #expect(step.withWords != step.withoutWords)
  }
}

@Test func `with several pulls the formula has a term for each, which come to the prediction`()
  async throws
{
  let found = try await trace(
    of: "diffuse(morph(\"a cat\", \"a dog\") - \"rain\", frames: 6, steps: 1)",
    in: workshop(output: "."))
  for step in found.steps {
    let line = String(step.formula.split(separator: "\n")[1]).replacing("−", with: "-")
    let sum = line.prefix { $0 != "=" }
    let numbers: [Double] = sum.split { !"-.0123456789".contains($0) }.compactMap { Double($0) }
    var pulls: [Double] = []
    for index in stride(from: 1, to: numbers.count - 2, by: 3) {
      pulls.append(numbers[index] * (numbers[index + 1] - numbers[index + 2]))
    }
    let total: Double = numbers[0] + pulls.reduce(0, +)
    #expect(pulls.count == 3 && step.others.count == 2)
    #expect(abs(total - step.pixel.predicted) < 0.002)
  }
}

@Test func `the words that say what is seen have maps of where they were at work`() async throws {
  let found = try await trace(
    of: "diffuse(\"a red star in the snow\", as: image, steps: 2)", in: workshop(output: "."))
  #expect(found.words.map(\.word) == ["red", "star", "snow"])
  #expect(found.words.contains { $0.map.pixels.max() == 255 })
  #expect(found.words.allSatisfy { $0.change > 0 })
  #expect(found.words.allSatisfy { ($0.attention.width, $0.attention.height) == (8, 8) })
  #expect(found.words.contains { $0.attention.pixels.max() == 255 })
  #expect(found.words.allSatisfy { 0.001...0.5 ~= $0.share })
}

@Test func `the drawing is found behind what was made of it`() async throws {
  let found = try await trace(
    of: "diffuse(\"a cat\", frames: 4, steps: 1) |> reverse |> blur(radius: 1)",
    in: workshop(output: "."))
  #expect(found.verb == "diffuse")
  #expect(found.steps.map(\.draws) == ["picture", "film"])
}

@Test func `of two things each has steps of its own, and the picture is of both`() async throws {
  let workshop = workshop(output: ".")
  let call = "diffuse(\"a red heart and a blue star\", as: image, steps: 4, seed: 3)"
  let found = try await trace(of: call, in: workshop)
  let drawn = ["picture", "first thing", "second thing"].flatMap {
    [String](repeating: $0, count: 4)
  }
  #expect(found.steps.map(\.draws) == drawn)
  #expect(found.words.map(\.word) == ["red", "heart", "blue", "star"])
  guard case .image(let picture) = try await value(of: call, in: workshop) else {
    Issue.record("no picture")
    return
  }
  #expect(found.picture == picture)
  #expect(found.steps.last?.sample != picture)
}

@Test func `what has no steps cannot be traced`() async {
  let workshop = workshop(output: ".")
  await #expect(throws: Diagnostic.self) { try await value(of: "trace(plain(8, 8))", in: workshop) }
  let program = workshop.language.check(Source(name: "test", text: "trace(1 + 1)"))
  #expect(program.diagnostics.map(\.code) == ["E0736"])
}

@Test func `a trace is shown as a strip, saved as a sheet, and plays a frame a step`() async throws
{
  let found = try await trace(
    of: "diffuse(\"a cat\", as: image, steps: 3)", in: workshop(output: "."))
  let terminal = Terminal(
    columns: 80, rows: 24, colorCount: 1 << 24, pictures: .blocks, isInteractive: true)
  let shown = try Value.trace(found).shown(on: terminal)
  #expect(shown.picture?.isEmpty == false)
  #expect(shown.facts.hasPrefix("Trace of diffuse, 3 steps of euler, 6 questions"))
  #expect(try found.sheet().width == 4 * 132 + 4)
  #expect(try found.film().countedFrames() == 3 + 4)
  #expect(found.sampledSteps(2).map(\.number) == [1, 3])
}

@Test func `a walk goes forwards, backwards and to a number, and stays inside`() async throws {
  var walk = Walk(
    try await trace(of: "diffuse(\"a cat\", as: image, steps: 3)", in: workshop(output: ".")))
  let terminal = Terminal(
    columns: 80, rows: 24, colorCount: 1, pictures: .none, isInteractive: false)
  #expect(try walk.page(on: terminal).hasPrefix("step 1 of 3, euler: noise 100 % → 66.7 %"))
  #expect(walk.go(.back) == "this is the first step")
  #expect(walk.go(.next) == nil && walk.index == 1)
  #expect(walk.go(.to(3)) == nil && walk.index == 2)
  #expect(walk.go(.next) != nil && walk.index == 2)
  #expect(walk.go(.to(9)) == "there is no step 9; they go from 1 to 3")
  let page = try walk.page(on: terminal)
  #expect(page.contains("x′ = x + (t′ − t)/(1 − t) · (x̂ − x)"))
  #expect(page.contains(walk.trace.steps[2].formula.split(separator: "\n")[3]))
  #expect(Walk.Move("back") == .back && Walk.Move("") == .next && Walk.Move("t") == nil)
}

@Test func `a chart has bars from nothing to full and a mark under one`() {
  let bars = ["███      ", "██████   ", "    ▲"]
  #expect(Chart.bars([1, 0.5, 0], height: 2, width: 9, marked: 1) == bars)
  #expect(Chart.bars([1, 0.5, 0, 2], height: 1, width: 2, marked: 3) == ["█ ", " ▲"])
}
