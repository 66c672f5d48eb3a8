import CGenKernels

/// Numbers of one stream of Philox 4x32-10: the same for the same seed, whatever the threads.
///
/// - Input: the seed, `i64`, one number.
struct RandomNumbers: Operation {
  enum Distribution: Hashable {
    case normal
    case uniform
  }

  let distribution: Distribution
  let shape: Shape
  /// Different calls of one program draw from different streams.
  let stream: UInt64
  /// Mean and deviation, or lower and upper bound.
  let first: Float
  let second: Float

  var name: String { distribution == .normal ? "random normal" : "random uniform" }
  var precision: Precision { .full }

  func outputs(for inputs: [TensorType]) throws -> [TensorType] {
    try demand(inputs[0].isSeed, "needs a seed of one i64")
    return [TensorType(shape)]
  }

  func prepare(_ call: OperationCall) throws -> Kernel {
    let type = try call.outputs[0].kernelType
    let count = Int64(shape.elementCount)
    return Kernel { [distribution, stream, first, second] addresses in
      let seed = addresses[0].seed
      switch distribution {
      case .normal:
        return cgen_random_normal(
          seed, stream, 0, addresses[1], type, count, first, second
        ).rawValue
      case .uniform:
        return cgen_random_uniform(
          seed, stream, 0, addresses[1], type, count, first, second
        ).rawValue
      }
    }
  }

  func gradient(_ call: GradientCall) -> [Tensor?] { [nil] }

  func flopCount(inputs: [TensorType], outputs: [TensorType]) -> Int { 20 * shape.elementCount }
}

extension Graph {
  /// Normal numbers; every call of this function draws others.
  public func randomNormal(
    _ shape: Shape, seed: Tensor, mean: Float = 0, deviation: Float = 1
  ) -> Tensor {
    random(.normal, shape, seed, mean, deviation)
  }

  /// Numbers uniform in `range`; every call of this function draws others.
  public func randomUniform(
    _ shape: Shape, seed: Tensor, in range: Range<Float> = 0..<1
  ) -> Tensor {
    random(.uniform, shape, seed, range.lowerBound, range.upperBound)
  }

  private func random(
    _ distribution: RandomNumbers.Distribution, _ shape: Shape, _ seed: Tensor, _ first: Float,
    _ second: Float
  ) -> Tensor {
    let operation = RandomNumbers(
      distribution: distribution, shape: shape, stream: nextStream(), first: first, second: second)
    return apply(operation, seed)
  }

  /// A stream of random numbers that nothing else of the program draws from.
  func nextStream() -> UInt64 {
    defer { leaves.streamCount += 1 }
    return leaves.streamCount
  }
}

extension TensorType {
  var isSeed: Bool { elementType == .i64 && shape.elementCount == 1 }
}

extension UnsafeMutableRawPointer {
  /// The seed that lies here as one `i64`.
  var seed: UInt64 { UInt64(bitPattern: load(as: Int64.self)) }
}
