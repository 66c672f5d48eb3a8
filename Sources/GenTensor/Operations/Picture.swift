import CGenKernels

/// The four lengths of a batch of pictures.
private func pictureLengths(_ shape: Shape) throws -> [Int64] {
  try demand(shape.rank == 4, "needs [batch, height, width, channels]")
  return shape.map(Int64.init)
}

/// Every pixel as 2x2 pixels.
struct Upsample2: Operation {
  var name: String { "upsample" }

  func outputs(for inputs: [TensorType]) throws -> [TensorType] {
    _ = try pictureLengths(inputs[0].shape)
    let shape = inputs[0].shape
    return [TensorType([shape[0], shape[1] * 2, shape[2] * 2, shape[3]])]
  }

  var precision: Precision { .uniform }

  func prepare(_ call: OperationCall) throws -> Kernel {
    let shape = try pictureLengths(call.inputs[0].shape)
    let type = try call.inputs[0].kernelType
    return Kernel {
      cgen_upsample2($0[0], $0[1], type, shape[0], shape[1], shape[2], shape[3]).rawValue
    }
  }

  func gradient(_ call: GradientCall) throws -> [Tensor?] {
    [call.inputs[0].graph.apply(Downsample2(factor: 1), try call.upstream())]
  }
}

/// The sum of every 2x2 pixels times `factor`.
struct Downsample2: Operation {
  let factor: Float

  var name: String { "downsample" }
  var precision: Precision { .uniform }

  func outputs(for inputs: [TensorType]) throws -> [TensorType] {
    let shape = inputs[0].shape
    _ = try pictureLengths(shape)
    try demand(shape[1] % 2 == 0 && shape[2] % 2 == 0, "height or width is odd")
    return [TensorType([shape[0], shape[1] / 2, shape[2] / 2, shape[3]])]
  }

  func prepare(_ call: OperationCall) throws -> Kernel {
    let shape = try pictureLengths(call.outputs[0].shape)
    let type = try call.inputs[0].kernelType
    return Kernel { [factor] in
      cgen_downsample2($0[0], $0[1], type, shape[0], shape[1], shape[2], shape[3], factor)
        .rawValue
    }
  }

  func gradient(_ call: GradientCall) throws -> [Tensor?] {
    [call.inputs[0].graph.apply(Upsample2(), try call.upstream()) * factor]
  }
}

/// Channels to pixels, or pixels to channels.
struct PixelShuffle: Operation {
  let factor: Int
  let order: CGenShuffleOrder
  /// Whether pixels become channels.
  let isInverse: Bool

  var name: String { isInverse ? "space to depth" : "depth to space" }
  var precision: Precision { .uniform }

  func outputs(for inputs: [TensorType]) throws -> [TensorType] {
    let shape = inputs[0].shape
    _ = try pictureLengths(shape)
    try demand(factor > 0, "needs a positive factor")
    if isInverse {
      try demand(
        shape[1] % factor == 0 && shape[2] % factor == 0, "\(factor) does not divide its sides")
      return [
        TensorType(
          [shape[0], shape[1] / factor, shape[2] / factor, shape[3] * factor * factor])
      ]
    }
    try demand(shape[3] % (factor * factor) == 0, "\(factor)² does not divide its channels")
    return [
      TensorType([shape[0], shape[1] * factor, shape[2] * factor, shape[3] / (factor * factor)])
    ]
  }

  func prepare(_ call: OperationCall) throws -> Kernel {
    let small = call.inputs[0].shape[1] <= call.outputs[0].shape[1] ? 0 : 1
    let low = (small == 0 ? call.inputs[0] : call.outputs[0]).shape.map(Int64.init)
    let channels = low[3] / Int64(factor * factor)
    let type = try call.inputs[0].kernelType
    let step = Int64(factor)
    return Kernel { [order, isInverse] in
      isInverse
        ? cgen_space_to_depth(
          $0[0], $0[1], type, low[0], low[1], low[2], channels, step, order
        ).rawValue
        : cgen_depth_to_space(
          $0[0], $0[1], type, low[0], low[1], low[2], channels, step, order
        ).rawValue
    }
  }

  func gradient(_ call: GradientCall) throws -> [Tensor?] {
    let back = PixelShuffle(factor: factor, order: order, isInverse: !isInverse)
    return [call.inputs[0].graph.apply(back, try call.upstream())]
  }
}

/// Resampling to another size.
struct Resize: Operation {
  let height: Int
  let width: Int
  let isNearest: Bool
  var alignsCorners = false

  var name: String { isNearest ? "resize nearest" : "resize" }
  var precision: Precision { .uniform }

  func outputs(for inputs: [TensorType]) throws -> [TensorType] {
    let shape = inputs[0].shape
    _ = try pictureLengths(shape)
    try demand(height > 0 && width > 0 && shape.elementCount > 0, "one of the sizes is empty")
    return [TensorType([shape[0], height, width, shape[3]])]
  }

  func prepare(_ call: OperationCall) throws -> Kernel {
    let shape = try pictureLengths(call.inputs[0].shape)
    let type = try call.inputs[0].kernelType
    let (outHeight, outWidth) = (Int64(height), Int64(width))
    return Kernel { [isNearest, alignsCorners] in
      isNearest
        ? cgen_resize_nearest(
          $0[0], $0[1], type, shape[0], shape[1], shape[2], shape[3], outHeight, outWidth
        ).rawValue
        : cgen_resize_bilinear(
          $0[0], $0[1], type, shape[0], shape[1], shape[2], shape[3], outHeight, outWidth,
          alignsCorners
        ).rawValue
    }
  }

  func gradient(_ call: GradientCall) throws -> [Tensor?] {
    guard !isNearest else { throw TensorError.notDifferentiable(name) }
    let back = ResizeGradient(resize: self, input: call.inputs[0].shape)
    return [call.inputs[0].graph.apply(back, try call.upstream())]
  }
}

/// The gradient of the input of a bilinear ``Resize``.
struct ResizeGradient: Operation {
  let resize: Resize
  let input: Shape

  var name: String { "resize gradient" }
  var precision: Precision { .full }

  func outputs(for inputs: [TensorType]) -> [TensorType] { [TensorType(input)] }

  func prepare(_ call: OperationCall) throws -> Kernel {
    let shape = try pictureLengths(input)
    let (outHeight, outWidth) = (Int64(resize.height), Int64(resize.width))
    return Kernel { [resize] in
      cgen_resize_bilinear_backward(
        $0[0].floats, $0[1].floats, shape[0], shape[1], shape[2], shape[3], outHeight, outWidth,
        resize.alignsCorners
      ).rawValue
    }
  }
}

/// Pictures read at places, `[batch, height, width, 2]`.
struct Sample: Operation {
  var name: String { "sample" }
  func keepsFull(input index: Int) -> Bool { true }
  func keepsFull(output index: Int) -> Bool { true }

  func outputs(for inputs: [TensorType]) throws -> [TensorType] {
    let (pictures, places) = (inputs[0].shape, inputs[1].shape)
    _ = try pictureLengths(pictures)
    try demand(
      places.rank == 4 && places[3] == 2 && places[0] == pictures[0],
      "the places are not [\(pictures[0]), height, width, 2]")
    return [TensorType([pictures[0], places[1], places[2], pictures[3]])]
  }

  func prepare(_ call: OperationCall) throws -> Kernel {
    let shape = try pictureLengths(call.inputs[0].shape)
    let places = try pictureLengths(call.inputs[1].shape)
    return Kernel {
      cgen_sample_bilinear(
        $0[0], $0[2], .float32, shape[0], shape[1], shape[2], shape[3], $0[1].floats, places[1],
        places[2]
      ).rawValue
    }
  }
}

/// Pictures with a border that repeats or mirrors their edge.
struct BorderPadding: Operation {
  let top: Int
  let bottom: Int
  let left: Int
  let right: Int
  let mode: CGenPadMode

  var name: String { "border" }
  var precision: Precision { .uniform }

  func outputs(for inputs: [TensorType]) throws -> [TensorType] {
    let shape = inputs[0].shape
    _ = try pictureLengths(shape)
    try demand([top, bottom, left, right].allSatisfy { $0 >= 0 }, "has a negative border")
    return [TensorType([shape[0], shape[1] + top + bottom, shape[2] + left + right, shape[3]])]
  }

  func prepare(_ call: OperationCall) throws -> Kernel {
    let shape = try pictureLengths(call.inputs[0].shape)
    let type = try call.inputs[0].kernelType
    let border = [top, bottom, left, right].map(Int64.init)
    return Kernel { [mode] in
      cgen_pad(
        $0[0], $0[1], type, shape[0], shape[1], shape[2], shape[3], border[0], border[1],
        border[2], border[3], mode
      ).rawValue
    }
  }
}

extension Tensor {
  /// Pictures of twice the height and width; every pixel becomes 2x2 equal ones.
  public func upsampledNearest2() -> Tensor { graph.apply(Upsample2(), self) }

  /// Pictures of half the height and width; every 2x2 pixels become their mean.
  public func averagePooled2() -> Tensor { graph.apply(Downsample2(factor: 0.25), self) }

  /// `factor²` channels become `factor` by `factor` pixels; channels are numbered
  /// `c * factor² + dy * factor + dx`.
  public func pixelShuffled(by factor: Int) -> Tensor {
    graph.apply(PixelShuffle(factor: factor, order: .channelFirst, isInverse: false), self)
  }

  /// The inverse of ``pixelShuffled(by:)``.
  public func pixelUnshuffled(by factor: Int) -> Tensor {
    graph.apply(PixelShuffle(factor: factor, order: .channelFirst, isInverse: true), self)
  }

  /// `factor` by `factor` pixels become `factor²` times the channels, numbered
  /// `(dy * factor + dx) * channels + c`.
  public func spaceToDepth(by factor: Int) -> Tensor {
    graph.apply(PixelShuffle(factor: factor, order: .blockFirst, isInverse: true), self)
  }

  /// The inverse of ``spaceToDepth(by:)``.
  public func depthToSpace(by factor: Int) -> Tensor {
    graph.apply(PixelShuffle(factor: factor, order: .blockFirst, isInverse: false), self)
  }

  /// Bilinear, without antialiasing.
  public func resized(height: Int, width: Int, aligningCorners: Bool = false) -> Tensor {
    graph.apply(
      Resize(height: height, width: width, isNearest: false, alignsCorners: aligningCorners), self)
  }

  public func resizedNearest(height: Int, width: Int) -> Tensor {
    graph.apply(Resize(height: height, width: width, isNearest: true), self)
  }

  /// Pictures read at `places [batch, height, width, 2]`, a row and a column for each pixel, counted
  /// from the middle of the first one: bilinear, zeros outside.
  public func sampled(at places: Tensor) -> Tensor { graph.apply(Sample(), self, places) }

  /// Pictures with a border, in pixels, that repeats their edge.
  public func edgePadded(top: Int, bottom: Int, left: Int, right: Int) -> Tensor {
    graph.apply(
      BorderPadding(top: top, bottom: bottom, left: left, right: right, mode: .replicate), self)
  }

  /// Pictures with a border, in pixels, that mirrors their edge without repeating it.
  public func mirrorPadded(top: Int, bottom: Int, left: Int, right: Int) -> Tensor {
    graph.apply(
      BorderPadding(top: top, bottom: bottom, left: left, right: right, mode: .reflect), self)
  }
}
