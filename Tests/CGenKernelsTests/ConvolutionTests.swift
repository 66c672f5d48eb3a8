import CGenKernels
import Foundation
import Testing

/// One convolution of pictures [batch, height, width, channels] with weights [out, height, width, in / groups].
private struct Case: CustomTestStringConvertible {
  var batch = 2, height = 9, width = 7, inChannels = 16, outChannels = 24, groups = 1
  var kernel = 3, stride = 1, dilation = 1, before = 1, after = 1
  var testDescription: String { "\(inChannels)->\(outChannels) k\(kernel) s\(stride) g\(groups)" }

  func out(_ size: Int) -> Int {
    (size + before + after - dilation * (kernel - 1) - 1) / stride + 1
  }
  var inputCount: Int { batch * height * width * inChannels }
  var outputCount: Int { batch * out(height) * out(width) * outChannels }
  var weightCount: Int { outChannels * kernel * kernel * inChannels / groups }

  /// Calls `body(output, input, weight)` with flat places for every product of the convolution.
  func forEachProduct(_ body: (Int, Int, Int) -> Void) {
    let (inner, outer) = (inChannels / groups, outChannels / groups)
    for item in 0..<batch {
      for y in 0..<out(height) {
        for x in 0..<out(width) {
          for ky in 0..<kernel {
            for kx in 0..<kernel {
              let (sy, sx) = (
                y * stride + ky * dilation - before, x * stride + kx * dilation - before
              )
              guard sy >= 0, sy < height, sx >= 0, sx < width else { continue }
              let pixel = ((item * height + sy) * width + sx) * inChannels
              let target = ((item * out(height) + y) * out(width) + x) * outChannels
              for o in 0..<outChannels {
                let weight = ((o * kernel + ky) * kernel + kx) * inner
                for i in 0..<inner { body(target + o, pixel + o / outer * inner + i, weight + i) }
              }
            }
          }
        }
      }
    }
  }

  var spec: CGenConvSpec {
    var spec = CGenConvSpec()
    (spec.batch, spec.groups) = (Int64(batch), Int64(groups))
    (spec.inChannels, spec.outChannels) = (Int64(inChannels), Int64(outChannels))
    spec.input = CGenExtent(depth: 1, height: Int64(height), width: Int64(width))
    spec.kernel = CGenExtent(depth: 1, height: Int64(kernel), width: Int64(kernel))
    spec.stride = CGenExtent(depth: 1, height: Int64(stride), width: Int64(stride))
    spec.dilation = CGenExtent(depth: 1, height: Int64(dilation), width: Int64(dilation))
    spec.padBefore = CGenExtent(depth: 0, height: Int64(before), width: Int64(before))
    spec.padAfter = CGenExtent(depth: 0, height: Int64(after), width: Int64(after))
    return spec
  }

  /// OHWI weights in another layout.
  func arranged(_ weights: [Float], _ layout: CGenWeightLayout) -> [Float] {
    let (taps, inner) = (kernel * kernel, inChannels / groups)
    var out = weights
    for o in 0..<outChannels {
      for t in 0..<taps {
        for i in 0..<inner {
          let place =
            switch layout {
            case .HWIO: (t * inner + i) * outChannels + o
            case .OIHW: (o * inner + i) * taps + t
            default: (o * taps + t) * inner + i
            }
          out[place] = weights[(o * taps + t) * inner + i]
        }
      }
    }
    return out
  }
}

private let cases = [
  Case(), Case(inChannels: 3, outChannels: 20, stride: 2, before: 0, after: 1),
  Case(inChannels: 32, outChannels: 3), Case(inChannels: 16, outChannels: 16, groups: 16),
  Case(height: 10, inChannels: 8, outChannels: 12, groups: 2, dilation: 2, before: 2, after: 2),
  Case(inChannels: 20, outChannels: 28, kernel: 1, before: 0, after: 0),
  // By minimal filtering, with tiles that reach over the border and rests of every width.
  Case(inChannels: 32, outChannels: 48),
  Case(batch: 3, height: 4, width: 17, inChannels: 48, outChannels: 96, before: 2, after: 0),
  Case(batch: 1, height: 3, width: 3, inChannels: 64, outChannels: 112, before: 0, after: 0),
  // On matrix tiles, with steps, tiles and bands that are not full.
  Case(
    batch: 1, height: 11, width: 40, inChannels: 40, outChannels: 40, kernel: 5, before: 1, after: 3
  ),
  Case(
    batch: 1, height: 6, width: 3, inChannels: 17, outChannels: 17, kernel: 2, before: 1, after: 0),
]

/// Batches that do not fill groups, columns that do not fill tiles, steps of two.
private let gradientCases = [
  Case(), Case(batch: 9, height: 4, width: 4, inChannels: 20, outChannels: 40),
  Case(
    batch: 5, height: 6, width: 34, inChannels: 33, outChannels: 16, kernel: 2, before: 0, after: 1),
  Case(batch: 3, height: 8, width: 16, inChannels: 48, outChannels: 3, stride: 2),
  Case(batch: 17, height: 1, width: 1, inChannels: 5, outChannels: 33, before: 1, after: 1),
]

private let layouts: [CGenWeightLayout] = [.OHWI, .HWIO, .OIHW]

private func withHandle(
  _ spec: CGenConvSpec, _ pass: CGenConvPass, _ body: (OpaquePointer) -> Void
) {
  var (spec, handle): (CGenConvSpec, OpaquePointer?) = (spec, nil)
  check(cgen_conv_create(&spec, pass, &handle))
  guard let handle else { return }
  body(handle)
  cgen_conv_destroy(handle)
}

private func settled(_ handle: OpaquePointer, _ weights: Buffer, _ isPacked: Bool) -> Buffer {
  guard isPacked else { return weights }
  let packed = Buffer(zeros: cgen_conv_packed_size(handle) / 4 + 16)
  check(cgen_conv_pack(handle, weights.pointer, packed.pointer))
  return packed
}

@Test(arguments: cases, storageTypes)
private func `a convolution sums its taps, adds bias and residual and applies its activation`(
  conv: Case, type: CGenType
) {
  var numbers = Numbers(5)
  let input = Buffer(numbers.floats(conv.inputCount), type)
  let weights = Buffer(numbers.floats(conv.weightCount, in: -1...1), type).values
  let bias = Buffer(numbers.floats(conv.outChannels))
  let slopes = Buffer(numbers.floats(conv.outChannels, in: 0...0.5))
  let pixels = input.values
  var sums = [Double](repeating: 0, count: conv.outputCount)
  conv.forEachProduct { sums[$0] += Double(pixels[$1]) * Double(weights[$2]) }
  for (index, activation) in [CGenActivation.none, .silu, .pRelu, .leakyRelu].enumerated() {
    let layout = layouts[index % 3]
    let residual = Buffer(numbers.floats(conv.outputCount), type)
    let rest = residual.values
    let plain = Buffer(conv.arranged(weights, layout))
    for (isPacked, inPlace, addsFirst) in [
      (false, false, false), (true, false, true), (true, true, false),
    ] {
      var spec = conv.spec
      (spec.type, spec.layout, spec.activation, spec.slope) = (type, layout, activation, 0.2)
      (spec.hasBias, spec.hasResidual, spec.weightsArePacked) = (true, true, isPacked)
      spec.residualBeforeActivation = addsFirst
      let out = inPlace ? residual : Buffer(zeros: conv.outputCount, type)
      withHandle(spec, .forward) { handle in
        let weights = settled(handle, plain, isPacked)
        check(
          cgen_conv_forward(
            handle, input.pointer, weights.pointer, bias.floats, residual.pointer, slopes.floats,
            out.pointer))
      }
      let expected = sums.enumerated().map { place, sum in
        let channel = place % conv.outChannels
        let (before, after) = addsFirst ? (Double(rest[place]), 0) : (0, Double(rest[place]))
        let value = sum + Double(bias.values[channel]) + before
        let slope = activation == .pRelu ? Double(slopes.values[channel]) : 0.2
        switch activation {
        case .none: return value + after
        case .silu: return value / (1 + exp(-value)) + after
        default: return max(value, 0) + slope * min(value, 0) + after
        }
      }
      expectClose(out.values, expected, tolerance: tolerance(type, 5e-6), "\(activation) \(layout)")
    }
  }
}

@Test(arguments: cases, storageTypes)
private func `the gradients of a convolution are its transposed sums`(conv: Case, type: CGenType) {
  var numbers = Numbers(6)
  let input = Buffer(numbers.floats(conv.inputCount), type)
  let gradient = Buffer(numbers.floats(conv.outputCount), type)
  let weights = Buffer(numbers.floats(conv.weightCount, in: -1...1), type).values
  let (x, dy) = (input.values, gradient.values)
  var dx = [Double](repeating: 0, count: conv.inputCount)
  var dw = [Double](repeating: 0, count: conv.weightCount)
  var db = [Double](repeating: 0, count: conv.outChannels)
  conv.forEachProduct { out, pixel, weight in
    dx[pixel] += Double(dy[out]) * Double(weights[weight])
    dw[weight] += Double(dy[out]) * Double(x[pixel])
  }
  for (place, value) in dy.enumerated() { db[place % conv.outChannels] += Double(value) }
  for (layout, accumulates) in [(CGenWeightLayout.HWIO, false), (.OIHW, true)] {
    var spec = conv.spec
    (spec.type, spec.layout, spec.hasBias, spec.accumulates) = (type, layout, true, accumulates)
    let added = accumulates ? 1.0 : 0.0
    let dxOut = Buffer([Float](repeating: 1, count: conv.inputCount), type)
    let dwOut = Buffer([Float](repeating: 1, count: conv.weightCount))
    let dbOut = Buffer([Float](repeating: 1, count: conv.outChannels))
    spec.weightsArePacked = accumulates
    withHandle(spec, .backwardData) { handle in
      let weights = settled(handle, Buffer(conv.arranged(weights, layout)), accumulates)
      check(
        cgen_conv_backward_data(handle, gradient.pointer, weights.pointer, dxOut.pointer))
    }
    withHandle(spec, .backwardWeights) { handle in
      check(
        cgen_conv_backward_weights(
          handle, input.pointer, gradient.pointer, dwOut.pointer, dbOut.floats))
    }
    expectClose(dxOut.values, dx.map { $0 + added }, tolerance: tolerance(type), "dx")
    let expected = conv.arranged(dw.map(Float.init), layout).map { Double($0) + added }
    expectClose(dwOut.values, expected, tolerance: tolerance(type), "dw")
    expectClose(dbOut.values, db.map { $0 + added }, tolerance: tolerance(type), "db")
  }
}

@Test(arguments: cases, storageTypes)
private func `a convolution is the same sum on every instruction set`(conv: Case, type: CGenType) {
  var numbers = Numbers(9)
  let input = Buffer(numbers.floats(conv.inputCount), type)
  let weights = Buffer(numbers.floats(conv.weightCount, in: -1...1), type).values
  let (pixels, plain) = (input.values, Buffer(weights))
  var sums = [Double](repeating: 0, count: conv.outputCount)
  conv.forEachProduct { sums[$0] += Double(pixels[$1]) * Double(weights[$2]) }
  var spec = conv.spec
  spec.type = type
  defer { _ = cgen_set_isa(cgen_machine_isa()) }
  for isa in (0...cgen_machine_isa().rawValue).compactMap(CGenIsa.init) {
    check(cgen_set_isa(isa))
    let out = Buffer(zeros: conv.outputCount, type)
    withHandle(spec, .forward) { handle in
      check(
        cgen_conv_forward(handle, input.pointer, plain.pointer, nil, nil, nil, out.pointer))
    }
    expectClose(out.values, sums, tolerance: tolerance(type, 5e-6), "isa \(isa.rawValue)")
  }
}

@Test(arguments: gradientCases, storageTypes)
private func `the gradient of a kernel is the same sum on every instruction set`(
  conv: Case, type: CGenType
) {
  var numbers = Numbers(7)
  let input = Buffer(numbers.floats(conv.inputCount), type)
  let gradient = Buffer(numbers.floats(conv.outputCount), type)
  let (x, dy) = (input.values, gradient.values)
  var dw = [Double](repeating: 0, count: conv.weightCount)
  conv.forEachProduct { dw[$2] += Double(dy[$0]) * Double(x[$1]) }
  let expected = conv.arranged(dw.map(Float.init), .OIHW).map(Double.init)
  var spec = conv.spec
  (spec.type, spec.layout) = (type, .OIHW)
  defer { _ = cgen_set_isa(cgen_machine_isa()) }
  for isa in (0...cgen_machine_isa().rawValue).compactMap(CGenIsa.init) {
    check(cgen_set_isa(isa))
    let byteCount = cgen_kernel_gradient_scratch(&spec)
    guard byteCount > 0 else { continue }
    let (scratch, out) = (Buffer(zeros: byteCount / 4), Buffer(zeros: conv.weightCount))
    check(
      cgen_kernel_gradient(
        &spec, input.pointer, gradient.pointer, out.floats, scratch.pointer))
    expectClose(out.values, expected, tolerance: 1e-5, "isa \(isa.rawValue)")
  }
}

@Test(arguments: [Float(1), 1e-20, 1e20, 1e30], [Float(0), 1000])
func `the gradient of a kernel keeps 24 bits whatever the scale`(scale: Float, offset: Float) {
  let conv = Case(batch: 5, height: 6, width: 19, inChannels: 35, outChannels: 48)
  var numbers = Numbers(8)
  let input = Buffer(numbers.floats(conv.inputCount).map { ($0 + offset) * scale })
  let gradient = Buffer(numbers.floats(conv.outputCount).map { $0 / scale })
  let (x, dy) = (input.values, gradient.values)
  var (dw, sizes) = (
    [Double](repeating: 0, count: conv.weightCount), [Double](repeating: 0, count: conv.weightCount)
  )
  conv.forEachProduct {
    let product = Double(dy[$0]) * Double(x[$1])
    dw[$2] += product
    sizes[$2] += abs(product)
  }
  let result = kernelGradient(conv, input, gradient)
  guard !result.isEmpty else { return }
  let expected = arrangedForFiles(conv, dw)
  let limits = arrangedForFiles(conv, sizes).map { $0 * 0x1p-20 }
  for (index, value) in result.enumerated() {
    #expect(abs(Double(value) - expected[index]) <= limits[index], "\(index)")
  }
}

@Test(arguments: [Float.infinity, -.infinity, .nan, .greatestFiniteMagnitude])
func `a number that is infinite or none reaches the taps that see it and no others`(odd: Float) {
  let conv = Case(batch: 4, height: 5, width: 17, inChannels: 33, outChannels: 32)
  var numbers = Numbers(9)
  var (pixels, upstream) = (
    numbers.floats(conv.inputCount, in: 0.25...1), numbers.floats(conv.outputCount, in: 0.25...1)
  )
  // At the border of a picture, beside which places of tiles are empty; and within another.
  pixels[(conv.width * 2 - 1) * conv.inChannels + 7] = odd
  upstream[(conv.outputCount / 2) + (conv.width * 2 + 5) * conv.outChannels] = odd
  let (input, gradient) = (Buffer(pixels), Buffer(upstream))
  var sums = [Float](repeating: 0, count: conv.weightCount)
  conv.forEachProduct { sums[$2] += upstream[$0] * pixels[$1] }
  let result = kernelGradient(conv, input, gradient)
  guard !result.isEmpty else { return }
  let expected = arrangedForFiles(conv, sums)
  for (value, wanted) in zip(result, expected) {
    let isSame =
      wanted.isNaN
      ? value.isNaN : value == wanted || abs(value - wanted) <= 1e-5 * abs(wanted)
    #expect(isSame, "\(value), not \(wanted)")
  }
}

/// Weights [out, height, width, in] as they are in files, [out, in, height, width].
private func arrangedForFiles<Number>(_ conv: Case, _ weights: [Number]) -> [Number] {
  let (taps, inner) = (conv.kernel * conv.kernel, conv.inChannels)
  return weights.indices.map { place in
    let (out, rest) = (place / (inner * taps), place % (inner * taps))
    return weights[(out * taps + rest % taps) * inner + rest / taps]
  }
}

/// The gradient by a kernel of our own; nothing where this machine has none.
private func kernelGradient(_ conv: Case, _ input: Buffer, _ gradient: Buffer) -> [Float] {
  var spec = conv.spec
  spec.layout = .OIHW
  let byteCount = cgen_kernel_gradient_scratch(&spec)
  guard byteCount > 0 else { return [] }
  let (scratch, out) = (Buffer(zeros: byteCount / 4), Buffer(zeros: conv.weightCount))
  check(
    cgen_kernel_gradient(&spec, input.pointer, gradient.pointer, out.floats, scratch.pointer))
  return out.values
}

@Test func `impossible convolutions are refused with a reason`() {
  var handle: OpaquePointer?
  var size = CGenExtent()
  var spec = CGenConvSpec()
  expectRefusal(cgen_conv_create(&spec, .forward, &handle), "at least 1")
  spec = Case(groups: 5).spec
  expectRefusal(cgen_conv_create(&spec, .forward, &handle), "do not divide")
  spec = Case(height: 2, width: 2, kernel: 5, before: 0, after: 0).spec
  expectRefusal(cgen_conv_output(&spec, &size), "smaller than the kernel")
  spec = Case(stride: 2).spec
  spec.padBefore.height = -1
  expectRefusal(cgen_conv_create(&spec, .forward, &handle), "below 1")
  #expect(handle == nil)
  withHandle(Case().spec, .forward) { handle in
    let buffer = Buffer(zeros: 16)
    let status = cgen_conv_backward_data(handle, buffer.pointer, buffer.pointer, buffer.pointer)
    expectRefusal(status, "another pass")
  }
}
