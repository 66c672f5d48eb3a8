import Foundation
import Testing

@testable import GenTensor

@Suite struct PassTests {
  @Test func `a constant may be what makes a result wide`() throws {
    let program = try Program { graph in
      (graph.input("x", [1, 3]) * 2 + graph.filled(1, [2, 3])).tanh()
    }
    let found = try program(x: NDArray([0, 1, 2] as [Float], shape: [1, 3]))
    let row: [Float] = [1, 3, 5].map { tanhf($0) }
    #expect(found.shape == [2, 3])
    #expect(zip(found.floats, row + row).allSatisfy { abs($0 - $1) < 1e-6 })
  }

  private typealias Step = (name: String, body: @Sendable (Graph, [Tensor]) throws -> Tensor)

  /// Functions of two `[4, 6]` tensors that give another.
  private static let steps: [Step] = [
    ("add", { $1[0] + $1[1] }),
    ("multiply", { $1[0] * $1[1] }),
    ("silu", { $1[0].silu() }),
    ("affine", { ($1[0] * 0.5 + 0.25) - $1[1] }),
    ("tanh", { $1[0].tanh() }),
    ("product", { $1[0].matmul($1[1].transposed()).matmul($1[1]) * 0.1 }),
    (
      "linear",
      { $1[0].linear($1[1][0..<4], $1[1].slice(0..<4, alongAxis: 1)[0..<1]).matmul($1[1]) * 0.1 }
    ),
    ("residual", { ($1[0].matmul($1[1].transposed()).silu().matmul($1[1]) + $1[0]) * 0.2 }),
    ("norm", { $1[0].rmsNormalized(activation: .silu) }),
    ("softmax", { $1[0].softmax() + $1[1] }),
    ("rows", { $1[0] - $1[1].mean(alongAxes: [1]) }),
    ("columns", { $1[0] * $1[1].maximum(alongAxes: [0]) }),
    ("turn", { $1[0].reshaped(to: [6, 4]).transposed() + $1[1] }),
    (
      "halves",
      { graph, x in
        let parts = x[0].split(alongAxis: 1, count: 2)
        return graph.concatenated([parts[1] + 1, parts[0]], alongAxis: 1)
      }
    ),
    ("constant", { $1[0] + $0.filled(0.5, [4, 6]) * 2 }),
  ]

  /// A random choice of steps, each with the two values that it reads.
  private func plan(_ seed: UInt64) -> [(step: Int, operands: [Int])] {
    var source = TestNumbers(seed: seed)
    return (0..<14).map { index in
      let count = UInt64(index + 2)
      return (
        Int(source.next() % UInt64(PassTests.steps.count)),
        [Int(source.next() % count), Int(source.next() % count)]
      )
    }
  }

  @Test func `fusing, folding and sharing memory change no number`() throws {
    let starts = [try numbers([4, 6]), try numbers([4, 6], seed: 2)]
    try withEvery(0..<60) { seed in
      let plan = plan(seed)
      var values = starts
      for (step, operands) in plan {
        values.append(
          try evaluate(operands.map { values[$0] }) { try PassTests.steps[step].body($0, $1) })
      }
      // The second start is a constant, so that parts are folded and packed.
      let program = try Program(["w": starts[1]]) { graph in
        var tensors = [graph.input("x", [4, 6]), try graph.weight("w", [4, 6])]
        for (step, operands) in plan {
          tensors.append(try PassTests.steps[step].body(graph, operands.map { tensors[$0] }))
        }
        return tensors[tensors.count - 1] + tensors[tensors.count - 3] * 0.5
      }
      let expected = zip(values[15].floats, values[13].floats).map { $0 + $1 * 0.5 }
      for _ in 0..<2 {
        expectClose(
          try program(x: starts[0]).floats, expected, tolerance: 2e-4,
          "seed \(seed): \(plan.map { PassTests.steps[$0.step].name })")
      }
    }
  }

  @Test func `bf16 changes every number by little`() throws {
    let starts = [try numbers([4, 6]), try numbers([4, 6], seed: 2)]
    try withEvery(0..<30) { seed in
      let plan = plan(seed)
      func network(_ graph: Graph, _ inputs: [Tensor]) throws -> Tensor {
        var tensors = inputs
        for (step, operands) in plan.prefix(5) {
          tensors.append(try PassTests.steps[step].body(graph, operands.map { tensors[$0] }))
        }
        return tensors[tensors.count - 1].tanh()
      }
      let exact = try evaluate(starts, network)
      let rounded = try evaluate(starts, mode: .bf16, network)
      expectClose(rounded.floats, exact.floats, tolerance: 6e-2, "seed \(seed)")
    }
  }

  @Test func `programs with the same weights share what was folded and packed`() throws {
    let weights = ["w": try numbers([32, 32])]
    func program(_ mode: NumericMode) throws -> Program {
      try Program(weights, mode: mode) {
        try $0.input("x", [8, 32]).linear($0.weight("w", [32, 32]))
      }
    }
    let (first, second) = (try program(.bf16), try program(.bf16))
    func folded(_ program: Program) -> [UInt64] {
      program.executable.schedule.traced.graph.leaves.constants.map(\.storage.identity)
    }
    #expect(folded(first) == folded(second))
    #expect(folded(first).count > 1, "the weight and its bf16 copy")
  }

  @Test func `sizes that no memory holds are an error`() throws {
    #expect(throws: TensorError.self) {
      try Program { graph in
        graph.input("x", [1 << 20, 1 << 20, 1 << 20, 1 << 20]) + 1
      }
    }
    #expect(throws: TensorError.self) {
      let program = try Program { graph in
        graph.input("x", [1, 1 << 21]).reshaped(to: [1 << 21, 1]).expanded(to: [1 << 21, 1 << 21])
          .softmax().sum()
      }
      try program(x: NDArray(zeros: [1, 1 << 21]))
    }
  }
}
