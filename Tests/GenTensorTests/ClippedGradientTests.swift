import Foundation
import Testing

@testable import GenTensor

/// Two layers and numbers that every row shares: all ways in which a parameter may meet rows.
private func rowLosses(_ graph: Graph, _ x: Tensor, _ y: Tensor) throws -> Tensor {
  let weights = WeightScope(graph)
  let hidden = x.linear(
    try weights["first"].weight("weight", [5, 3], initial: .scaled(gain: 1)),
    try weights["first"].weight("bias", [5], initial: .zeros)
  ).silu()
  let made = hidden.linear(
    try weights["second"].weight("weight", [2, 5], initial: .scaled(gain: 1)),
    try weights["second"].weight("bias", [2], initial: .zeros))
  let scale = try weights.weight("scale", [2], initial: .zeros).expanded(to: made.shape).exp()
  return ((made - y) * scale).squared().sum() - scale.log().sum()
}

@Suite struct ClippedGradientTests {
  private func program(_ rowCount: Int, norm: Float?) throws -> Program {
    try Program(WeightSource(isTrainable: true, initialSeed: 4)) { graph in
      let (x, y) = (graph.input("x", [rowCount, 3]), graph.input("y", [rowCount, 2]))
      let loss = try rowLosses(graph, x, y)
      let tensors = graph.trainable.map(\.tensor)
      guard let norm else {
        return Program.NamedTensors(
          zip(graph.trainable.map(\.name), loss.gradient(withRespectTo: tensors)).map { ($0, $1) })
      }
      let clipped = loss.clippedGradient(
        withRespectTo: tensors, maximumNorm: norm, weights: graph.input("weights", [rowCount, 1]))
      return Program.NamedTensors(
        zip(graph.trainable.map(\.name), clipped.sums).map { ($0, $1) }
          + [("norms", clipped.norms)])
    }
  }

  @Test(arguments: [0.05, 1.5, 1000] as [Float])
  func `the clipped sum is that of the rows' gradients, clipped one by one`(_ norm: Float) throws {
    let (rowCount, weights) = (7, [1, 1, 0, 1, 0.5, 1, 1] as [Float])
    let (x, y) = (try numbers([rowCount, 3], seed: 1), try numbers([rowCount, 2], seed: 2))
    let found = try program(rowCount, norm: norm).outputs([
      "x": x, "y": y, "weights": NDArray(weights, shape: [rowCount, 1]),
    ])
    let single = try program(1, norm: nil)
    var (sums, norms) = ([String: [Float]](), [Float]())
    for row in 0..<rowCount {
      let own = try single.outputs([
        "x": NDArray(Array(x.floats[row * 3..<row * 3 + 3]), shape: [1, 3]),
        "y": NDArray(Array(y.floats[row * 2..<row * 2 + 2]), shape: [1, 2]),
      ]).mapValues(\.floats)
      let length = own.values.joined().reduce(0) { $0 + $1 * $1 }.squareRoot()
      norms.append(length)
      for (name, gradient) in own {
        let part = gradient.map { $0 * weights[row] * min(1, norm / length) }
        sums[name] = zip(sums[name] ?? part.map { _ in 0 }, part).map(+)
      }
    }
    for (name, sum) in sums { expectClose(found[name]?.floats ?? [], sum, name) }
    expectClose(found["norms"]?.floats ?? [], norms, "norms")
    #expect(norms.contains { $0 > 1.5 } && norms.contains { $0 < 1000 })
  }

  @Test func `the clipped sum of a network of layers is that of Opacus`() throws {
    let reference = try opacusArrays()
    let rowCount = try #require(reference["x"]).shape[0]
    let weights = reference.filter { $0.key.hasPrefix("weight.") }
    let program = try Program(
      WeightSource(
        Dictionary(uniqueKeysWithValues: weights.map { (String($0.key.dropFirst(7)), $0.value) }),
        isTrainable: true)
    ) { graph in
      let scope = WeightScope(graph)
      let hidden = graph.input("x", [rowCount, 6]).linear(
        try scope.weight("0.weight", [8, 6]), try scope.weight("0.bias", [8])
      ).relu()
      let made = hidden.linear(
        try scope.weight("2.weight", [4, 8]), try scope.weight("2.bias", [4]))
      let clipped = (made - graph.input("y", [rowCount, 4])).squared().sum().clippedGradient(
        withRespectTo: graph.trainable.map(\.tensor), maximumNorm: 2,
        weights: graph.filled(1, [rowCount, 1]))
      return Program.NamedTensors(
        zip(graph.trainable.map(\.name), clipped.sums).map { ($0, $1) })
    }
    let found = try program.outputs(reference.filter { ["x", "y"].contains($0.key) })
    #expect(found.count == 4)
    for (name, sum) in found {
      expectClose(sum.floats, try #require(reference["sum." + name]).floats, name)
    }
  }

  @Test func `a parameter that rows meet otherwise is refused`() {
    #expect(throws: TensorError.self) {
      try Program(WeightSource(isTrainable: true, initialSeed: 1)) { graph in
        let weight = try graph.weight("weight", [3, 3], initial: .scaled(gain: 1))
        let twice = graph.input("x", [4, 3]).linear(weight).linear(weight)
        let clipped = twice.sum().clippedGradient(
          withRespectTo: [weight], maximumNorm: 1, weights: graph.filled(1, [4, 1]))
        return ["sum": clipped.sums[0]]
      }
    }
  }

  /// What `scripts/reference/clipped_gradient.py` wrote.
  private func opacusArrays() throws -> [String: NDArray] {
    struct Stored: Decodable {
      let shape: [Int]
      let numbers: [Float]
    }
    let path = URL(filePath: #filePath).deletingLastPathComponent()
      .appending(path: "Fixtures/clipped-gradient.json")
    let stored = try JSONDecoder().decode([String: Stored].self, from: Data(contentsOf: path))
    return try stored.mapValues { try NDArray($0.numbers, shape: Shape($0.shape)) }
  }
}
