import Testing

@testable import GenTensor

@Suite struct ReductionTests {
  /// What `combine` makes of the numbers that share a place once `axes` are gone.
  private func plain(
    _ x: NDArray, _ axes: [Int], _ combine: ([Double]) -> Double
  ) -> [Float] {
    let kept = x.shape.indices.map { axes.contains($0) ? 1 : x.shape[$0] }
    let target = Shape(kept)
    var groups = [[Double]](repeating: [], count: target.elementCount)
    for (index, value) in x.floats.enumerated() {
      var place = 0
      for axis in x.shape.indices where !axes.contains(axis) {
        place += index / x.shape.strides[axis] % x.shape[axis] * target.strides[axis]
      }
      groups[place].append(Double(value))
    }
    return groups.map { Float(combine($0)) }
  }

  @Test(arguments: [[0], [1], [2], [0, 1], [1, 2], [0, 2], [0, 1, 2]])
  func `reductions along axes equal the plain ones`(_ axes: [Int]) throws {
    // No two numbers are nearer than 0.007: a difference never changes which one is the largest.
    let values = (0..<270).map { (place: Int) in Float(place * 101 % 270) / 135 - 1 }
    let x = try NDArray(values, shape: [3, 5, 18])
    func check(_ combine: ([Double]) -> Double, _ body: (Tensor) -> Tensor) throws {
      let found = try evaluate([x]) { body($1[0]) }
      expectClose(found.floats, plain(x, axes, combine))
      try expectGradients([x], step: 1e-3) { body($1[0]) }
    }
    try check({ $0.reduce(0, +) }) { $0.sum(alongAxes: axes) }
    try check({ $0.reduce(0, +) / Double($0.count) }) { $0.mean(alongAxes: axes) }
    try check({ $0.max() ?? 0 }) { $0.maximum(alongAxes: axes) }
    try check({ $0.min() ?? 0 }) { $0.minimum(alongAxes: axes) }
    try check({ $0.reduce(0) { $0 + $1 * $1 } }) { $0.sumOfSquares(alongAxes: axes) }
  }

  @Test func `the place of the largest number is the first of equals`() throws {
    let x = try NDArray([1, 3, 3, -1, 0, -2] as [Float], shape: [2, 3])
    let found = try evaluate([x]) { $1[0].argumentOfMaximum() }
    #expect(try found.elements(as: Int32.self) == [1, 1])
  }

  @Test func `an axis that is not there is an error`() throws {
    #expect(throws: TensorError.self) {
      try evaluate([try numbers([2, 3])]) { $1[0].sum(alongAxes: [2]) }
    }
  }
}
