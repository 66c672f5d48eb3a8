import CGenKernels

/// Softmax within each segment of the rows (the last axis), or its logarithm.
struct SegmentSoftmax: Operation {
  let segments: Segments
  let scale: Float
  let isLogarithm: Bool

  var name: String { isLogarithm ? "log softmax of segments" : "softmax of segments" }
  var precision: Precision { .full }
  var reusableInputs: [Int] { [0] }

  func outputs(for inputs: [TensorType]) throws -> [TensorType] {
    try segments.check(inputs[0].shape)
    return [TensorType(inputs[0].shape)]
  }

  func prepare(_ call: OperationCall) throws -> Kernel {
    let (rows, _) = rowsAndColumns(call.inputs[0].shape)
    let ends = segments.ends
    return Kernel { [self] in
      cgen_segment_softmax_forward(
        $0[0].floats, $0[1].floats, rows, ends.address, segments.count, scale, isLogarithm
      ).rawValue
    }
  }

  func gradient(_ call: GradientCall) throws -> [Tensor?] {
    let gradient = SegmentSoftmaxGradient(
      segments: segments, scale: scale, isLogarithm: isLogarithm)
    return [call.inputs[0].graph.apply(gradient, call.outputs[0], try call.upstream())]
  }

  func flopCount(inputs: [TensorType], outputs: [TensorType]) -> Int {
    4 * inputs[0].shape.elementCount
  }
}

/// The gradient of the input of ``SegmentSoftmax`` from its output and the gradient of that.
struct SegmentSoftmaxGradient: Operation {
  let segments: Segments
  let scale: Float
  let isLogarithm: Bool

  var name: String { "softmax of segments gradient" }
  var precision: Precision { .full }

  func outputs(for inputs: [TensorType]) throws -> [TensorType] { [TensorType(inputs[0].shape)] }

  func prepare(_ call: OperationCall) throws -> Kernel {
    let (rows, _) = rowsAndColumns(call.inputs[0].shape)
    let ends = segments.ends
    return Kernel { [self] in
      cgen_segment_softmax_backward(
        $0[0].floats, $0[1].floats, $0[2].floats, rows, ends.address, segments.count, scale,
        isLogarithm
      ).rawValue
    }
  }
}

/// The place within every segment of its largest number, `i32 […, segments]`.
struct SegmentArgumentOfMaximum: Operation {
  let segments: Segments

  var name: String { "places of maxima" }
  var precision: Precision { .full }

  func outputs(for inputs: [TensorType]) throws -> [TensorType] {
    try segments.check(inputs[0].shape)
    return [TensorType(Shape(inputs[0].shape.dropLast() + [segments.lengths.count]), .i32)]
  }

  func prepare(_ call: OperationCall) throws -> Kernel {
    let (rows, _) = rowsAndColumns(call.inputs[0].shape)
    let ends = segments.ends
    return Kernel { [segments] in
      cgen_segment_argmax(
        $0[0].floats, rows, ends.address, segments.count, $0[1].assumingMemoryBound(to: Int32.self)
      ).rawValue
    }
  }

  func gradient(_ call: GradientCall) -> [Tensor?] { [nil] }
}

/// A place within every segment, as likely as its softmax says, `i32 […, segments]`.
///
/// - Inputs: the numbers `[…, width]`; the seed, `i64`, one number.
struct SegmentDraw: Operation {
  let segments: Segments
  /// Different calls of one program draw from different streams.
  let stream: UInt64

  var name: String { "draw of segments" }
  var precision: Precision { .full }

  func outputs(for inputs: [TensorType]) throws -> [TensorType] {
    try segments.check(inputs[0].shape)
    try demand(inputs[1].isSeed, "needs a seed of one i64")
    return [TensorType(Shape(inputs[0].shape.dropLast() + [segments.lengths.count]), .i32)]
  }

  func prepare(_ call: OperationCall) throws -> Kernel {
    let (rows, _) = rowsAndColumns(call.inputs[0].shape)
    let ends = segments.ends
    return Kernel { [segments, stream] in
      cgen_segment_draw(
        $0[0].floats, rows, ends.address, segments.count, $0[1].seed, stream,
        $0[2].assumingMemoryBound(to: Int32.self)
      ).rawValue
    }
  }

  func gradient(_ call: GradientCall) -> [Tensor?] { [nil, nil] }

  func flopCount(inputs: [TensorType], outputs: [TensorType]) -> Int {
    4 * inputs[0].shape.elementCount
  }
}

/// 1 at the place `i32 […, segments]` within every segment, otherwise 0.
struct SegmentOneHot: Operation {
  let segments: Segments

  var name: String { "one-hot" }
  var precision: Precision { .full }

  func outputs(for inputs: [TensorType]) throws -> [TensorType] {
    try segments.checkLengths()
    try demand(inputs[0].elementType == .i32, "the places are not i32")
    try demand(inputs[0].shape.last == segments.lengths.count, "needs a place for every segment")
    return [TensorType(Shape(inputs[0].shape.dropLast() + [segments.width]))]
  }

  func prepare(_ call: OperationCall) throws -> Kernel {
    let (rows, _) = rowsAndColumns(call.inputs[0].shape)
    let ends = segments.ends
    return Kernel { [segments] in
      cgen_segment_one_hot(
        $0[0].assumingMemoryBound(to: Int32.self), rows, ends.address, segments.count, $0[1].floats
      ).rawValue
    }
  }

  func gradient(_ call: GradientCall) -> [Tensor?] { [nil] }
  func flopCount(inputs: [TensorType], outputs: [TensorType]) -> Int { 0 }
}

/// How long the pieces of a row are that belong together.
struct Segments: Hashable, Sendable {
  let lengths: [Int]

  var width: Int { lengths.reduce(0, +) }
  var count: Int64 { Int64(lengths.count) }
  /// Where each segment ends, at an address that stays.
  var ends: FixedIntegers {
    var end = 0
    return FixedIntegers(
      lengths.map {
        end += $0
        return end
      })
  }

  func check(_ shape: Shape) throws {
    try checkLengths()
    try demand(shape.last == width, "the segments do not fill the rows")
  }

  func checkLengths() throws {
    try demand(!lengths.isEmpty && lengths.allSatisfy { $0 > 0 }, "a segment is empty")
  }
}

extension Tensor {
  /// Softmax of `scale` times the numbers within each of the segments that every row (the last
  /// axis) falls into.
  public func softmax(ofSegments lengths: [Int], scale: Float = 1) -> Tensor {
    graph.apply(
      SegmentSoftmax(segments: Segments(lengths: lengths), scale: scale, isLogarithm: false), self)
  }

  /// The logarithm of ``softmax(ofSegments:scale:)``.
  public func logSoftmax(ofSegments lengths: [Int]) -> Tensor {
    graph.apply(
      SegmentSoftmax(segments: Segments(lengths: lengths), scale: 1, isLogarithm: true), self)
  }

  /// The place within every segment of its largest number, the first of equals: `i32 […, segments]`.
  public func argumentsOfMaxima(ofSegments lengths: [Int]) -> Tensor {
    graph.apply(SegmentArgumentOfMaximum(segments: Segments(lengths: lengths)), self)
  }

  /// A place within every segment, as likely as ``softmax(ofSegments:scale:)`` says: `i32 […, segments]`;
  /// every call of this function draws others.
  public func drawn(ofSegments lengths: [Int], seed: Tensor) -> Tensor {
    let draw = SegmentDraw(segments: Segments(lengths: lengths), stream: graph.nextStream())
    return graph.apply(draw, self, seed)
  }

  /// These places `i32 […, segments]` as rows of zeros with a 1 in every segment; a place below 0
  /// leaves its segment empty, one beyond it stops the program.
  public func oneHot(ofSegments lengths: [Int]) -> Tensor {
    graph.apply(SegmentOneHot(segments: Segments(lengths: lengths)), self)
  }
}
