import Testing

@testable import GenTensor

/// A two-dimensional convolution, tap by tap.
private func plainConvolution(
  _ x: NDArray, _ kernel: NDArray, stride: Int, before: [Int], after: [Int], dilation: Int,
  groups: Int
) -> [Float] {
  let (batch, height, width, channels) = (x.shape[0], x.shape[1], x.shape[2], x.shape[3])
  let (out, perGroup, tall, wide) = (
    kernel.shape[0], kernel.shape[1], kernel.shape[2], kernel.shape[3]
  )
  let rows = (height + before[0] + after[0] - dilation * (tall - 1) - 1) / stride + 1
  let columns = (width + before[1] + after[1] - dilation * (wide - 1) - 1) / stride + 1
  let (values, taps) = (x.floats, kernel.floats)
  var result: [Float] = []
  for item in 0..<batch {
    for row in 0..<rows {
      for column in 0..<columns {
        for channel in 0..<out {
          let group = channel / (out / groups)
          var sum = 0.0
          for i in 0..<tall {
            for j in 0..<wide {
              let y = row * stride + i * dilation - before[0]
              let z = column * stride + j * dilation - before[1]
              guard (0..<height).contains(y), (0..<width).contains(z) else { continue }
              for index in 0..<perGroup {
                let pixel = ((item * height + y) * width + z) * channels + group * perGroup + index
                let tap = ((channel * perGroup + index) * tall + i) * wide + j
                sum += Double(values[pixel]) * Double(taps[tap])
              }
            }
          }
          result.append(Float(sum))
        }
      }
    }
  }
  return result
}

@Suite struct ConvolutionTests {
  struct Case: Sendable {
    var input: Shape
    var kernel: Shape
    var stride = 1
    var padding = Padding.same
    var dilation = 1
    var groups = 1
  }

  static let cases = [
    Case(input: [1, 5, 7, 3], kernel: [4, 3, 3, 3]),
    Case(input: [2, 8, 6, 5], kernel: [7, 5, 3, 3], stride: 2),
    Case(input: [2, 5, 5, 4], kernel: [6, 4, 1, 1]),
    Case(input: [1, 7, 9, 4], kernel: [6, 2, 3, 3], groups: 2),
    Case(input: [1, 9, 9, 3], kernel: [2, 3, 3, 3], padding: .symmetric(2), dilation: 2),
    Case(
      input: [1, 6, 5, 2], kernel: [3, 2, 4, 2],
      padding: .explicit(before: [1, 0], after: [2, 1])),
    Case(input: [1, 6, 5, 2], kernel: [3, 2, 3, 3], padding: .none),
  ]

  private func convolve(_ test: Case, _ x: [Tensor]) -> Tensor {
    x[0].convolved(
      with: x[1], bias: x.count > 2 ? x[2] : nil, stride: test.stride, padding: test.padding,
      dilation: test.dilation, groupCount: test.groups)
  }

  @Test(arguments: cases)
  func `a convolution equals the plain one`(_ test: Case) throws {
    let x = try numbers(test.input)
    let kernel = try numbers(test.kernel, seed: 2)
    let found = try evaluate([x, kernel]) { convolve(test, $1) }
    let reach = test.kernel[2...].map { test.dilation * ($0 - 1) }
    let (before, after): ([Int], [Int]) =
      switch test.padding {
      case .none: ([0, 0], [0, 0])
      case .same: (reach.map { $0 / 2 }, reach.map { $0 - $0 / 2 })
      case .symmetric(let count): ([count, count], [count, count])
      case .explicit(let before, let after): (before, after)
      }
    expectClose(
      found.floats,
      plainConvolution(
        x, kernel, stride: test.stride, before: before, after: after, dilation: test.dilation,
        groups: test.groups))
  }

  @Test(arguments: cases)
  func `its gradients equal central differences`(_ test: Case) throws {
    try expectGradients([
      try numbers(test.input), try numbers(test.kernel, seed: 2),
      try numbers([test.kernel[0]], seed: 3),
    ]) { convolve(test, $1) }
  }

  @Test(arguments: [(3, 20, 9), (11, 48, 16), (9, 33, 13)], [NumericMode.f32, .bf16])
  func `the gradient of a kernel over a batch equals the plain one`(
    _ size: (items: Int, channels: Int, out: Int), _ mode: NumericMode
  ) throws {
    for stride in [1, 2] {
      let x = try numbers([size.items, 5, 7, size.channels])
      let kernel = try numbers([size.out, size.channels, 3, 3], seed: 2)
      let side = [5, 7].map { ($0 - 1) / stride + 1 }
      let upstream = try numbers([size.items, side[0], side[1], size.out], seed: 3)
      let found = try evaluate([x, kernel, upstream], mode: mode) { _, t in
        (t[0].convolved(with: t[1], stride: stride, padding: .symmetric(1)) * t[2]).sum()
          .gradient(withRespectTo: [t[1]])[0]
      }
      let (values, factors) = (x.floats, upstream.floats)
      let expected = (0..<kernel.shape.elementCount).map { index -> Float in
        let (out, channel) = (index / 9 / size.channels, index / 9 % size.channels)
        let (i, j) = (index % 9 / 3 - 1, index % 3 - 1)
        var sum = 0.0
        for item in 0..<size.items {
          for row in 0..<side[0] where (0..<5).contains(row * stride + i) {
            for column in 0..<side[1] where (0..<7).contains(column * stride + j) {
              let pixel = (item * 5 + row * stride + i) * 7 + column * stride + j
              let place = (item * side[0] + row) * side[1] + column
              sum +=
                Double(values[pixel * size.channels + channel])
                * Double(factors[place * size.out + out])
            }
          }
        }
        return Float(sum)
      }
      expectClose(found.floats, expected, tolerance: mode == .f32 ? 1e-4 : 5e-2)
    }
  }

  @Test func `convolutions along one and three axes have gradients too`() throws {
    try expectGradients([try numbers([2, 9, 3]), try numbers([4, 3, 5], seed: 2)]) {
      $1[0].convolved(with: $1[1])
    }
    try expectGradients([try numbers([1, 3, 4, 5, 2]), try numbers([3, 2, 3, 3, 3], seed: 2)]) {
      $1[0].convolved(with: $1[1], stride: 2)
    }
  }

  @Test func `a transposed convolution is the gradient of a convolution and has its own`() throws {
    let x = try numbers([2, 4, 3, 5])
    let kernel = try numbers([5, 2, 4, 4], seed: 2)
    let found = try evaluate([x, kernel]) {
      $1[0].transposeConvolved(with: $1[1], stride: 2, padding: .symmetric(1))
    }
    #expect(found.shape == [2, 8, 6, 2])
    try expectGradients([x, kernel]) {
      $1[0].transposeConvolved(with: $1[1], stride: 2, padding: .symmetric(1))
    }
  }

  @Test func `bias, slopes and residual are fused in and change nothing`() throws {
    let x = try numbers([2, 6, 5, 8])
    let weights = [
      "kernel": try numbers([8, 8, 3, 3], seed: 2), "bias": try numbers([8], seed: 3),
      "slopes": try numbers([8], seed: 4),
    ]
    func network(_ input: Tensor, _ kernel: Tensor, _ bias: Tensor, _ slopes: Tensor) -> [Tensor] {
      let first = input.convolved(with: kernel, bias: bias)
      return [
        first.parametricRelu(slopes: slopes), first.silu() + input, (first + input).relu(),
      ]
    }
    for index in 0..<3 {
      let fused = try Program(weights) { graph in
        try network(
          graph.input("x", x.shape), graph.weight("kernel", [8, 8, 3, 3]),
          graph.weight("bias", [8]), graph.weight("slopes", [8]))[index]
      }
      #expect(fused.executable.schedule.steps.count <= 2)
      let parts = [x, weights["kernel"], weights["bias"], weights["slopes"]].compactMap { $0 }
      // Keeping the convolution's own result as a second use stops the fusion.
      let plain = try evaluate(parts) { _, t in
        let all = network(t[0], t[1], t[2], t[3])
        let unfused = t[0].convolved(with: t[1], bias: t[2])
        return all[index] + unfused - unfused
      }
      expectClose(try fused(x: x).floats, plain.floats)
    }
  }

  @Test func `kernels that do not fit are an error`() throws {
    #expect(throws: TensorError.self) {
      try evaluate([try numbers([1, 5, 5, 3]), try numbers([4, 2, 3, 3])]) {
        $1[0].convolved(with: $1[1])
      }
    }
    #expect(throws: TensorError.self) {
      try evaluate([try numbers([1, 2, 2, 3]), try numbers([4, 3, 3, 3])]) {
        $1[0].convolved(with: $1[1], padding: .none)
      }
    }
  }
}
