import GenTensor

/// One named tensor of a file of weights: where its bytes lie and what they are.
public struct TensorRecord: Sendable {
  public let name: String
  public let type: WeightType
  public let shape: [Int]
  let file: MappedFile
  /// Place of the elements in the file, in bytes; always inside it and as long as the shape says.
  let range: Range<Int>

  public var elementCount: Int { range.count / type.byteCount }

  public var bytes: UnsafeRawBufferPointer { UnsafeRawBufferPointer(rebasing: file.bytes[range]) }

  /// The tensor as it is stored, without a copy where its bytes lie aligned in the file.
  ///
  /// - Throws: ``WeightsError/Fault/unsupportedElementType(_:)`` for types that arrays do not have.
  public func array() throws -> NDArray {
    guard let elementType = type.elementType else {
      throw WeightsError(file: file.path, item: name, .unsupportedElementType(type.rawValue))
    }
    let region = bytes
    if let start = region.baseAddress, Int(bitPattern: start).isMultiple(of: type.byteCount) {
      return try NDArray(
        region: region, ownedBy: file, shape: Shape(shape), elementType: elementType)
    }
    var copy = NDArray(zeros: Shape(shape), elementType)
    copy.withUnsafeMutableBytes { $0.copyMemory(from: region) }
    return copy
  }

  /// The elements as `Float`, whatever their type; wide numbers lose digits.
  public func floats() -> [Float] {
    let region = bytes
    return (0..<elementCount).map { type.float(in: region, at: $0 * type.byteCount) }
  }
}
