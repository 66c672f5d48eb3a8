import Foundation
import Testing

@testable import GenTensor

@Suite struct TrainingTests {
  /// A small network with every kind of layer that the film model has.
  private func network(_ graph: Graph, _ x: Tensor) throws -> Tensor {
    let weights = WeightScope(graph)
    let features = x.convolved(
      with: try weights["stem"].weight("kernel", [8, 2, 3, 3], initial: .scaled(gain: 1)),
      bias: try weights["stem"].weight("bias", [8], initial: .zeros)
    ).rmsNormalized(activation: .silu)
    let tokens = features.reshaped(to: [x.shape[0], -1, 8])
    let joined = tokens.linear(
      try weights["mix"].weight("qkv", [24, 8], initial: .scaled(gain: 1)))
    let heads = joined.split(alongAxis: 2, count: 3).map {
      $0.reshaped(to: [x.shape[0], -1, 2, 4])
    }
    let mixed = tokens + attention(heads[0], heads[1], heads[2]).reshaped(to: tokens.shape)
    return mixed.mean(alongAxes: [1]).reshaped(to: [x.shape[0], 8]).linear(
      try weights["head"].weight("weight", [1, 8], initial: .scaled(gain: 1)),
      try weights["head"].weight("bias", [1], initial: .zeros))
  }

  private func trainer(_ mode: NumericMode, seed: UInt64 = 1) throws -> Program {
    var optimizer = AdamW()
    optimizer.averageDecay = 0.9
    return try Program(
      WeightSource(isTrainable: true, initialSeed: seed), mode: mode
    ) { graph in
      let x = graph.input("x", [8, 4, 4, 2])
      let loss = try network(graph, x).meanSquaredError(to: graph.input("y", [8, 1]))
      let norm = try graph.minimize(
        loss, rate: graph.input("rate", []), step: graph.input("step", [], .i64), with: optimizer)
      return ["loss": loss, "norm": norm]
    }
  }

  private func losses(_ program: Program, count: Int, from start: Int = 1) throws -> [Float] {
    let x = try numbers([8, 4, 4, 2])
    let sums = (0..<8).map { (item: Int) -> Float in
      x.floats[32 * item..<32 * (item + 1)].reduce(0, +)
    }
    let y = try NDArray(sums.map { $0 / 8 }, shape: [8, 1])
    return try (start..<start + count).map { step in
      try program.outputs([
        "x": x, "y": y, "rate": NDArray(scalar: Float(0.02)), "step": NDArray(scalar: Int64(step)),
      ])["loss"]?.floats.first ?? .nan
    }
  }

  @Test(arguments: NumericMode.allCases)
  func `a small network learns`(_ mode: NumericMode) throws {
    let history = try losses(try trainer(mode), count: 150)
    let (first, last) = (try #require(history.first), try #require(history.last))
    #expect(last < 0.02 * first, "from \(first) to \(last)")
  }

  @Test func `the same seed trains to the same bytes`() throws {
    #expect(try losses(try trainer(.f32), count: 5) == losses(try trainer(.f32), count: 5))
    #expect(
      try losses(try trainer(.f32), count: 5) != losses(try trainer(.f32, seed: 2), count: 5))
  }

  @Test func `training resumes exactly from saved states`() throws {
    let whole = try losses(try trainer(.f32), count: 8)
    let first = try trainer(.f32)
    _ = try losses(first, count: 4)
    let second = try trainer(.f32, seed: 5)
    try second.setStates(try first.states())
    #expect(try losses(second, count: 4, from: 5) == Array(whole[4...]))
    #expect(throws: TensorError.unknownState("nothing")) {
      try second.setStates(["nothing": NDArray(zeros: [])])
    }
  }

  @Test func `one step moves a weight and its average as AdamW says`() throws {
    var optimizer = AdamW()
    optimizer.averageDecay = 0.5
    optimizer.maximumNorm = 0.5
    let start = NDArray([1, -2] as [Float])
    let program = try Program(WeightSource(["w": start], isTrainable: true)) { graph in
      let loss = try graph.weight("w", [2]).squared().sum() * 0.5
      let norm = try graph.minimize(
        loss, rate: graph.input("rate", []), step: graph.input("step", [], .i64), with: optimizer)
      return ["loss": loss, "norm": norm]
    }
    var (weight, first, second, average) = (
      start.floats, [0, 0] as [Float], [0, 0] as [Float], start.floats
    )
    for step in 1...3 {
      let results = try program.outputs([
        "rate": NDArray(scalar: Float(0.1)), "step": NDArray(scalar: Int64(step)),
      ])
      let norm = (weight[0] * weight[0] + weight[1] * weight[1]).squareRoot()
      expectClose(results["norm"]?.floats ?? [], [norm])
      for index in 0..<2 {
        let gradient = weight[index] * min(1, 0.5 / (norm + 1e-6))
        first[index] = 0.9 * first[index] + 0.1 * gradient
        second[index] = 0.999 * second[index] + 0.001 * gradient * gradient
        let slow = first[index] / (1 - Foundation.pow(0.9, Float(step)))
        let wide = second[index] / (1 - Foundation.pow(0.999, Float(step)))
        weight[index] -= 0.1 * slow / (wide.squareRoot() + 1e-8)
        average[index] = 0.5 * average[index] + 0.5 * weight[index]
      }
      let states = try program.states()
      expectClose(states["w"]?.floats ?? [], weight, tolerance: 1e-4)
      expectClose(states["w.average"]?.floats ?? [], average, tolerance: 1e-4)
    }
  }

  @Test func `a slope has a gradient: that of a critic by its weights`() throws {
    let arrays = [
      try numbers([5, 4], seed: 2), try numbers([3, 4]), try numbers([1, 3], seed: 3),
    ]
    for slope: Float in [0, 0.2] {
      try expectGradients(Array(arrays.dropFirst()) + [arrays[0]], of: 2, step: 1e-3) { _, x in
        let hidden = x[2].linear(x[0])
        let score = (slope == 0 ? hidden.relu() : hidden.leakyRelu(slope: slope)).linear(x[1])
        return score.sum().gradient(withRespectTo: [x[2]])[0].sumOfSquares(alongAxes: [1])
      }
    }
  }

  @Test func `a decay that is coupled is part of the gradient, and only what is named moves`()
    throws
  {
    var optimizer = AdamW()
    (optimizer.decay, optimizer.coupledDecay, optimizer.maximumNorm) = (0, 0.5, nil)
    let start = ["a.w": NDArray([2, -4] as [Float]), "b.w": NDArray([1] as [Float])]
    let program = try Program(WeightSource(start, isTrainable: true)) { graph in
      let loss = try graph.weight("a.w", [2]).sum() + graph.weight("b.w", [1]).sum()
      try graph.minimize(
        loss.reshaped(to: []), rate: graph.filled(0.1, []), step: graph.input("step", [], .i64),
        with: optimizer, below: "a.")
      return ["loss": loss]
    }
    _ = try program.outputs(["step": NDArray(scalar: Int64(1))])
    let states = try program.states()
    expectClose(states["a.w.m"]?.floats ?? [], [0.1 * 2, 0.1 * -1])
    expectClose(states["a.w"]?.floats ?? [], [1.9, -3.9])
    #expect(states["b.w"]?.floats == [1])
    #expect(states["b.w.m"] == nil)
  }

  @Test func `what has no gradient is an error`() throws {
    #expect(throws: TensorError.self) {
      try Program { graph in
        let x = graph.input("x", [1, 2, 2, 1])
        return x.resizedNearest(height: 3, width: 3).sum().gradient(withRespectTo: [x])[0]
      }
    }
  }
}
