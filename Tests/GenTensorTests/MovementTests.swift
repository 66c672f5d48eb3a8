import Testing

@testable import GenTensor

@Suite struct MovementTests {
  @Test func `transposing, slicing, splitting and joining put every number in its place`() throws {
    let x = try numbers([3, 4, 5])
    let v = x.floats
    func at(_ i: Int, _ j: Int, _ k: Int) -> Float { v[(i * 4 + j) * 5 + k] }
    let turned = try evaluate([x]) { $1[0].transposed(2, 0, 1) }
    #expect(turned.shape == [5, 3, 4])
    expectClose(
      turned.floats,
      (0..<5).flatMap { k in (0..<3).flatMap { i in (0..<4).map { at(i, $0, k) } } }, tolerance: 0)
    let box = try evaluate([x]) { $1[0][1..<3, 0..<2] }
    expectClose(
      box.floats,
      (1..<3).flatMap { i in (0..<2).flatMap { j in (0..<5).map { at(i, j, $0) } } }, tolerance: 0)
    let every = try evaluate([x]) { $1[0].slice(1..<5, alongAxis: -1, by: 2) }
    expectClose(
      every.floats,
      (0..<3).flatMap { i in (0..<4).flatMap { j in [1, 3].map { at(i, j, $0) } } }, tolerance: 0)
    let backwards = try evaluate([x]) { $1[0].reversed(alongAxis: 1) }
    expectClose(
      backwards.floats,
      (0..<3).flatMap { i in (0..<4).flatMap { j in (0..<5).map { at(i, 3 - j, $0) } } },
      tolerance: 0)
    let again = try evaluate([x]) { graph, t in
      let parts = t[0].split(alongAxis: 2, lengths: [1, 3, 1])
      return graph.concatenated(parts, alongAxis: 2)
    }
    expectClose(again.floats, v, tolerance: 0)
    let framed = try evaluate([x]) {
      $1[0].padded(before: [0, 1, 0], after: [1, 0, 2])[0..<3, 1..<5, 0..<5]
    }
    expectClose(framed.floats, v, tolerance: 0)
  }

  @Test func `movements have gradients`() throws {
    let (x, y) = (try numbers([2, 3, 4]), try numbers([2, 3, 2], seed: 2))
    try expectGradients([x]) { $1[0].transposed(1, 2, 0).reshaped(to: [4, -1]) }
    try expectGradients([x]) { $1[0].slice(0..<4, alongAxis: 2, by: 3) }
    try expectGradients([x]) { $1[0].reversed(alongAxis: 0) }
    try expectGradients([x, y]) { $1[0].concatenated(with: $1[1], alongAxis: -1) }
    try expectGradients([x]) { $1[0].split(alongAxis: 1, lengths: [1, 2])[1] }
    try expectGradients([x]) { $1[0].padded(before: [1, 0, 2], after: [0, 1, 0]) }
    try expectGradients([y]) { $1[0].reshaped(to: [2, 3, 1, 2]).expanded(to: [2, 3, 4, 2]) }
  }

  @Test func `pictures are shuffled, doubled, pooled and framed`() throws {
    let x = try numbers([2, 3, 2, 8])
    let v = x.floats
    let shuffled = try evaluate([x]) { $1[0].pixelShuffled(by: 2) }
    #expect(shuffled.shape == [2, 6, 4, 2])
    var expected: [Float] = []
    for item in 0..<2 {
      for row in 0..<6 {
        for column in 0..<4 {
          for channel in 0..<2 {
            let source = channel * 4 + row % 2 * 2 + column % 2
            expected.append(v[((item * 3 + row / 2) * 2 + column / 2) * 8 + source])
          }
        }
      }
    }
    expectClose(shuffled.floats, expected, tolerance: 0)
    let back = try evaluate([x]) { $1[0].pixelShuffled(by: 2).pixelUnshuffled(by: 2) }
    expectClose(back.floats, v, tolerance: 0)
    let pooled = try evaluate([x]) { $1[0].upsampledNearest2().averagePooled2() }
    expectClose(pooled.floats, v)
    let same = try evaluate([x]) { $1[0].resizedNearest(height: 6, width: 4) }
    let doubled = try evaluate([x]) { $1[0].upsampledNearest2() }
    expectClose(same.floats, doubled.floats, tolerance: 0)
    let framed = try evaluate([x]) {
      $1[0].edgePadded(top: 1, bottom: 0, left: 0, right: 2)
    }
    #expect(framed.shape == [2, 4, 4, 8])
    expectClose(Array(framed.floats[..<8]), Array(v[..<8]), tolerance: 0)
  }

  @Test func `operations on pictures have gradients`() throws {
    let x = try numbers([1, 4, 2, 4])
    try expectGradients([x]) { $1[0].pixelShuffled(by: 2) }
    try expectGradients([x]) { $1[0].pixelUnshuffled(by: 2) }
    try expectGradients([x]) { $1[0].upsampledNearest2() }
    try expectGradients([x]) { $1[0].averagePooled2() }
    try expectGradients([x]) { $1[0].resized(height: 7, width: 3) }
  }

  @Test func `rows are gathered by number, and their gradients are added up`() throws {
    let table = try numbers([6, 3])
    let indices = try NDArray([5, 0, 5, 2] as [Int32], shape: [2, 2])
    let found = try evaluate([table, indices]) { $1[0].gathered(at: $1[1]) }
    #expect(found.shape == [2, 2, 3])
    expectClose(
      found.floats, [5, 0, 5, 2].flatMap { Array(table.floats[$0 * 3..<$0 * 3 + 3]) },
      tolerance: 0)
    try expectGradients([table, indices], of: 1) { $1[0].gathered(at: $1[1]) }
    #expect(throws: TensorError.self) {
      try evaluate([table, NDArray([6] as [Int32])]) { $1[0].gathered(at: $1[1]) }
    }
  }

  @Test func `boxes outside their tensor are an error`() throws {
    let x = try numbers([2, 3])
    #expect(throws: TensorError.self) { try evaluate([x]) { $1[0][0..<3] } }
    #expect(throws: TensorError.self) { try evaluate([x]) { $1[0].reshaped(to: [4, -1]) } }
    #expect(throws: TensorError.self) { try evaluate([x]) { $1[0].transposed(0, 0) } }
    #expect(throws: TensorError.self) {
      try evaluate([x]) { $1[0].split(alongAxis: 1, lengths: [1, 1])[0] }
    }
  }
}
