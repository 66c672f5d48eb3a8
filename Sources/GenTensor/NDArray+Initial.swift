import CGenKernels

extension NDArray {
  /// Starting numbers for a weight; its name chooses the stream, so that the order of weights
  /// does not matter.
  ///
  /// - Throws: ``TensorError/kernel(_:status:)`` when the generator fails.
  init(_ initial: Initializer, shape: Shape, seed: UInt64, name: String) throws {
    self.init(zeros: shape)
    let count = Int64(shape.elementCount)
    let deviation: Float
    switch initial {
    case .zeros: return
    case .ones:
      cgen_fill(1, storage.base, .float32, count)
      return
    case .normal(let given): deviation = given
    case .scaled(let gain):
      deviation = gain / Float(Swift.max(shape.dropFirst().reduce(1, *), 1)).squareRoot()
    }
    guard count > 0 else { return }
    let status = cgen_random_normal(
      seed, streamNumber(name), 0, storage.base, .float32, count, 0, deviation)
    guard status == .ok else { throw kernelFailure("random normal", status.rawValue) }
  }

  /// Normal numbers of one stream of Philox 4x32-10.
  ///
  /// - Throws: ``TensorError/kernel(_:status:)`` when the generator fails.
  public init(normal shape: Shape, seed: UInt64, stream: UInt64 = 0) throws {
    self.init(zeros: shape)
    guard shape.elementCount > 0 else { return }
    let status = cgen_random_normal(
      seed, stream, 0, storage.base, .float32, Int64(shape.elementCount), 0, 1)
    guard status == .ok else { throw kernelFailure("random normal", status.rawValue) }
  }
}

/// FNV-1a of a name's bytes, 64 bits.
private func streamNumber(_ name: String) -> UInt64 {
  name.utf8.reduce(0xcbf2_9ce4_8422_2325) { ($0 ^ UInt64($1)) &* 0x100_0000_01b3 }
}
