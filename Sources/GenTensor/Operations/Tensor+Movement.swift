extension Tensor {
  /// The same numbers under another shape; one length may be -1 and is then worked out.
  public func reshaped(to lengths: [Int]) -> Tensor {
    let known = lengths.filter { $0 >= 0 }.reduce(1, *)
    let unknown = lengths.count { $0 < 0 }
    guard unknown == 0 || (unknown == 1 && known > 0 && shape.elementCount % known == 0) else {
      graph.fail(.operation("reshape", shapes: [shape], reason: "does not fit \(lengths)"))
      return self
    }
    return reshaped(
      to: Shape(lengths.map { $0 < 0 ? shape.elementCount / Swift.max(known, 1) : $0 }))
  }

  public func reshaped(to shape: Shape) -> Tensor { graph.apply(Reshape(shape: shape), self) }

  /// Axes in another order; without arguments the last two change places.
  public func transposed(_ permutation: Int...) -> Tensor {
    var order = permutation.map { shape.axis($0) ?? $0 }
    if order.isEmpty, shape.rank >= 2 {
      order = Array(shape.indices)
      order.swapAt(shape.rank - 1, shape.rank - 2)
    }
    return graph.apply(Transpose(permutation: order), self)
  }

  /// Some of the elements along an axis.
  public func slice(_ range: Range<Int>, alongAxis axis: Int, by step: Int = 1) -> Tensor {
    guard let axis = shape.axis(axis), step > 0 else {
      graph.fail(.operation("slice", shapes: [shape], reason: "no axis \(axis) or step \(step)"))
      return self
    }
    var starts = [Int](repeating: 0, count: shape.rank)
    var lengths = shape.dimensions
    var steps = [Int](repeating: 1, count: shape.rank)
    starts[axis] = range.lowerBound
    lengths[axis] = (range.count + step - 1) / step
    steps[axis] = step
    return graph.apply(Slice(starts: starts, lengths: lengths, steps: steps), self)
  }

  /// Some of the elements along the first axes: `x[0..<1, 2..<5]`.
  public subscript(_ ranges: Range<Int>...) -> Tensor {
    var starts = [Int](repeating: 0, count: shape.rank)
    var lengths = shape.dimensions
    guard ranges.count <= shape.rank else {
      graph.fail(.operation("slice", shapes: [shape], reason: "has \(ranges.count) ranges"))
      return self
    }
    for (axis, range) in ranges.enumerated() {
      starts[axis] = range.lowerBound
      lengths[axis] = range.count
    }
    let steps = [Int](repeating: 1, count: shape.rank)
    return graph.apply(Slice(starts: starts, lengths: lengths, steps: steps), self)
  }

  /// The elements along an axis in the opposite order.
  public func reversed(alongAxis axis: Int) -> Tensor {
    guard let axis = shape.axis(axis) else {
      graph.fail(.operation("reverse", shapes: [shape], reason: "no axis \(axis)"))
      return self
    }
    var starts = [Int](repeating: 0, count: shape.rank)
    var steps = [Int](repeating: 1, count: shape.rank)
    starts[axis] = Swift.max(shape[axis] - 1, 0)
    steps[axis] = -1
    return graph.apply(Slice(starts: starts, lengths: shape.dimensions, steps: steps), self)
  }

  /// Pieces of the given lengths along an axis.
  public func split(alongAxis axis: Int, lengths: [Int]) -> [Tensor] {
    let pieces = graph.apply(
      Split(axis: shape.axis(axis) ?? shape.rank, lengths: lengths), to: [self])
    return pieces.count == lengths.count ? pieces : lengths.map { _ in self }
  }

  /// `count` equal pieces along an axis.
  public func split(alongAxis axis: Int, count: Int) -> [Tensor] {
    let length = length(ofAxis: axis) / Swift.max(count, 1)
    return split(alongAxis: axis, lengths: [Int](repeating: length, count: count))
  }

  public func concatenated(with others: Tensor..., alongAxis axis: Int) -> Tensor {
    graph.concatenated([self] + others, alongAxis: axis)
  }

  /// Zeros before and after the elements of each axis.
  public func padded(before: [Int], after: [Int]) -> Tensor {
    guard before.count == shape.rank, after.count == shape.rank,
      (before + after).allSatisfy({ $0 >= 0 })
    else {
      graph.fail(.operation("pad", shapes: [shape], reason: "by \(before) and \(after)"))
      return self
    }
    let lengths = shape.indices.map { before[$0] + shape[$0] + after[$0] }
    let steps = [Int](repeating: 1, count: shape.rank)
    return graph.apply(Placement(shape: Shape(lengths), starts: before, steps: steps), self)
  }

  /// Repeated along axes of length 1.
  public func expanded(to shape: Shape) -> Tensor { graph.apply(Expand(shape: shape), self) }
}

extension Graph {
  public func concatenated(_ parts: [Tensor], alongAxis axis: Int) -> Tensor {
    guard let first = parts.first else {
      fail(.operation("concatenate", shapes: [], reason: "there is nothing to join"))
      return filled(0, [])
    }
    return apply(Concatenation(axis: first.shape.axis(axis) ?? first.shape.rank), to: parts)[0]
  }

  /// One number everywhere.
  public func filled(_ value: Float, _ shape: Shape) -> Tensor {
    apply(Fill(value: value, shape: shape), to: [])[0]
  }
}
