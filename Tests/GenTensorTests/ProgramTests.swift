import Foundation
import Testing

@testable import GenTensor

@Suite struct ProgramTests {
  @Test func `a program runs again and again in the same memory`() throws {
    let weights = ["w": try numbers([16, 16])]
    let program = try Program(weights) { graph in
      let x = graph.input("x", [4, 16])
      return try x.linear(graph.weight("w", [16, 16])).softmax() + x
    }
    let x = try numbers([4, 16], seed: 2)
    let first = try program(x: x)
    let address = program.executable.arenaAddress
    var results = [NDArray(zeros: [4, 16])]
    for _ in 0..<5 {
      try program.run([x], into: &results)
      #expect(results[0].floats == first.floats)
      #expect(program.executable.arenaAddress == address)
    }
  }

  @Test func `inputs that do not fit are errors that name them`() throws {
    let program = try Program { $0.input("x", [2]) * 2 }
    #expect(throws: TensorError.missingInput("x")) { try program.outputs([:]) }
    #expect(throws: TensorError.unknownInput("y")) {
      try program(x: NDArray(zeros: [2]), y: NDArray(zeros: [2]))
    }
    #expect(throws: TensorError.inputShape(name: "x", expected: [2], found: [3])) {
      try program(x: NDArray(zeros: [3]))
    }
    #expect(throws: TensorError.inputType(name: "x", expected: .f32, found: .i32)) {
      try program(x: NDArray(zeros: [2], .i32))
    }
    #expect(throws: TensorError.duplicateName("x")) {
      try Program { $0.input("x", [1]) + $0.input("x", [2]) }
    }
  }

  @Test func `equal calls are one step and unused ones none`() throws {
    let program = try Program { graph in
      let x = graph.input("x", [3, 3])
      _ = x.softmax(scale: 3)
      return x.matmul(x).softmax() + x.matmul(x).softmax()
    }
    #expect(program.executable.schedule.steps.count == 3)
  }

  @Test func `what depends on constants alone is computed once`() throws {
    let weights = ["w": try numbers([4, 4])]
    let program = try Program(weights) { graph in
      let w = try graph.weight("w", [4, 4])
      return graph.input("x", [4, 4]) + w.matmul(w).softmax()
    }
    #expect(program.executable.schedule.steps.count == 1)
    let w = try #require(weights["w"])
    let expected = try evaluate([w]) { $1[0].matmul($1[0]).softmax() }
    expectClose(try program(x: NDArray(zeros: [4, 4])).floats, expected.floats)
  }

  @Test func `values that live at the same time never overlap`() throws {
    withEvery(0..<200) { seed in
      var source = TestNumbers(seed: seed)
      let blocks = (0..<40).map { _ in
        let first = Int(source.next() % 60)
        return MemoryPlan.Block(
          byteCount: Int(source.next() % 5000), first: first, last: first + Int(source.next() % 20))
      }
      #expect(MemoryPlan(blocks).checkInvariants(blocks), "seed \(seed)")
    }
  }

  @Test func `memory is used again`() throws {
    let program = try Program { graph in
      (0..<20).reduce(graph.input("x", [64, 64])) { x, _ in x.matmul(x) }
    }
    #expect(program.peakMemory == 2 * 64 * 64 * 4)
    let schedule = program.executable.schedule
    #expect(schedule.plan.checkInvariants(schedule.blocks))
    #expect(program.flopCount == 20 * 2 * 64 * 64 * 64)
  }

  @Test func `a cancelled run stops`() async throws {
    let program = try Program { graph in
      (0..<400).reduce(graph.input("x", [256, 256])) { x, _ in x.matmul(x).tanh() }
    }
    let task = Task { try await program.run(["x": NDArray(zeros: [256, 256])]) }
    task.cancel()
    await #expect(throws: CancellationError.self) { _ = try await task.value }
    let result = try await program.run(["x": NDArray(zeros: [256, 256])])
    #expect(result["output"]?.floats.allSatisfy { $0 == 0 } == true)
  }

  @Test func `the same seed gives the same bytes, another seed others`() throws {
    let program = try Program { graph in
      let seed = graph.input("seed", [], .i64)
      return graph.randomNormal([1000], seed: seed) + graph.randomUniform([1000], seed: seed)
    }
    func draw(_ seed: Int64) throws -> [Float] { try program(seed: NDArray(scalar: seed)).floats }
    #expect(try draw(7) == draw(7))
    #expect(try draw(7) != draw(8))
    let normal = try Program { graph in
      graph.randomNormal([20000], seed: graph.input("seed", [], .i64), mean: 1, deviation: 2)
    }
    let values = try normal(seed: NDArray(scalar: Int64(3))).floats.map(Double.init)
    let mean = values.reduce(0, +) / 20000
    let variance = values.reduce(0) { $0 + ($1 - mean) * ($1 - mean) } / 20000
    #expect(abs(mean - 1) < 0.05)
    #expect(abs(variance - 4) < 0.15)
  }

  @Test func `a printed program lists its steps`() throws {
    let program = try Program { graph in graph.input("x", [2, 3]).softmax() }
    #expect(
      program.description == """
        0  softmax  [2, 3] f32  24 FLOP
        1 steps, 24 FLOP, 48 bytes moved, 64 bytes of memory, f32
        """)
  }

  @Test func `an array is a value`() throws {
    var a = NDArray([1, 2, 3] as [Float])
    let b = a
    a.withUnsafeMutableBytes { $0.storeBytes(of: 9, as: Float.self) }
    #expect(a.floats == [9, 2, 3])
    #expect(b.floats == [1, 2, 3])
    #expect(throws: TensorError.elementCount(expected: 4, found: 3)) {
      try NDArray([1, 2, 3] as [Float], shape: [2, 2])
    }
    #expect(throws: TensorError.impossibleShape([-1])) { try Shape(checking: [-1]) }
    #expect(throws: TensorError.impossibleShape([Int.max, 3])) {
      try Shape(checking: [Int.max, 3])
    }
  }

  @Test func `narrow formats keep what they can hold`() {
    let values: [Float] = [0, -0.5, 1.5, 65504, 6e-8, 3.14159, -1e-5, .infinity]
    let array = NDArray(values)
    for type in [ElementType.f16, .bf16] {
      let tolerance: Float = type == .f16 ? 1e-3 : 8e-3
      for (found, expected) in zip(array.converted(to: type).floats, values) {
        #expect(
          found == expected || abs(found - expected) <= tolerance * abs(expected) + 6e-8,
          "\(type): \(found) for \(expected)")
      }
    }
  }

  @Test func `programs that share states see each other's changes`() throws {
    func counting(_ step: Float, _ other: Program?) throws -> Program {
      try Program(WeightSource(), sharingStatesOf: other) { graph in
        let total = graph.state("total", NDArray(scalar: Float(0)))
        let own = graph.state("own \(step)", NDArray(scalar: Float(0)))
        graph.assign(total + step, to: total)
        graph.assign(own + step, to: own)
        return ["own": own * 1]
      }
    }
    let first = try counting(1, nil)
    let second = try counting(10, first)
    for (program, total) in [(first, 1), (second, 11), (first, 12)] as [(Program, Float)] {
      _ = try program.outputs([:])
      #expect(try program.states()["total"]?.floats == [total])
    }
    #expect(try second.states().mapValues(\.floats) == ["total": [12], "own 10.0": [10]])
    try second.setStates(["total": NDArray(scalar: Float(5))])
    #expect(try first.states()["total"]?.floats == [5])
  }
}
