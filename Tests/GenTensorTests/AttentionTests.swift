import Foundation
import Testing

@testable import GenTensor

@Suite struct AttentionTests {
  /// Attention with the scores written out, in double precision.
  private func plain(
    _ query: NDArray, _ key: NDArray, _ value: NDArray, mask: [UInt8]?, isCausal: Bool
  ) -> [Float] {
    let (batch, tokens, heads, size) = (
      query.shape[0], query.shape[1], query.shape[2], query.shape[3]
    )
    let (keyTokens, keyHeads) = (key.shape[1], key.shape[2])
    let (q, k, v) = (query.floats, key.floats, value.floats)
    var result = [Float](repeating: 0, count: q.count)
    for item in 0..<batch {
      for token in 0..<tokens {
        for head in 0..<heads {
          let shared = head / (heads / keyHeads)
          let own = ((item * tokens + token) * heads + head) * size
          func place(_ other: Int) -> Int {
            ((item * keyTokens + other) * keyHeads + shared) * size
          }
          let seen = (0..<keyTokens).filter { other in
            (mask.map { $0[item * keyTokens + other] != 0 } ?? true)
              && (!isCausal || other <= token + keyTokens - tokens)
          }
          let scores = seen.map { other in
            (0..<size).reduce(0.0) { $0 + Double(q[own + $1]) * Double(k[place(other) + $1]) }
              / Double(size).squareRoot()
          }
          let powers = scores.map { Foundation.exp($0 - (scores.max() ?? 0)) }
          let sum = powers.reduce(0, +)
          for index in 0..<size {
            result[own + index] = Float(
              zip(seen, powers).reduce(0.0) { $0 + $1.1 / sum * Double(v[place($1.0) + index]) })
          }
        }
      }
    }
    return result
  }

  struct Case: Sendable {
    let tokens: Int
    let keyTokens: Int
    let heads: Int
    let keyHeads: Int
    let size: Int
    let hasMask: Bool
    let isCausal: Bool
  }

  static let cases = [
    Case(
      tokens: 5, keyTokens: 7, heads: 2, keyHeads: 2, size: 6, hasMask: false, isCausal: false),
    Case(tokens: 7, keyTokens: 7, heads: 4, keyHeads: 2, size: 8, hasMask: true, isCausal: false),
    Case(tokens: 6, keyTokens: 9, heads: 1, keyHeads: 1, size: 4, hasMask: false, isCausal: true),
  ]

  private func arrays(_ test: Case) throws -> [NDArray] {
    let key: Shape = [2, test.keyTokens, test.keyHeads, test.size]
    let mask = (0..<2 * test.keyTokens).map { UInt8($0 % 3 == 1 ? 0 : 1) }
    return [
      try numbers([2, test.tokens, test.heads, test.size]), try numbers(key, seed: 2),
      try numbers(key, seed: 3),
    ] + (test.hasMask ? [try NDArray(mask, shape: [2, test.keyTokens])] : [])
  }

  private func attend(_ test: Case, _ x: [Tensor]) -> Tensor {
    attention(x[0], x[1], x[2], mask: test.hasMask ? x[3] : nil, isCausal: test.isCausal)
  }

  @Test(arguments: cases)
  func `attention equals the plain one`(_ test: Case) throws {
    let arrays = try arrays(test)
    let found = try evaluate(arrays) { attend(test, $1) }
    let mask = test.hasMask ? try arrays[3].elements(as: UInt8.self) : nil
    expectClose(
      found.floats,
      plain(arrays[0], arrays[1], arrays[2], mask: mask, isCausal: test.isCausal))
  }

  @Test(arguments: cases)
  func `its gradients equal central differences`(_ test: Case) throws {
    try expectGradients(try arrays(test), of: 3) { attend(test, $1) }
  }

  @Test func `rotary positions turn pairs and have a gradient`() throws {
    let x = try numbers([2, 3, 2, 6])
    let angles = try numbers([3, 3], seed: 2, in: -3...3)
    let found = try evaluate([x, angles]) { _, t in
      t[0].rotated(by: RotaryAngles(cosines: t[1].cos(), sines: t[1].sin()))
    }
    var expected = x.floats
    for index in expected.indices {
      let (element, token) = (index % 6, index / 12 % 3)
      let angle = angles.floats[token * 3 + element % 3]
      let (cosine, sine) = (Foundation.cos(angle), Foundation.sin(angle))
      expected[index] =
        element < 3
        ? x.floats[index] * cosine - x.floats[index + 3] * sine
        : x.floats[index] * cosine + x.floats[index - 3] * sine
    }
    expectClose(found.floats, expected)
    try expectGradients([x, angles], of: 1) { _, t in
      t[0].rotated(by: RotaryAngles(cosines: t[1].cos(), sines: t[1].sin()))
    }
  }
}
