import CGenKernels
import Foundation
import Testing

private typealias Function = @Sendable (Double) -> Double
private func sigmoid(_ x: Double) -> Double { 1 / (1 + exp(-x)) }
private func softplus(_ x: Double) -> Double { max(x, 0) + log1p(exp(-abs(x))) }
private func geluTanh(_ x: Double) -> Double {
  x * sigmoid(2 * (2 / Double.pi).squareRoot() * (x + 0.044715 * x * x * x))
}

private let unary: [(CGenOp, ClosedRange<Float>, Function)] = [
  (.copy, -9...9, { $0 }), (.negate, -9...9, { -$0 }), (.exp, -80...80, { exp($0) }),
  (.log, 1e-30...50, { log($0) }), (.sqrt, 0...99, { $0.squareRoot() }),
  (.rsqrt, 0.01...99, { 1 / $0.squareRoot() }), (.reciprocal, 0.01...9, { 1 / $0 }),
  (.sin, -500...500, { sin($0) }), (.cos, -500...500, { cos($0) }), (.tanh, -12...12, { tanh($0) }),
  (.sigmoid, -30...30, { sigmoid($0) }), (.silu, -30...30, { $0 * sigmoid($0) }),
  (.geluTanh, -5...8, { geluTanh($0) }),
  (.geluErf, -5...8, { 0.5 * $0 * erfc(-$0 / 2.0.squareRoot()) }),
  (.relu, -9...9, { max($0, 0) }), (.abs, -9...9, { abs($0) }), (.square, -9...9, { $0 * $0 }),
  (.erf, -5...5, { erf($0) }), (.floor, -9...9, { $0.rounded(.down) }),
  (.ceil, -9...9, { $0.rounded(.up) }), (.round, -9...9, { $0.rounded(.toNearestOrEven) }),
  (.sign, -9...9, { $0 == 0 ? 0 : $0 < 0 ? -1 : 1 }), (.softplus, -30...30, { softplus($0) }),
  (.mish, -10...10, { $0 * tanh(softplus($0)) }), (.not, -9...9, { $0 == 0 ? 1 : 0 }),
]

/// Where a function is an exponential of a rounded square or cube, which costs accuracy in proportion to its size.
private func isTail(_ op: CGenOp, _ x: Float) -> Bool {
  (op == .geluTanh || op == .geluErf) && x < -1
}

/// Runs the tests of instruction sets one after the other, because the choice belongs to the process.
@Suite(.serialized) struct InstructionSetTests {
  @Test(arguments: [CGenIsa.portable, .avx2, .avx512, .avx512Bf16, .amx])
  func `unary functions are within a few units in the last place`(isa: CGenIsa) {
    guard isa.rawValue <= cgen_machine_isa().rawValue else { return }
    check(cgen_set_isa(isa))
    defer { _ = cgen_set_isa(cgen_machine_isa()) }
    var numbers = Numbers(20)
    let shape: [Int64] = [1037]
    for (op, range, function) in unary {
      let x = Buffer(numbers.floats(1037, in: range)), y = Buffer(zeros: 1037)
      check(cgen_unary(op, 1, shape, x.view, y.view))
      for (input, output) in zip(x.values, y.values) {
        let expected = function(Double(input))
        let unit = max(Double(abs(Float(expected)).ulp), 1e-37)
        let slack = isTail(op, input) ? 48.0 : 5.0
        if abs(Double(output) - expected) > slack * unit {
          Issue.record("\(op.rawValue) of \(input) is \(output), not \(expected)")
          break
        }
      }
    }
  }

  @Test func `every instruction set gives nearly the same attention and norm`() {
    var numbers = Numbers(21)
    let x = Buffer(numbers.floats(2 * 50 * 64)), first = Buffer(zeros: x.count)
    var spec = CGenAttentionSpec()
    (spec.batch, spec.heads, spec.headSize) = (2, 2, 32)
    (spec.queryTokens, spec.keyTokens) = (50, 50)
    var norm = CGenNormSpec()
    (norm.batch, norm.tokens, norm.channels, norm.epsilon) = (2, 50, 64, 1e-5)
    norm.appliesSilu = true
    defer { _ = cgen_set_isa(cgen_machine_isa()) }
    for isa in (0...cgen_machine_isa().rawValue).compactMap(CGenIsa.init) {
      check(cgen_set_isa(isa))
      let out = isa == .portable ? first : Buffer(zeros: x.count)
      check(
        cgen_attention_forward(&spec, x.pointer, x.pointer, x.pointer, nil, out.pointer, nil))
      check(
        cgen_norm_forward(&norm, out.pointer, nil, nil, nil, nil, out.pointer, nil, nil))
      expectClose(out.values, first.values.doubles, tolerance: 1e-5, "isa \(isa.rawValue)")
    }
  }

  @Test func `results do not depend on the thread count`() {
    var numbers = Numbers(22)
    let count = 200_000
    let x = Buffer(numbers.floats(count))
    let before = cgen_thread_count()
    defer { check(cgen_set_thread_count(before)) }
    var sums = [[Float]]()
    for threads in [1, 2, 3] {
      check(cgen_set_thread_count(Int32(threads)))
      let (sum, noise) = (Buffer(zeros: 100), Buffer(zeros: 5000))
      let shape: [Int64] = [2000, 100]
      check(cgen_reduce(.sum, 2, shape, 1, x.pointer, .float32, sum.pointer, .float32, false))
      check(cgen_random_normal(1, 2, 3, noise.pointer, .float32, 5000, 0, 1))
      sums.append(sum.values + noise.values)
    }
    #expect(sums[0] == sums[1] && sums[0] == sums[2])
    expectRefusal(cgen_set_thread_count(0), "1...1024")
  }
}

@Test func `special values pass through as mathematics wants`() {
  let inputs: [Float] = [.infinity, -.infinity, .nan, 0, -1]
  func results(_ op: CGenOp) -> [Float] {
    let y = Buffer(zeros: inputs.count)
    check(cgen_unary(op, 1, [Int64(inputs.count)], Buffer(inputs).view, y.view))
    return y.values
  }
  let exponentials = results(.exp)
  #expect(exponentials[0] == .infinity && exponentials[1] == 0 && exponentials[2].isNaN)
  let logarithms = results(.log)
  #expect(logarithms[0] == .infinity && logarithms[3] == -.infinity && logarithms[4].isNaN)
  #expect(results(.tanh)[0] == 1 && results(.sigmoid)[1] == 0 && results(.relu)[4] == 0)
}

private let binary: [(CGenOp, @Sendable (Double, Double) -> Double)] = [
  (.add, { $0 + $1 }), (.subtract, { $0 - $1 }), (.multiply, { $0 * $1 }), (.divide, { $0 / $1 }),
  (.maximum, { max($0, $1) }), (.minimum, { min($0, $1) }), (.less, { $0 < $1 ? 1 : 0 }),
  (.lessEqual, { $0 <= $1 ? 1 : 0 }), (.greater, { $0 > $1 ? 1 : 0 }),
  (.greaterEqual, { $0 >= $1 ? 1 : 0 }), (.equal, { $0 == $1 ? 1 : 0 }),
  (.notEqual, { $0 != $1 ? 1 : 0 }), (.power, { pow(abs($0), $1) }),
  (.reluGradient, { $0 > 0 ? $1 : 0 }), (.pRelu, { $0 > 0 ? $0 : $0 * $1 }),
  (.siluGradient, { $1 * sigmoid($0) * (1 + $0 * (1 - sigmoid($0))) }),
  (.geluTanhGradient, { $1 * (geluTanh($0 + 1e-6) - geluTanh($0 - 1e-6)) / 2e-6 }),
  (
    .geluErfGradient,
    {
      $1
        * (0.5 * erfc(-$0 / 2.0.squareRoot()) + $0 * exp(-$0 * $0 / 2)
          / (2 * Double.pi).squareRoot())
    }
  ),
  (.tanhGradient, { $1 * (1 - $0 * $0) }), (.sigmoidGradient, { $1 * $0 * (1 - $0) }),
]

@Test(arguments: storageTypes)
func `binary functions broadcast over every kind of stride`(type: CGenType) {
  var numbers = Numbers(23)
  let shapes: [([Int64], [Int64])] = [
    ([7, 5, 33], [0, 0, 1]), ([7, 5, 33], [33, 0, 1]), ([4, 600], [1, 0]), ([4, 600], [0, 1]),
    ([3, 11, 2], [1, 3, 33]), ([1000], [0]), ([2, 3], [3, 1]),
  ]
  for (op, function) in binary {
    for (shape, strides) in shapes {
      let count = Int(shape.reduce(1, *))
      let span = zip(shape, strides).reduce(1) { $0 + Int(($1.0 - 1) * $1.1) }
      var values = numbers.floats(count)
      if op == .power { values = values.map { abs($0) } }
      let a = Buffer(values, type), b = Buffer(numbers.floats(span, in: 0.1...2), type)
      let out = Buffer(zeros: count, type)
      strides.withUnsafeBufferPointer { strides in
        let view = CGenView(data: b.pointer, strides: strides.baseAddress, type: type)
        check(cgen_binary(op, Int32(shape.count), shape, a.view, view, out.view))
      }
      let (left, right) = (a.values, b.values)
      let expected = (0..<count).map { index -> Double in
        var (rest, place) = (index, 0)
        for axis in shape.indices.reversed() {
          place += rest % Int(shape[axis]) * Int(strides[axis])
          rest /= Int(shape[axis])
        }
        return function(Double(left[index]), Double(right[place]))
      }
      expectClose(out.values, expected, tolerance: tolerance(type, 2e-6), "\(op.rawValue) \(shape)")
    }
  }
}

@Test func `a chain runs in one pass, in place and into several outputs`() {
  var numbers = Numbers(24)
  let count = 3001
  let a = Buffer(numbers.floats(count)), b = Buffer(numbers.floats(count))
  let second = Buffer(zeros: count, .bfloat16)
  let (x, y) = (a.values.doubles, b.values.doubles)
  let steps = [
    CGenStep(op: .multiplyAdd, a: 0, b: 1, c: 1, immediate: 0),
    CGenStep(op: .sigmoid, a: 2, b: 0, c: 0, immediate: 0),
    CGenStep(op: .select, a: 4, b: 2, c: 0, immediate: 0),
  ]
  let order = [
    steps[0], steps[1], CGenStep(op: .addConstant, a: 0, b: 0, c: 0, immediate: 0), steps[2],
    CGenStep(op: .multiplyConstant, a: 5, b: 0, c: 0, immediate: 3),
  ]
  check(
    cgen_fused(
      1, [Int64(count)], 2, [a.view, b.view], 5, order, 2, [a.view, second.view], [6, 3]))
  let products = zip(x, y).map { $0 * $1 + $1 }
  expectClose(second.values, products.map(sigmoid), tolerance: 1e-2)
  expectClose(a.values, zip(x, products).map { 3 * ($0 != 0 ? $1 : $0) }, tolerance: 1e-6)
}

@Test func `casts round to nearest even and come back`() {
  var numbers = Numbers(25)
  let values = numbers.floats(500) + [.infinity, 65504, 1e-7, 0]
  let count = Int64(values.count)
  let input = Buffer(values), low = Buffer(zeros: values.count, .bfloat16)
  check(cgen_cast(input.pointer, .float32, low.pointer, .bfloat16, count))
  #expect(low.values == Buffer(values, .bfloat16).values)
  let half = Buffer(zeros: values.count), back = Buffer(zeros: values.count)
  check(cgen_cast(input.pointer, .float32, half.pointer, .float16, count))
  check(cgen_cast(half.pointer, .float16, back.pointer, .float32, count))
  #expect(
    zip(back.values, values).allSatisfy { $0 == $1 || abs($0 - $1) <= max(abs($1) / 2048, 3e-8) })
}

@Test func `impossible elementwise calls are refused with a reason`() {
  let buffer = Buffer(zeros: 8)
  let view = buffer.view
  expectRefusal(cgen_unary(.add, 1, [4], view, view), "operands")
  expectRefusal(cgen_unary(.exp, 9, [Int64](repeating: 1, count: 9), view, view), "rank")
  expectRefusal(cgen_unary(.exp, 1, [-4], view, view), "negative")
  expectRefusal(cgen_unary(.exp, 1, [4], CGenView(), view), "no data")
  let half = CGenView(data: buffer.pointer, strides: nil, type: .float16)
  expectRefusal(cgen_unary(.exp, 1, [4], half, view), "f32 or bf16")
  [Int64(0)].withUnsafeBufferPointer { zero in
    let repeated = CGenView(data: buffer.pointer, strides: zero.baseAddress, type: .float32)
    expectRefusal(cgen_unary(.exp, 1, [4], view, repeated), "repeats")
  }
  let step = CGenStep(op: .exp, a: 3, b: 0, c: 0, immediate: 0)
  expectRefusal(cgen_fused(1, [4], 1, [view], 1, [step], 1, [view], [1]), "value 3")
  check(cgen_unary(.exp, 2, [0, 4], CGenView(), CGenView()))
}
