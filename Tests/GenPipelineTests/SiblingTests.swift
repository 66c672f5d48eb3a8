import Testing

@testable import GenPipeline

private let noise = Stage(
  "noise", "Numbers of a seed.", Parameter("seed", "The seed.", default: 0), examples: []
) { (seed: Int) in seed }

private let twice = Stage(
  "twice", "A number twice.", Parameter("number", "The number."), examples: []
) { (number: Int) in 2 * number }

private func graph() -> (Graph, Runner) {
  let world = Graph.World(program: "test") { _ in .init(hash: "", licence: "") }
  let runner = Runner(world: world)
  return (Graph(world: world, demanding: runner), runner)
}

@Test func `siblings are the same calls with other seeds, each always the same`() async throws {
  let (graph, runner) = graph()
  let drawn = try await graph.call(noise, ["seed": .int(7)])
  let value = try await graph.call(twice, ["number": drawn])
  let siblings = try (0..<4).map { try value.sibling($0) }
  var results: [Int] = []
  for sibling in siblings {
    if case .int(let result) = try await runner.resolved(sibling) { results.append(result) }
  }
  #expect(results[0] == 14)
  #expect(Set(results).count == 4)
  #expect(try value.sibling(3).digest() == siblings[3].digest())
}

@Test func `a call without a seed is its own sibling`() async throws {
  let (graph, _) = graph()
  let drawn = try await graph.call(noise, ["seed": .int(1)])
  guard case .deferred(let node) = try await graph.call(twice, ["number": .int(2)]) else {
    return
  }
  #expect(try node.sibling(5).key == node.key)
  guard case .deferred(let seeded) = drawn else { return }
  #expect(try seeded.sibling(5).key != seeded.key)
}
