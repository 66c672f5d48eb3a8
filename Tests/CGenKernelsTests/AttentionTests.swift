import CGenKernels
import Foundation
import Testing

/// Attention of one shape, with its plain reference in double precision.
private struct Case: CustomTestStringConvertible {
  var batch = 2, heads = 3, keyHeads = 3, queries = 21, keys = 21, headSize = 32
  var isCausal = false, isMasked = false
  var testDescription: String { "\(batch)x\(heads)/\(keyHeads) \(queries)x\(keys) \(headSize)" }

  var spec: CGenAttentionSpec {
    var spec = CGenAttentionSpec()
    (spec.batch, spec.heads, spec.keyHeads) = (Int64(batch), Int64(heads), Int64(keyHeads))
    (spec.queryTokens, spec.keyTokens) = (Int64(queries), Int64(keys))
    (spec.headSize, spec.isCausal) = (Int64(headSize), isCausal)
    return spec
  }

  func q(_ item: Int, _ token: Int, _ head: Int) -> Int {
    ((item * queries + token) * heads + head) * headSize
  }
  func k(_ item: Int, _ token: Int, _ head: Int) -> Int {
    ((item * keys + token) * keyHeads + head * keyHeads / heads) * headSize
  }
  func sees(_ token: Int, _ key: Int, _ mask: [UInt8]?, _ item: Int) -> Bool {
    (!isCausal || key <= token + keys - queries)
      && (mask.map { $0[item * keys + key] != 0 } ?? true)
  }

  /// Softmax weights of one query.
  func weights(
    _ q: [Float], _ k: [Float], _ mask: [UInt8]?, _ item: Int, _ head: Int, _ token: Int
  ) -> (weights: [Double], logSum: Double) {
    let scores = (0..<keys).map { key -> Double in
      guard sees(token, key, mask, item) else { return -.infinity }
      let (a, b) = (self.q(item, token, head), self.k(item, key, head))
      let dot = (0..<headSize).reduce(0.0) { $0 + Double(q[a + $1]) * Double(k[b + $1]) }
      return dot / Double(headSize).squareRoot()
    }
    let top = scores.max() ?? -.infinity
    guard top > -.infinity else { return (scores.map { _ in 0 }, -.infinity) }
    let sum = scores.reduce(0) { $0 + exp($1 - top) }
    return (scores.map { exp($0 - top) / sum }, top + log(sum))
  }
}

private let cases = [
  Case(), Case(heads: 4, keyHeads: 2, queries: 33, keys: 70, headSize: 48, isMasked: true),
  Case(batch: 1, queries: 40, keys: 40, headSize: 64, isCausal: true),
  Case(batch: 1, heads: 1, keyHeads: 1, queries: 5, keys: 1100, headSize: 20, isMasked: true),
  Case(batch: 1, heads: 2, keyHeads: 1, queries: 9, keys: 4, headSize: 1, isCausal: true),
]

@Test(arguments: cases, storageTypes)
private func `attention weighs values by the softmax of scores, and its gradients follow`(
  attention: Case, type: CGenType
) {
  var numbers = Numbers(7)
  let (queryCount, keyCount) = (
    attention.batch * attention.queries * attention.heads * attention.headSize,
    attention.batch * attention.keys * attention.keyHeads * attention.headSize
  )
  let q = Buffer(numbers.floats(queryCount), type), k = Buffer(numbers.floats(keyCount), type)
  let v = Buffer(numbers.floats(keyCount), type), dOut = Buffer(numbers.floats(queryCount), type)
  let mask: [UInt8]? =
    attention.isMasked
    ? (0..<attention.batch * attention.keys).map { _ in numbers.int(below: 3) == 0 ? 0 : 1 } : nil
  var spec = attention.spec
  spec.type = type
  let out = Buffer(zeros: queryCount, type)
  let logSums = Buffer(zeros: attention.batch * attention.heads * attention.queries)
  let dq = Buffer(zeros: queryCount, type)
  let dk = Buffer(zeros: keyCount, type), dv = Buffer(zeros: keyCount, type)
  check(
    cgen_attention_forward(
      &spec, q.pointer, k.pointer, v.pointer, mask, out.pointer, logSums.floats))
  check(
    cgen_attention_backward(
      &spec, q.pointer, k.pointer, v.pointer, mask, out.pointer, logSums.floats, dOut.pointer,
      dq.pointer, dk.pointer, dv.pointer))
  let (qs, ks, vs, dOuts) = (q.values, k.values, v.values, dOut.values)
  var expected = [Double](repeating: 0, count: queryCount), dqs = expected
  var dks = [Double](repeating: 0, count: keyCount), dvs = dks
  let size = attention.headSize, scale = 1 / Double(size).squareRoot()
  for item in 0..<attention.batch {
    for head in 0..<attention.heads {
      for token in 0..<attention.queries {
        let (weights, logSum) = attention.weights(qs, ks, mask, item, head, token)
        let place = (item * attention.heads + head) * attention.queries + token
        let found = Double(logSums.values[place])
        #expect(found == logSum || abs(found - logSum) < 1e-4)
        let a = attention.q(item, token, head)
        let products = (0..<attention.keys).map { key -> Double in
          let b = attention.k(item, key, head)
          return (0..<size).reduce(0.0) { $0 + Double(dOuts[a + $1]) * Double(vs[b + $1]) }
        }
        let mean = zip(weights, products).reduce(0) { $0 + $1.0 * $1.1 }
        for key in 0..<attention.keys where weights[key] > 0 {
          let b = attention.k(item, key, head)
          let slope = weights[key] * (products[key] - mean) * scale
          for d in 0..<size {
            expected[a + d] += weights[key] * Double(vs[b + d])
            dvs[b + d] += weights[key] * Double(dOuts[a + d])
            dqs[a + d] += slope * Double(ks[b + d])
            dks[b + d] += slope * Double(qs[a + d])
          }
        }
      }
    }
  }
  expectClose(out.values, expected, tolerance: tolerance(type, 3e-6), "out")
  expectClose(dq.values, dqs, tolerance: tolerance(type, 1e-5), "dq")
  expectClose(dk.values, dks, tolerance: tolerance(type, 1e-5), "dk")
  expectClose(dv.values, dvs, tolerance: tolerance(type, 1e-5), "dv")
}

@Test func `attention reads q, k and v as slices of one buffer`() {
  var numbers = Numbers(8)
  let (tokens, heads, size) = (37, 2, 16)
  let width = heads * size
  let fused = Buffer(numbers.floats(tokens * 3 * width))
  var spec = CGenAttentionSpec()
  (spec.batch, spec.heads, spec.headSize) = (1, Int64(heads), Int64(size))
  (spec.queryTokens, spec.keyTokens) = (Int64(tokens), Int64(tokens))
  let rows = fused.values
  let apart = (0..<3).map { (part: Int) -> Buffer in
    let starts = (0..<tokens).map { (token: Int) in (token * 3 + part) * width }
    return Buffer(starts.flatMap { (start: Int) in rows[start..<start + width] })
  }
  let (first, second) = (Buffer(zeros: tokens * width), Buffer(zeros: tokens * width))
  check(
    cgen_attention_forward(
      &spec, apart[0].pointer, apart[1].pointer, apart[2].pointer, nil, first.pointer, nil))
  let strides = CGenHeadStrides(batch: 0, token: Int64(3 * width), head: Int64(size))
  (spec.q, spec.k, spec.v) = (strides, strides, strides)
  check(
    cgen_attention_forward(
      &spec, fused.pointer, fused.pointer + width * 4, fused.pointer + 2 * width * 4, nil,
      second.pointer, nil))
  expectClose(second.values, first.values.doubles, tolerance: 1e-5)
}

@Test(arguments: storageTypes, [CGenRotaryPairs.halves, .neighbours])
func `rotary positions turn pairs and turn them back`(type: CGenType, pairs: CGenRotaryPairs) {
  var numbers = Numbers(9)
  let (tokens, heads, size) = (7, 3, 40)
  let half = size / 2
  let x = Buffer(numbers.floats(2 * tokens * heads * size), type)
  let angles = numbers.floats(tokens * half)
  let cosines = Buffer(angles.map { cos($0) }), sines = Buffer(angles.map { sin($0) })
  let out = Buffer(zeros: x.count, type), dense = CGenHeadStrides()
  check(
    cgen_rotary(
      x.pointer, dense, out.pointer, dense, type, 2, Int64(tokens), Int64(heads), Int64(size),
      cosines.floats, sines.floats, pairs, false))
  let values = x.values
  var expected = values.doubles
  for row in 0..<2 * tokens * heads {
    for i in 0..<half {
      let angle = Double(angles[row / heads % tokens * half + i])
      let (a, b) = pairs == .halves ? (i, i + half) : (2 * i, 2 * i + 1)
      let (u, w) = (Double(values[row * size + a]), Double(values[row * size + b]))
      expected[row * size + a] = u * cos(angle) - w * sin(angle)
      expected[row * size + b] = w * cos(angle) + u * sin(angle)
    }
  }
  expectClose(out.values, expected, tolerance: tolerance(type, 1e-6))
  check(
    cgen_rotary(
      out.pointer, dense, out.pointer, dense, type, 2, Int64(tokens), Int64(heads), Int64(size),
      cosines.floats, sines.floats, pairs, true))
  expectClose(out.values, values.doubles, tolerance: tolerance(type, 1e-6))
}

@Test func `impossible attention is refused with a reason`() {
  let buffer = Buffer(zeros: 1024)
  let p = buffer.pointer
  func status(_ change: (inout CGenAttentionSpec) -> Void) -> CGenStatus {
    var spec = Case(batch: 1, heads: 2, keyHeads: 2, queries: 2, keys: 2, headSize: 8).spec
    change(&spec)
    return cgen_attention_forward(&spec, p, p, p, nil, p, nil)
  }
  expectRefusal(status { $0.headSize = 300 }, "head size")
  expectRefusal(status { $0.keyHeads = 3 }, "do not divide")
  expectRefusal(status { $0.keyTokens = 0 }, "at least 1")
  expectRefusal(status { $0.batch = .max }, "too large")
  let dense = CGenHeadStrides()
  let odd = cgen_rotary(
    p, dense, p, dense, .float32, 1, 1, 1, 3, buffer.floats, buffer.floats, .halves, false)
  expectRefusal(odd, "not even")
}
