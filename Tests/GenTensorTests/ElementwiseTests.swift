import Foundation
import Testing

@testable import GenTensor

@Suite struct ElementwiseTests {
  struct Function: Sendable, CustomTestStringConvertible {
    let testDescription: String
    let range: ClosedRange<Float>
    let plain: @Sendable (Double) -> Double
    let body: @Sendable (Tensor) -> Tensor

    init(
      _ name: String, _ range: ClosedRange<Float>,
      _ plain: @escaping @Sendable (Double) -> Double,
      _ body: @escaping @Sendable (Tensor) -> Tensor
    ) {
      (testDescription, self.range, self.plain, self.body) = (name, range, plain, body)
    }
  }

  static let smooth: [Function] = [
    Function("negate", -2...2, { -$0 }) { -$0 },
    Function("exp", -2...2, { Foundation.exp($0) }) { $0.exp() },
    Function("log", 0.2...3, { Foundation.log($0) }) { $0.log() },
    Function("sqrt", 0.2...3, { $0.squareRoot() }) { $0.squareRoot() },
    Function("rsqrt", 0.2...3, { 1 / $0.squareRoot() }) { $0.reciprocalSquareRoot() },
    Function("reciprocal", 0.5...3, { 1 / $0 }) { $0.reciprocal() },
    Function("sin", -2...2, { Foundation.sin($0) }) { $0.sin() },
    Function("cos", -2...2, { Foundation.cos($0) }) { $0.cos() },
    Function("tanh", -2...2, { Foundation.tanh($0) }) { $0.tanh() },
    Function("sigmoid", -2...2, { 1 / (1 + Foundation.exp(-$0)) }) { $0.sigmoid() },
    Function("silu", -2...2, { $0 / (1 + Foundation.exp(-$0)) }) { $0.silu() },
    Function(
      "gelu", -2...2,
      {
        0.5 * $0
          * (1 + Foundation.tanh((2 / Double.pi).squareRoot() * ($0 + 0.044715 * $0 * $0 * $0)))
      }
    ) { $0.gelu() },
    Function("exact gelu", -2...2, { 0.5 * $0 * (1 + Foundation.erf($0 / 2.0.squareRoot())) }) {
      $0.exactGelu()
    },
    Function("square", -2...2, { $0 * $0 }) { $0.squared() },
    Function("erf", -2...2, { Foundation.erf($0) }) { $0.errorFunction() },
    Function("softplus", -2...2, { Foundation.log(1 + Foundation.exp($0)) }) { $0.softplus() },
    Function("mish", -2...2, { $0 * Foundation.tanh(Foundation.log(1 + Foundation.exp($0))) }) {
      $0.mish()
    },
    Function("affine", -2...2, { $0 * 3 - 2 }) { $0 * 3 - 2 },
    Function("power", 0.3...2, { Foundation.pow($0, 1.7) }) { $0.raised(to: 1.7) },
    Function("divided", 0.5...2, { 2 / $0 }) { 2 / $0 },
    Function("subtracted", -2...2, { 2 - $0 }) { 2 - $0 },
  ]

  /// Functions with a bend or a jump at 0 or ±1: their differences are taken elsewhere.
  static let bent: [Function] = [
    Function("relu", 0.1...2, { max($0, 0) }) { $0.relu() },
    Function("negative relu", -2...(-0.1), { max($0, 0) }) { $0.relu() },
    Function("leaky relu", -2...(-0.1), { $0 * 0.2 }) { $0.leakyRelu(slope: 0.2) },
    Function("absolute", -2...(-0.1), { abs($0) }) { $0.absolute() },
    Function("sign", 0.1...2, { _ in 1 }) { $0.sign() },
    Function("clamped", -0.9...0.9, { $0 }) { $0.clamped(to: -1...1) },
    Function("clamped away", 1.1...2, { _ in 1 }) { $0.clamped(to: -1...1) },
    Function("rounded down", 0.1...0.9, { $0.rounded(.down) }) { $0.roundedDown() },
    Function("rounded up", 0.1...0.9, { $0.rounded(.up) }) { $0.roundedUp() },
    Function("rounded", 0.6...0.9, { $0.rounded() }) { $0.rounded() },
  ]

  @Test(arguments: smooth + bent)
  func `a function of one number equals the plain one`(_ function: Function) throws {
    for shape in [[1], [7], [3, 5], [2, 33, 17]] as [Shape] {
      let x = try numbers(shape, in: function.range)
      let found = try evaluate([x]) { function.body($1[0]) }
      expectClose(found.floats, x.floats.map { Float(function.plain(Double($0))) }, tolerance: 3e-6)
    }
  }

  @Test(arguments: smooth + bent)
  func `its gradient equals central differences`(_ function: Function) throws {
    try expectGradients([try numbers([3, 5], in: function.range)], step: 2e-3) {
      function.body($1[0])
    }
  }

  struct Pair: Sendable, CustomTestStringConvertible {
    let testDescription: String
    let plain: @Sendable (Float, Float) -> Float
    let body: @Sendable (Tensor, Tensor) -> Tensor
  }

  static let pairs: [Pair] = [
    Pair(testDescription: "+", plain: { $0 + $1 }, body: { $0 + $1 }),
    Pair(testDescription: "-", plain: { $0 - $1 }, body: { $0 - $1 }),
    Pair(testDescription: "*", plain: { $0 * $1 }, body: { $0 * $1 }),
    Pair(testDescription: "/", plain: { $0 / $1 }, body: { $0 / $1 }),
    Pair(testDescription: "maximum", plain: { max($0, $1) }, body: { $0.maximum($1) }),
    Pair(testDescription: "minimum", plain: { min($0, $1) }, body: { $0.minimum($1) }),
    Pair(testDescription: "power", plain: { pow($0, $1) }, body: { $0.raised(to: $1) }),
    Pair(
      testDescription: "prelu", plain: { $0 > 0 ? $0 : $0 * $1 },
      body: { $0.parametricRelu(slopes: $1) }),
  ]

  @Test(arguments: pairs)
  func `operands broadcast and gradients are summed back`(_ pair: Pair) throws {
    let shapes: [(Shape, Shape)] = [
      ([3, 4, 5], [3, 4, 5]), ([3, 4, 5], [5]), ([4, 1], [1, 5]), ([2, 3, 4, 5], [2, 1, 1, 5]),
      ([], [3]), ([2, 3, 4], [3, 1]),
    ]
    for (left, right) in shapes {
      let a = try numbers(left, seed: 3, in: 0.5...1.5)
      let b = try numbers(right, seed: 4, in: 1.6...2.5)
      let found = try evaluate([a, b]) { pair.body($1[0], $1[1]) }
      let shape = try #require(left.broadcast(with: right))
      #expect(found.shape == shape)
      let expected = (0..<shape.elementCount).map { index in
        pair.plain(
          a.floats[source(index, left, shape)], b.floats[source(index, right, shape)])
      }
      expectClose(found.floats, expected)
      try expectGradients([a, b], step: 2e-3) { pair.body($1[0], $1[1]) }
    }
  }

  private func source(_ index: Int, _ shape: Shape, _ target: Shape) -> Int {
    let strides = broadcastStrides(of: shape, as: target)
    return zip(target.indices, strides).reduce(0) { sum, pair in
      sum + (index / target.strides[pair.0]) % target[pair.0] * pair.1
    }
  }

  @Test func `comparisons choose between two tensors`() throws {
    let a = try numbers([4, 9])
    let b = try numbers([4, 9], seed: 2)
    let found = try evaluate([a, b]) { _, x in
      x[0].isLess(than: x[1]).selecting(x[0] * 2, otherwise: x[1] * 3)
    }
    expectClose(found.floats, zip(a.floats, b.floats).map { $0 < $1 ? $0 * 2 : $1 * 3 })
    try expectGradients([a, b], step: 1e-3) { _, x in
      x[0].isLess(than: x[1]).selecting(x[0] * 2, otherwise: x[1] * 3)
    }
  }

  @Test func `a long chain is one step and equals the plain numbers`() throws {
    let x = try numbers([5, 37])
    let program = try Program { graph in
      let input = graph.input("x", x.shape)
      return ((input * 2 + 1).silu() * input.sigmoid() - input.squared()).tanh()
    }
    #expect(program.executable.schedule.steps.count == 1)
    let expected = x.floats.map { x -> Float in
      let wide = x * 2 + 1
      let left = wide / (1 + Foundation.exp(-wide)) / (1 + Foundation.exp(-x))
      return Foundation.tanh(left - x * x)
    }
    expectClose(try program(x: x).floats, expected)
  }
}
