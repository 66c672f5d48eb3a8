import Testing

@testable import GenTensor

/// The plain product of `[batch, rows, inner]` and `[batch, inner, columns]`.
private func plainProduct(
  _ left: [Float], _ right: [Float], batch: Int, rows: Int, inner: Int, columns: Int
) -> [Float] {
  var result = [Float](repeating: 0, count: batch * rows * columns)
  for item in 0..<batch {
    for row in 0..<rows {
      for column in 0..<columns {
        var sum = 0.0
        for index in 0..<inner {
          sum +=
            Double(left[(item * rows + row) * inner + index])
            * Double(right[(item * inner + index) * columns + column])
        }
        result[(item * rows + row) * columns + column] = Float(sum)
      }
    }
  }
  return result
}

@Suite struct ProductTests {
  @Test(arguments: [(1, 1, 1, 1), (2, 3, 5, 7), (3, 17, 33, 9), (1, 64, 48, 65)])
  func `a batched product equals the plain one`(_ size: (Int, Int, Int, Int)) throws {
    let (batch, rows, inner, columns) = size
    let left = try numbers([batch, rows, inner])
    let right = try numbers([batch, inner, columns], seed: 2)
    let found = try evaluate([left, right]) { $1[0].matmul($1[1]) }
    #expect(found.shape == [batch, rows, columns])
    expectClose(
      found.floats,
      plainProduct(
        left.floats, right.floats, batch: batch, rows: rows, inner: inner, columns: columns))
  }

  @Test func `a transposed operand gives the same product`() throws {
    let left = try numbers([2, 5, 6])
    let right = try numbers([2, 6, 7], seed: 2)
    let straight = try evaluate([left, right]) { $1[0].matmul($1[1]) }
    let turned = try evaluate([left, right]) { $1[0].matmul($1[1].transposed(), transposed: true) }
    expectClose(turned.floats, straight.floats)
  }

  @Test func `constant weights are packed and give the same product`() throws {
    let x = try numbers([2, 9, 31])
    let weight = try numbers([13, 31], seed: 2)
    let bias = try numbers([13], seed: 3)
    let weights = ["weight": weight, "bias": bias]
    let packed = try Program(weights) { graph in
      let input = graph.input("x", x.shape)
      return try input.linear(
        graph.weight("weight", [13, 31]), graph.weight("bias", [13])
      ).silu()
    }
    let plain = try evaluate([x, weight, bias]) { $1[0].linear($1[1], $1[2]).silu() }
    expectClose(try packed(x: x).floats, plain.floats)
    #expect(packed.executable.schedule.steps.count == 1, "bias and activation are fused in")
  }

  @Test func `bf16 products stay within bf16 rounding`() throws {
    let left = try numbers([24, 40])
    let right = try numbers([40, 16], seed: 2)
    let exact = try evaluate([left, right]) { $1[0].matmul($1[1]) }
    let rounded = try evaluate([left, right], mode: .bf16) { $1[0].matmul($1[1]) }
    #expect(rounded.elementType == .f32)
    expectClose(rounded.floats, exact.floats, tolerance: 3e-2)
  }

  @Test func `gradients of products equal central differences`() throws {
    let batch = [try numbers([2, 3, 4]), try numbers([2, 4, 5], seed: 2)]
    try expectGradients(batch) { $1[0].matmul($1[1]) }
    try expectGradients([try numbers([2, 3, 4]), try numbers([4, 5], seed: 2)]) {
      $1[0].matmul($1[1])
    }
    try expectGradients(
      [try numbers([2, 3, 4]), try numbers([5, 4], seed: 2), try numbers([5], seed: 3)]
    ) { $1[0].linear($1[1], $1[2]) }
    try expectGradients([try numbers([2, 3, 4]), try numbers([2, 3, 5], seed: 2)]) {
      $1[0].product($1[1], true, false)
    }
    try expectGradients([try numbers([2, 4, 3]), try numbers([2, 5, 4], seed: 2)]) {
      $1[0].product($1[1], true, true)
    }
  }

  @Test func `lengths that do not agree are an error, not a trap`() throws {
    #expect(throws: TensorError.self) {
      try evaluate([try numbers([2, 3]), try numbers([4, 5])]) { $1[0].matmul($1[1]) }
    }
    #expect(throws: TensorError.weightShape(name: "w", expected: [2, 2], found: [3])) {
      try Program(["w": NDArray([1, 2, 3] as [Float])]) { try $0.weight("w", [2, 2]) }
    }
    #expect(throws: TensorError.missingWeight("w")) {
      try Program { try $0.weight("w", [2, 2]) }
    }
  }
}
