import CGenKernels
import Foundation
import Testing

/// One norm with all its factors, and its plain reference.
private struct Case: CustomTestStringConvertible {
  var batch = 3, tokens = 17, channels = 40, groups = 0
  var centres = false, silu = false
  var testDescription: String { "[\(batch), \(tokens), \(channels)] g\(groups) \(centres) \(silu)" }

  var spec: CGenNormSpec {
    var spec = CGenNormSpec()
    (spec.batch, spec.tokens, spec.channels) = (Int64(batch), Int64(tokens), Int64(channels))
    (spec.groups, spec.epsilon) = (Int64(groups), 1e-5)
    (spec.subtractsMean, spec.appliesSilu) = (centres, silu)
    spec.modulationStride = Int64(2 * channels)
    return spec
  }

  /// The places that share their statistics with each other.
  var sets: [[Int]] {
    if groups == 0 {
      return (0..<batch * tokens).map { Array($0 * channels..<($0 + 1) * channels) }
    }
    let width = channels / groups
    return (0..<batch * groups).map { set in
      (0..<tokens).flatMap { token -> Range<Int> in
        let start = (set / groups * tokens + token) * channels + set % groups * width
        return start..<start + width
      }
    }
  }

  /// The function in double precision; modulations are [batch, 2 * channels] with scale then shift.
  func values(_ x: [Double], _ weight: [Double], _ bias: [Double], _ modulation: [Double])
    -> [Double]
  {
    var y = x
    for set in sets {
      let mean = centres || groups > 0 ? set.reduce(0) { $0 + x[$1] } / Double(set.count) : 0
      let variance = set.reduce(0) { $0 + (x[$1] - mean) * (x[$1] - mean) } / Double(set.count)
      for place in set {
        let (channel, item) = (place % channels, place / channels / tokens)
        let z = (x[place] - mean) / (variance + 1e-5).squareRoot() * weight[channel] + bias[channel]
        let row = item * 2 * channels + channel
        let m = z * (1 + modulation[row]) + modulation[row + channels]
        y[place] = silu ? m / (1 + exp(-m)) : m
      }
    }
    return y
  }
}

private let cases = [
  Case(), Case(batch: 2, tokens: 90, channels: 64, centres: true, silu: true),
  Case(tokens: 5, channels: 7, silu: true), Case(tokens: 50, channels: 48, groups: 8, silu: true),
  Case(batch: 1, tokens: 30, channels: 12, groups: 1),
  Case(batch: 1, tokens: 1, channels: 3, centres: true),
]

@Test(arguments: cases, storageTypes)
private func `norms and their gradients agree with their formula and its differences`(
  norm: Case, type: CGenType
) {
  var numbers = Numbers(10)
  let count = norm.batch * norm.tokens * norm.channels
  let x = Buffer(numbers.floats(count, in: -1...3), type), dy = Buffer(numbers.floats(count), type)
  let addend = Buffer(numbers.floats(count), type)
  let weight = Buffer(numbers.floats(norm.channels)), bias = Buffer(numbers.floats(norm.channels))
  let modulation = Buffer(numbers.floats(norm.batch * 2 * norm.channels))
  let shift = modulation.floats + norm.channels
  var spec = norm.spec
  spec.type = type
  let statistics = Int(cgen_norm_statistics_count(&spec))
  let mean = Buffer(zeros: statistics), inverse = Buffer(zeros: statistics)
  let y = Buffer(zeros: count, type)
  check(
    cgen_norm_forward(
      &spec, x.pointer, weight.floats, bias.floats, modulation.pointer, shift, y.pointer,
      mean.floats, inverse.floats))
  var arguments = [
    x.values.doubles, weight.values.doubles, bias.values.doubles, modulation.values.doubles,
  ]
  func function(_ a: [[Double]]) -> [Double] { norm.values(a[0], a[1], a[2], a[3]) }
  expectClose(y.values, function(arguments), tolerance: tolerance(type, 5e-6), "y")

  let dx = Buffer(zeros: count, type)
  let dWeight = Buffer(zeros: norm.channels), dBias = Buffer(zeros: norm.channels)
  let dModulation = Buffer(zeros: modulation.count)
  var gradients = CGenNormGradients(
    outputGradient: dy.pointer, x: x.pointer, weight: weight.floats, bias: bias.floats,
    scale: modulation.pointer, shift: shift, mean: mean.floats, inverse: inverse.floats,
    addend: addend.pointer, inputGradient: dx.pointer, weightGradient: dWeight.floats,
    biasGradient: dBias.floats, scaleGradient: dModulation.pointer,
    shiftGradient: dModulation.floats + norm.channels)
  check(cgen_norm_backward(&spec, &gradients))
  let found = [
    zip(dx.values, addend.values).map { Double($0) - Double($1) }, dWeight.values.doubles,
    dBias.values.doubles, dModulation.values.doubles,
  ]
  let slopes = dy.values.doubles
  for (index, gradient) in found.enumerated() {
    let scale = gradient.reduce(1e-2) { max($0, abs($1)) }
    for place in stride(from: 0, to: gradient.count, by: max(1, gradient.count / 23)) {
      let (old, step) = (arguments[index][place], 1e-5)
      arguments[index][place] = old + step
      let above = function(arguments)
      arguments[index][place] = old - step
      let below = function(arguments)
      arguments[index][place] = old
      let slope = (0..<count).reduce(0.0) { $0 + (above[$1] - below[$1]) / (2 * step) * slopes[$1] }
      #expect(
        abs(gradient[place] - slope) < tolerance(type, 2e-5) * 2 * scale, "\(index) [\(place)]")
    }
  }
}

@Test(arguments: storageTypes)
func `softmax and its gradient agree with their formula`(type: CGenType) {
  var numbers = Numbers(11)
  for (rows, columns) in [(3, 1), (5, 17), (2, 100)] {
    let x = Buffer(numbers.floats(rows * columns, in: -9...9), type)
    let dy = Buffer(numbers.floats(rows * columns), type)
    let y = Buffer(zeros: rows * columns, type), dx = Buffer(zeros: rows * columns, type)
    check(cgen_softmax_forward(x.pointer, y.pointer, type, Int64(rows), Int64(columns), 0.7))
    var expected = [Double]()
    for row in 0..<rows {
      let powers = (0..<columns).map { exp(0.7 * Double(x.values[row * columns + $0])) }
      let sum = powers.reduce(0, +)
      expected += powers.map { $0 / sum }
    }
    expectClose(y.values, expected, tolerance: tolerance(type))
    check(
      cgen_softmax_backward(
        y.pointer, dy.pointer, dx.pointer, type, Int64(rows), Int64(columns), 0.7))
    let (p, g) = (y.values.doubles, dy.values.doubles)
    let gradient = (0..<rows * columns).map { place -> Double in
      let row = place / columns * columns
      let mean = (row..<row + columns).reduce(0.0) { $0 + p[$1] * g[$1] }
      return 0.7 * p[place] * (g[place] - mean)
    }
    expectClose(dx.values, gradient, tolerance: tolerance(type))
  }
}

@Test func `cross entropy is the log of the share, and ignores negative targets`() {
  var numbers = Numbers(12)
  let (rows, columns) = (6, 37)
  let logits = Buffer(numbers.floats(rows * columns, in: -5...5))
  let targets: [Int32] = [0, 36, -1, 5, 17, 20]
  let losses = Buffer(zeros: rows), gradient = Buffer(zeros: rows * columns)
  check(
    cgen_cross_entropy(
      logits.pointer, .float32, Int64(rows), Int64(columns), targets, losses.floats,
      gradient.pointer, 0.25))
  for row in 0..<rows {
    let powers = logits.values[row * columns..<(row + 1) * columns].map { exp(Double($0)) }
    let sum = powers.reduce(0, +)
    let target = Int(targets[row])
    let loss = target < 0 ? 0 : log(sum) - log(powers[target])
    #expect(abs(Double(losses.values[row]) - loss) < 1e-5)
    let expected = powers.enumerated().map { column, power in
      target < 0 ? 0 : 0.25 * (power / sum - (column == target ? 1 : 0))
    }
    expectClose(
      Array(gradient.values[row * columns..<(row + 1) * columns]), expected, tolerance: 1e-6)
  }
  let status = cgen_cross_entropy(
    logits.pointer, .float32, 1, Int64(columns), [37], losses.floats, nil, 1)
  expectRefusal(status, "not below")
}

@Test func `impossible norms are refused with a reason`() {
  let buffer = Buffer(zeros: 64)
  var spec = Case().spec
  func status() -> CGenStatus {
    cgen_norm_forward(&spec, buffer.pointer, nil, nil, nil, nil, buffer.pointer, nil, nil)
  }
  spec.groups = 7
  expectRefusal(status(), "do not divide")
  (spec.groups, spec.tokens) = (0, 0)
  expectRefusal(status(), "at least 1")
  (spec.tokens, spec.modulationStride) = (1, 3)
  expectRefusal(status(), "overlap")
}
