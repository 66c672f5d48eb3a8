import CGenKernels

extension ElementType {
  /// The kernels' name of this type.
  ///
  /// - Throws: ``TensorError/operation(_:shapes:reason:)`` for integers.
  var kernelType: CGenType {
    get throws {
      switch self {
      case .f32: .float32
      case .bf16: .bfloat16
      case .f16: .float16
      case .i64, .i32, .u8:
        throw TensorError.operation(
          "arithmetic", shapes: [], reason: "\(rawValue) numbers are not computed with")
      }
    }
  }
}

extension TensorType {
  var kernelType: CGenType { get throws { try elementType.kernelType } }
}

/// Integers at an address that stays, for kernels that are handed sizes or strides on every call.
final class FixedIntegers {
  let address: UnsafeMutablePointer<Int64>

  init(_ values: [Int]) {
    address = .allocate(capacity: Swift.max(values.count, 1))
    for (index, value) in values.enumerated() { address[index] = Int64(value) }
  }

  deinit { address.deallocate() }
}

/// The strides with which a tensor of one shape is read as if it had a larger one.
func broadcastStrides(of shape: Shape, as target: Shape) -> [Int] {
  let own = shape.strides
  return target.indices.map { axis in
    let inner = axis - (target.rank - shape.rank)
    return inner < 0 || shape[inner] == 1 ? 0 : own[inner]
  }
}

extension UnsafeMutableRawPointer {
  var floats: UnsafeMutablePointer<Float> { assumingMemoryBound(to: Float.self) }
}
