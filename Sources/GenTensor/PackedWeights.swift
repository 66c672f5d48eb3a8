import CGenKernels
import Synchronization

/// Weights in the layouts that prepared products and convolutions want, each packed once.
///
/// Programs that use the same array in the same way share the packed copy for as long as one lives.
final class PackedWeights: Sendable {
  static let shared = PackedWeights()

  private struct Key: Hashable {
    let source: UInt64
    let use: String
  }

  private struct Entry {
    weak var packed: PackedArray?
  }

  private let entries = Mutex<[Key: Entry]>([:])

  /// - Throws: ``TensorError/kernel(_:status:)`` when packing fails.
  func packed(
    _ weights: NDArray, key: String, byteCount: Int,
    pack: (UnsafeRawPointer, UnsafeMutableRawPointer) -> CGenStatus
  ) throws -> PackedArray {
    let key = Key(source: weights.storage.identity, use: key)
    if let known = entries.withLock({ $0[key]?.packed }) { return known }
    let result = PackedArray(byteCount: byteCount)
    let status = pack(weights.storage.base, result.base)
    guard status == .ok else { throw kernelFailure("packing", status.rawValue) }
    entries.withLock { entries in
      entries = entries.filter { $0.value.packed != nil }
      entries[key] = Entry(packed: result)
    }
    return result
  }
}

/// A packed copy.
final class PackedArray: Sendable {
  private let storage: ArrayStorage

  init(byteCount: Int) { storage = ArrayStorage(byteCount: byteCount) }

  var base: UnsafeMutableRawPointer { storage.base }
}

/// The error for a kernel's status, with the kernel's own words.
func kernelFailure(_ name: String, _ status: Int32) -> TensorError {
  .kernel("\(name): \(String(cString: cgen_last_error()))", status: Int(status))
}
