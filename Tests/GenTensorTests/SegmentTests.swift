import Foundation
import Testing

@testable import GenTensor

@Suite struct SegmentTests {
  private let lengths = [3, 1, 17, 5]

  /// Softmax of each segment of each row, in double precision.
  private func plain(_ x: NDArray, scale: Double) -> [Float] {
    let values = x.floats.map(Double.init)
    var result: [Float] = []
    for row in 0..<x.shape[0] {
      var start = row * lengths.reduce(0, +)
      for length in lengths {
        let powers = values[start..<start + length].map { exp(scale * $0) }
        let sum = powers.reduce(0, +)
        result += powers.map { Float($0 / sum) }
        start += length
      }
    }
    return result
  }

  @Test func `softmax of segments is that of each`() throws {
    let x = try numbers([4, 26], in: -3...3)
    let found = try evaluate([x]) { $1[0].softmax(ofSegments: lengths, scale: 0.7) }
    expectClose(found.floats, plain(x, scale: 0.7))
    let logarithms = try evaluate([x]) { $1[0].logSoftmax(ofSegments: lengths) }
    expectClose(logarithms.floats, plain(x, scale: 1).map { logf($0) })
    try expectGradients([x]) { $1[0].softmax(ofSegments: lengths, scale: 0.7) }
    try expectGradients([x]) { $1[0].logSoftmax(ofSegments: lengths) }
  }

  @Test func `places of maxima count within segments, and become rows of zeros and ones`() throws {
    let x = try NDArray([1, 3, 3, 9, 0, -2, -1] as [Float], shape: [1, 7])
    let places = try evaluate([x]) { $1[0].argumentsOfMaxima(ofSegments: [3, 1, 3]) }
    #expect(try places.elements(as: Int32.self) == [1, 0, 0])
    #expect(places.shape == [1, 3])
    let given = try NDArray([2, -1, 0, 1] as [Int32], shape: [2, 2])
    let rows = try evaluate([given]) { $1[0].oneHot(ofSegments: [3, 2]) }
    #expect(rows.floats == [0, 0, 1, 0, 0, 1, 0, 0, 0, 1])
  }

  @Test func `places are drawn as often as the softmax says, and others by another seed`() throws {
    let count = 20_000
    let row: [Float] = [0, 1, -1, 5, 0.5, 0.5]
    let x = try NDArray((0..<count).flatMap { _ in row }, shape: [count, 6])
    let program = try Program(WeightSource()) { graph in
      let (x, seed) = (graph.input("x", [count, 6]), graph.input("seed", [], .i64))
      return [
        "places": x.drawn(ofSegments: [3, 1, 2], seed: seed),
        "others": x.drawn(ofSegments: [3, 1, 2], seed: seed),
      ]
    }
    func drawn(_ seed: Int64) throws -> [String: [Int32]] {
      try program.outputs(["x": x, "seed": NDArray(scalar: seed)])
        .mapValues { try $0.elements(as: Int32.self) }
    }
    let found = try drawn(1)
    #expect(try drawn(1) == found)
    #expect(try drawn(2) != found)
    #expect(found["places"] != found["others"])
    let places = try #require(found["places"])
    let shares = (0..<3).map { place in
      Float((0..<count).count { places[$0 * 3] == place }) / Float(count)
    }
    expectClose(shares, [0.244_728_5, 0.665_240_9, 0.090_030_6], tolerance: 0.015)
    #expect((0..<count).allSatisfy { places[$0 * 3 + 1] == 0 })
    let halves = (0..<count).count { places[$0 * 3 + 2] == 1 }
    #expect(abs(Float(halves) / Float(count) - 0.5) < 0.015)
  }

  @Test func `segments that do not fit are an error`() throws {
    let x = try numbers([2, 5])
    for lengths in [[2, 2], [5, 0], []] {
      #expect(throws: TensorError.self) {
        try evaluate([x]) { $1[0].softmax(ofSegments: lengths) }
      }
    }
    #expect(throws: TensorError.self) {
      try evaluate([x]) { $1[0].drawn(ofSegments: [5], seed: $1[0]) }
    }
    let beyond = try NDArray([3] as [Int32], shape: [1, 1])
    #expect(throws: TensorError.self) {
      try evaluate([beyond]) { $1[0].oneHot(ofSegments: [3]) }
    }
  }
}
