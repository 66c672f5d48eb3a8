import CGenKernels
import Foundation
import Testing

/// a [rows, inner] times b [inner, columns] in double precision, by index functions.
private func product(
  _ spec: CGenMatmulSpec, _ a: [Float], _ b: [Float], _ item: Int
) -> [Double] {
  let (rows, columns, inner) = (Int(spec.rows), Int(spec.columns), Int(spec.inner))
  let aBase = spec.sharesA ? 0 : item * rows * inner
  let bBase = spec.sharesB ? 0 : item * inner * columns
  var out = [Double](repeating: 0, count: rows * columns)
  for row in 0..<rows {
    for column in 0..<columns {
      var sum = 0.0
      for k in 0..<inner {
        let left = spec.transposesA ? a[aBase + k * rows + row] : a[aBase + row * inner + k]
        let right =
          spec.transposesB ? b[bBase + column * inner + k] : b[bBase + k * columns + column]
        sum += Double(left) * Double(right)
      }
      out[row * columns + column] = sum
    }
  }
  return out
}

private func silu(_ x: Double) -> Double { x / (1 + exp(-x)) }

private func run(
  _ spec: inout CGenMatmulSpec, _ a: Buffer, _ b: Buffer, bias: Buffer? = nil,
  residual: Buffer? = nil, out: Buffer
) {
  var handle: OpaquePointer?
  check(cgen_matmul_create(&spec, &handle))
  guard let handle else { return }
  defer { cgen_matmul_destroy(handle) }
  var weights = b.pointer
  if spec.bIsPacked {
    let buffer = Buffer(zeros: cgen_matmul_packed_size(handle) / 4 + 16)
    check(cgen_matmul_pack(handle, b.pointer, buffer.pointer))
    weights = buffer.pointer
  }
  check(
    cgen_matmul_execute(
      handle, a.pointer, weights, bias?.floats, residual?.pointer, out.pointer))
}

@Test(arguments: storageTypes)
func `products of every transposition and batch agree with sums`(type: CGenType) {
  var numbers = Numbers(1)
  for seed in 0..<24 {
    var spec = CGenMatmulSpec()
    spec.batch = seed % 3 == 0 ? 1 : 3
    spec.rows = Int64(1 + numbers.int(below: 40))
    spec.columns = Int64(1 + numbers.int(below: 50))
    spec.inner = Int64(1 + numbers.int(below: 60))
    spec.transposesA = seed & 1 != 0
    spec.transposesB = seed & 2 != 0
    spec.sharesB = seed & 4 != 0
    spec.bIsPacked = seed & 8 != 0 && (spec.sharesB || spec.batch == 1)
    (spec.aType, spec.bType, spec.outType) = (type, type, type)
    let batch = Int(spec.batch)
    let a = Buffer(numbers.floats(batch * Int(spec.rows * spec.inner)), type)
    let b = Buffer(
      numbers.floats((spec.sharesB ? 1 : batch) * Int(spec.inner * spec.columns)), type)
    let out = Buffer(zeros: batch * Int(spec.rows * spec.columns), type)
    run(&spec, a, b, out: out)
    let expected = (0..<batch).flatMap { product(spec, a.values, b.values, $0) }
    expectClose(out.values, expected, tolerance: tolerance(type), "case \(seed)")
  }
}

@Test(arguments: storageTypes, [false, true])
func `bias, activation and residual are fused, in place or apart`(type: CGenType, inPlace: Bool) {
  var numbers = Numbers(2)
  for before in [false, true] {
    var spec = CGenMatmulSpec()
    (spec.batch, spec.rows, spec.columns, spec.inner) = (2, 19, 33, 27)
    (spec.aType, spec.bType, spec.outType) = (type, type, type)
    spec.sharesB = true
    (spec.hasBias, spec.hasResidual, spec.residualBeforeActivation) = (true, true, before)
    spec.activation = .silu
    let a = Buffer(numbers.floats(2 * 19 * 27), type)
    let b = Buffer(numbers.floats(27 * 33), type)
    let bias = Buffer(numbers.floats(33))
    let residual = Buffer(numbers.floats(2 * 19 * 33), type)
    let rest = residual.values
    let out = inPlace ? residual : Buffer(zeros: 2 * 19 * 33, type)
    run(&spec, a, b, bias: bias, residual: residual, out: out)
    let sums = (0..<2).flatMap { product(spec, a.values, b.values, $0) }
    let expected = sums.enumerated().map { index, sum in
      let (value, added) = (sum + Double(bias.values[index % 33]), Double(rest[index]))
      return before ? silu(value + added) : silu(value) + added
    }
    expectClose(out.values, expected, tolerance: tolerance(type))
  }
}

@Test func `a bf16 weight gradient adds to f32 sums`() {
  var numbers = Numbers(3)
  var spec = CGenMatmulSpec()
  (spec.batch, spec.rows, spec.columns, spec.inner) = (1, 24, 40, 130)
  (spec.aType, spec.bType, spec.outType) = (.bfloat16, .bfloat16, .float32)
  (spec.transposesA, spec.accumulates) = (true, true)
  let a = Buffer(numbers.floats(24 * 130), .bfloat16)
  let b = Buffer(numbers.floats(130 * 40), .bfloat16)
  let out = Buffer(numbers.floats(24 * 40))
  let before = out.values
  run(&spec, a, b, out: out)
  let expected = zip(product(spec, a.values, b.values, 0), before).map { $0 + Double($1) }
  expectClose(out.values, expected, tolerance: 2e-6)
}

@Test func `slices of wider rows are multiplied in place`() {
  var numbers = Numbers(4)
  let wide = Buffer(numbers.floats(11 * 50))
  let b = Buffer(numbers.floats(16 * 20))
  let out = Buffer([Float](repeating: 7, count: 11 * 64))
  var spec = CGenMatmulSpec()
  (spec.batch, spec.rows, spec.columns, spec.inner) = (1, 11, 20, 16)
  (spec.aRowStride, spec.outRowStride) = (50, 64)
  run(&spec, wide, b, out: out)
  let (rows, weights, result) = (wide.values, b.values, out.values)
  let slice = (0..<11).flatMap { rows[$0 * 50..<$0 * 50 + 16] }
  let expected = product(spec, slice, weights, 0)
  expectClose((0..<11).flatMap { result[$0 * 64..<$0 * 64 + 20] }, expected, tolerance: 2e-6)
  let untouched = (0..<11).allSatisfy { row in
    result[row * 64 + 20..<row * 64 + 64].allSatisfy { $0 == 7 }
  }
  #expect(untouched)
}

@Test func `impossible products are refused with a reason`() {
  var handle: OpaquePointer?
  var spec = CGenMatmulSpec()
  expectRefusal(cgen_matmul_create(&spec, &handle), "at least 1")
  (spec.batch, spec.rows, spec.columns, spec.inner) = (1, 4, 4, 4)
  spec.aRowStride = 3
  expectRefusal(cgen_matmul_create(&spec, &handle), "overlap")
  spec.aRowStride = 0
  (spec.accumulates, spec.hasResidual) = (true, true)
  expectRefusal(cgen_matmul_create(&spec, &handle), "excludes")
  spec.hasResidual = false
  spec.rows = .max
  expectRefusal(cgen_matmul_create(&spec, &handle), "too large")
  (spec.rows, spec.accumulates, spec.batch, spec.bIsPacked) = (4, false, 2, true)
  expectRefusal(cgen_matmul_create(&spec, &handle), "shared")
  #expect(handle == nil)
  (spec.bIsPacked, spec.hasBias) = (false, true)
  check(cgen_matmul_create(&spec, &handle))
  let buffer = Buffer(zeros: 32)
  if let handle {
    let status = cgen_matmul_execute(
      handle, buffer.pointer, buffer.pointer, nil, nil, buffer.pointer)
    expectRefusal(status, "bias is missing")
    cgen_matmul_destroy(handle)
  }
}
