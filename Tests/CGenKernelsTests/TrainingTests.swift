import CGenKernels
import Foundation
import Testing

@Test(arguments: storageTypes)
func `reductions over any set of axes agree with sums`(type: CGenType) {
  var numbers = Numbers(40)
  let shape: [Int64] = [3, 5, 4, 33]
  let count = Int(shape.reduce(1, *))
  let input = Buffer(numbers.floats(count), type)
  let values = input.values.doubles
  for axes in 0..<UInt32(16) {
    let kept = shape.indices.filter { axes >> UInt32($0) & 1 == 0 }
    let size = kept.reduce(1) { $0 * Int(shape[$1]) }
    var groups = [[Double]](repeating: [], count: size)
    for index in 0..<count {
      var (rest, coordinates) = (index, [Int](repeating: 0, count: 4))
      for axis in shape.indices.reversed() {
        coordinates[axis] = rest % Int(shape[axis])
        rest /= Int(shape[axis])
      }
      groups[kept.reduce(0) { $0 * Int(shape[$1]) + coordinates[$1] }].append(values[index])
    }
    let kinds: [(CGenReduction, ([Double]) -> Double)] = [
      (.sum, { $0.reduce(0, +) }), (.mean, { $0.reduce(0, +) / Double($0.count) }),
      (.maximum, { $0.max() ?? .nan }), (.minimum, { $0.min() ?? .nan }),
      (.sumOfSquares, { $0.reduce(0) { $0 + $1 * $1 } }),
    ]
    for (kind, function) in kinds {
      let out = Buffer(zeros: size, type)
      check(cgen_reduce(kind, 4, shape, axes, input.pointer, type, out.pointer, type, false))
      expectClose(
        out.values, groups.map(function), tolerance: tolerance(type), "\(kind.rawValue) \(axes)")
    }
  }
  let long = Buffer(numbers.floats(300_000)), sum = Buffer([5])
  check(cgen_reduce(.sum, 1, [300_000], 1, long.pointer, .float32, sum.pointer, .float32, true))
  expectClose(sum.values, [5 + long.values.doubles.reduce(0, +)], tolerance: 1e-4)
}

@Test func `impossible reductions are refused with a reason`() {
  let buffer = Buffer(zeros: 4)
  let p = buffer.pointer
  expectRefusal(cgen_reduce(.sum, 1, [4], 2, p, .float32, p, .float32, false), "beyond the rank")
  expectRefusal(cgen_reduce(.maximum, 2, [4, 0], 2, p, .float32, p, .float32, false), "nothing")
  expectRefusal(
    cgen_topk(p, .float32, 1, 4, 5, nil, p.assumingMemoryBound(to: Int32.self)), "5 of 4")
}

@Test func `the largest elements come in falling order and running sums add up`() {
  let input = Buffer([1, 7, 7, -2, 3, 0, 0, 5]), values = Buffer(zeros: 6)
  var places = [Int32](repeating: -1, count: 6)
  check(cgen_topk(input.pointer, .float32, 2, 4, 3, values.floats, &places))
  #expect(places == [1, 2, 0, 3, 0, 1] && values.values == [7, 7, 1, 5, 3, 0])
  check(cgen_argmax(input.pointer, .float32, 2, 4, &places))
  #expect(places[0] == 1 && places[1] == 3)
  let sums = Buffer(zeros: 8)
  check(cgen_cumulative_sum(input.pointer, sums.pointer, .float32, 1, 4, 2))
  #expect(sums.values == [1, 7, 8, 5, 11, 5, 11, 10])
}

/// Philox 4x32-10 by its paper, one block at a time.
private func philox(_ seed: UInt64, _ stream: UInt64, _ block: UInt64) -> [UInt32] {
  var c = [
    UInt32(truncatingIfNeeded: block), UInt32(truncatingIfNeeded: block >> 32),
    UInt32(truncatingIfNeeded: stream), UInt32(truncatingIfNeeded: stream >> 32),
  ]
  var k = (UInt32(truncatingIfNeeded: seed), UInt32(truncatingIfNeeded: seed >> 32))
  for _ in 0..<10 {
    let p = UInt64(c[0]) * 0xD251_1F53, q = UInt64(c[2]) * 0xCD9E_8D57
    c = [
      UInt32(q >> 32) ^ c[1] ^ k.0, UInt32(truncatingIfNeeded: q), UInt32(p >> 32) ^ c[3] ^ k.1,
      UInt32(truncatingIfNeeded: p),
    ]
    k = (k.0 &+ 0x9E37_79B9, k.1 &+ 0xBB67_AE85)
  }
  return c
}

@Test func `random words are Philox's, wherever a part begins`() {
  var known = [UInt32](repeating: 0, count: 4)
  check(cgen_random_words(0, 0, 0, &known, 4))
  #expect(known == [0x6627_e8d5, 0xe169_c58d, 0xbc57_ac4c, 0x9b00_dbd8])
  let (seed, stream): (UInt64, UInt64) = (0x1234_5678_9abc_def0, 0xfeed_0001_0000_0007)
  let expected = (0..<700).flatMap { philox(seed, stream, $0) }
  for (start, count) in [(0, 2800), (3, 1), (5, 2000), (1023, 1026)] {
    var words = [UInt32](repeating: 0, count: count)
    check(cgen_random_words(seed, stream, UInt64(start), &words, Int64(count)))
    #expect(words == Array(expected[start..<start + count]))
  }
}

@Test func `uniform and normal numbers follow their documented formulas`() {
  let words = (0..<600).flatMap { philox(9, 4, $0) }
  let uniform = Buffer(zeros: 2000), normal = Buffer(zeros: 2001)
  check(cgen_random_uniform(9, 4, 6, uniform.pointer, .float32, 2000, -1, 3))
  expectClose(
    uniform.values, words[6..<2006].map { -1 + 4 * Double($0 >> 8) / 16_777_216 }, tolerance: 1e-6)
  check(cgen_random_normal(9, 4, 7, normal.pointer, .float32, 2001, 0.5, 2))
  let expected = (7..<2008).map { place -> Double in
    let pair = place & ~1
    let radius = (-2 * log((Double(words[pair] >> 8) + 1) / 16_777_216)).squareRoot()
    let angle = 2 * Double.pi * Double(words[pair + 1] >> 8) / 16_777_216
    return 0.5 + 2 * radius * (place % 2 == 0 ? cos(angle) : sin(angle))
  }
  expectClose(normal.values, expected, tolerance: 1e-6)
  let many = Buffer(zeros: 100_000)
  check(cgen_random_normal(1, 0, 0, many.pointer, .float32, 100_000, 0, 1))
  let mean = many.values.doubles.reduce(0, +) / 1e5
  let variance = many.values.doubles.reduce(0) { $0 + ($1 - mean) * ($1 - mean) } / 1e5
  #expect(abs(mean) < 0.02 && abs(variance - 1) < 0.03)
}

@Test(arguments: storageTypes)
func `AdamW moves weights, moments, copies and averages by its formula`(type: CGenType) {
  var numbers = Numbers(41)
  let count = 1003
  let weights = Buffer(numbers.floats(count)), low = Buffer(zeros: count, .bfloat16)
  let first = Buffer(zeros: count), second = Buffer(zeros: count)
  let average = Buffer(weights.values)
  var w = weights.values.doubles, m = [Double](repeating: 0, count: count), v = m, a = w
  var options = CGenAdamW()
  (options.rate, options.beta1, options.beta2) = (0.01, 0.9, 0.99)
  (options.epsilon, options.decay, options.gradientScale) = (1e-8, 0.1, 0.5)
  for step in 1...5 {
    let gradient = Buffer(numbers.floats(count), type)
    options.step = Int64(step)
    check(
      cgen_adamw(
        &options, gradient.pointer, type, weights.floats, first.floats, second.floats, Int64(count),
        low.pointer.assumingMemoryBound(to: UInt16.self), average.floats, 0.9))
    let values = gradient.values
    for i in 0..<count {
      let g = 0.5 * Double(values[i])
      m[i] = 0.9 * m[i] + 0.1 * g
      v[i] = 0.99 * v[i] + 0.01 * g * g
      let (mean, spread) = (
        m[i] / (1 - pow(0.9, Double(step))), v[i] / (1 - pow(0.99, Double(step)))
      )
      w[i] -= 0.01 * (mean / (spread.squareRoot() + 1e-8) + 0.1 * w[i])
      a[i] = 0.9 * a[i] + 0.1 * w[i]
    }
  }
  expectClose(weights.values, w, tolerance: 1e-5)
  expectClose(average.values, a, tolerance: 1e-5)
  #expect(low.values == Buffer(weights.values, .bfloat16).values)
  check(cgen_ema(average.floats, weights.floats, Int64(count), 0.25))
  expectClose(average.values, zip(a, w).map { 0.25 * $0 + 0.75 * $1 }, tolerance: 1e-5)
  options.step = 0
  let status = cgen_adamw(
    &options, weights.pointer, .float32, weights.floats, first.floats, second.floats, 1, nil, nil, 0
  )
  expectRefusal(status, "at least 1")
}

@Test func `the sum of squares is exact to double precision's order`() {
  var numbers = Numbers(42)
  let x = Buffer(numbers.floats(100_001))
  var result = 0.0
  check(cgen_sum_of_squares(x.pointer, .float32, 100_001, &result))
  let expected = x.values.doubles.reduce(0) { $0 + $1 * $1 }
  #expect(abs(result - expected) < 1e-6 * expected)
}
