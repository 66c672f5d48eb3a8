import Foundation
import Testing

@testable import GenTensor

@Suite struct NormalizationTests {
  /// One row of a norm in double precision.
  private func plainRow(_ row: ArraySlice<Float>, centers: Bool, epsilon: Double) -> [Double] {
    let values = row.map(Double.init)
    let mean = centers ? values.reduce(0, +) / Double(values.count) : 0
    let variance = values.reduce(0) { $0 + ($1 - mean) * ($1 - mean) } / Double(values.count)
    return values.map { ($0 - mean) / (variance + epsilon).squareRoot() }
  }

  @Test(arguments: [true, false])
  func `norms over channels equal the plain ones`(_ centers: Bool) throws {
    let x = try numbers([2, 5, 13], in: -2...3)
    let (weight, bias) = (try numbers([13], seed: 2), try numbers([13], seed: 3))
    let (scale, shift) = (try numbers([2, 13], seed: 4), try numbers([2, 13], seed: 5))
    let found = try evaluate([x, weight, bias, scale, shift]) { _, t in
      centers
        ? t[0].layerNormalized(
          weight: t[1], bias: t[2], scale: t[3], shift: t[4], activation: .silu)
        : t[0].rmsNormalized(weight: t[1], scale: t[3], shift: t[4], activation: .silu)
    }
    var expected: [Float] = []
    for row in 0..<10 {
      let normal = plainRow(
        x.floats[row * 13..<(row + 1) * 13], centers: centers, epsilon: centers ? 1e-5 : 1e-6)
      for channel in 0..<13 {
        let affine =
          normal[channel] * Double(weight.floats[channel])
          + (centers ? Double(bias.floats[channel]) : 0)
        let place = row / 5 * 13 + channel
        let moved = affine * (1 + Double(scale.floats[place])) + Double(shift.floats[place])
        expected.append(Float(moved / (1 + Foundation.exp(-moved))))
      }
    }
    expectClose(found.floats, expected)
  }

  @Test func `group norm equals the plain one`() throws {
    let x = try numbers([2, 3, 4, 6], in: -2...3)
    let found = try evaluate([x]) { $1[0].groupNormalized(groupCount: 3) }
    for item in 0..<2 {
      for group in 0..<3 {
        let places = (0..<12).flatMap { pixel in
          (0..<2).map { (item * 12 + pixel) * 6 + group * 2 + $0 }
        }
        let normal = plainRow(
          ArraySlice(places.map { x.floats[$0] }), centers: true, epsilon: 1e-5)
        expectClose(places.map { found.floats[$0] }, normal.map(Float.init))
      }
    }
  }

  @Test func `gradients of norms equal central differences`() throws {
    let x = try numbers([2, 3, 6], in: -2...2)
    let (weight, scale) = (try numbers([6], seed: 2), try numbers([2, 6], seed: 4))
    let shift = try numbers([2, 6], seed: 5)
    try expectGradients([x, weight, scale, shift], tolerance: 2e-2) { _, t in
      t[0].rmsNormalized(weight: t[1], scale: t[2], shift: t[3], activation: .silu)
    }
    try expectGradients([x, weight, scale, shift], tolerance: 2e-2) { _, t in
      t[0].layerNormalized(weight: t[1], scale: t[2], shift: t[3])
    }
    try expectGradients([x, weight, weight], tolerance: 2e-2) { _, t in
      t[0].groupNormalized(groupCount: 2, weight: t[1], bias: t[2], activation: .silu)
    }
  }

  @Test func `one modulation serves several items of the batch`() throws {
    let x = try numbers([6, 4, 5])
    let scale = try numbers([2, 5], seed: 2)
    let joined = try evaluate([x, scale]) { $1[0].rmsNormalized(scale: $1[1]) }
    let folded = try evaluate([x.reshaped(to: [2, 12, 5]), scale]) {
      $1[0].rmsNormalized(scale: $1[1])
    }
    #expect(joined.floats == folded.floats)
  }

  @Test func `softmax equals the plain one and has its gradient`() throws {
    let x = try numbers([3, 7], in: -4...4)
    let found = try evaluate([x]) { $1[0].softmax(scale: 0.7) }
    for row in 0..<3 {
      let powers = x.floats[row * 7..<(row + 1) * 7].map { Foundation.exp(Double($0) * 0.7) }
      let sum = powers.reduce(0, +)
      expectClose(Array(found.floats[row * 7..<(row + 1) * 7]), powers.map { Float($0 / sum) })
    }
    try expectGradients([x]) { $1[0].softmax(scale: 0.7) }
  }

  @Test func `cross entropy equals the plain one and has its gradient`() throws {
    let logits = try numbers([4, 5], in: -2...2)
    let targets = NDArray([3, 0, -1, 4] as [Int32])
    let found = try evaluate([logits, targets]) { $1[0].crossEntropy(targets: $1[1]) }
    let expected = zip(0..<4, [3, 0, -1, 4]).map { row, target -> Float in
      guard target >= 0 else { return 0 }
      let powers = logits.floats[row * 5..<row * 5 + 5].map { Foundation.exp(Double($0)) }
      return Float(-Foundation.log(powers[target] / powers.reduce(0, +)))
    }
    expectClose(found.floats, expected)
    try expectGradients([logits, targets], of: 1) { $1[0].crossEntropy(targets: $1[1]) }
    #expect(throws: TensorError.self) {
      try evaluate([logits, NDArray([3, 0, 1, 5] as [Int32])]) {
        $1[0].crossEntropy(targets: $1[1])
      }
    }
  }
}
