import Synchronization

#if canImport(Glibc)
  import Glibc
#elseif canImport(Musl)
  import Musl
#else
  import Darwin
#endif

/// Numbers in memory: a shape, an element type and 64-byte aligned bytes, outermost axis first.
///
/// A value: a copy shares memory until one of the two is written to.
///
///     let pixels = try NDArray([0, 0.5, 1, 0.25], shape: [2, 2])
///     pixels.floats  // [0, 0.5, 1, 0.25]
public struct NDArray: Sendable {
  public let shape: Shape
  public let elementType: ElementType
  private(set) var storage: ArrayStorage

  /// An array of zeros.
  public init(zeros shape: Shape, _ elementType: ElementType = .f32) {
    self.shape = shape
    self.elementType = elementType
    storage = ArrayStorage(byteCount: shape.elementCount * elementType.byteCount)
  }

  /// - Throws: ``TensorError/elementCount(expected:found:)`` unless the values fill the shape.
  public init<Element: ArrayElement>(_ values: [Element], shape: Shape) throws {
    guard values.count == shape.elementCount else {
      throw TensorError.elementCount(expected: shape.elementCount, found: values.count)
    }
    self.init(zeros: shape, Element.elementType)
    values.withUnsafeBytes { storage.bytes.copyMemory(from: $0) }
  }

  /// A one-dimensional array.
  public init<Element: ArrayElement>(_ values: [Element]) {
    self.init(zeros: [values.count], Element.elementType)
    values.withUnsafeBytes { storage.bytes.copyMemory(from: $0) }
  }

  /// A single number.
  public init<Element: ArrayElement>(scalar value: Element) {
    self.init(zeros: [], Element.elementType)
    Swift.withUnsafeBytes(of: value) { storage.bytes.copyMemory(from: $0) }
  }

  /// Numbers in memory that belongs to somebody else, a mapped file say.
  ///
  /// - Requires: `region` stays readable and unchanged for as long as `owner` lives.
  /// - Throws: ``TensorError/elementCount(expected:found:)`` when the region is too short.
  public init(
    region: UnsafeRawBufferPointer, ownedBy owner: any AnyObject & Sendable, shape: Shape,
    elementType: ElementType
  ) throws {
    guard region.count >= shape.elementCount * elementType.byteCount else {
      throw TensorError.elementCount(
        expected: shape.elementCount, found: region.count / elementType.byteCount)
    }
    self.shape = shape
    self.elementType = elementType
    storage = ArrayStorage(region: region, owner: owner)
  }

  /// An array that shares memory already held.
  init(shape: Shape, elementType: ElementType, storage: ArrayStorage) {
    self.shape = shape
    self.elementType = elementType
    self.storage = storage
  }

  public var byteCount: Int { shape.elementCount * elementType.byteCount }

  /// The same numbers under another shape.
  ///
  /// - Throws: ``TensorError/elementCount(expected:found:)``.
  public func reshaped(to shape: Shape) throws -> NDArray {
    guard shape.elementCount == self.shape.elementCount else {
      throw TensorError.elementCount(
        expected: self.shape.elementCount, found: shape.elementCount)
    }
    return NDArray(shape: shape, elementType: elementType, storage: storage)
  }

  public func withUnsafeBytes<Result>(
    _ body: (UnsafeRawBufferPointer) throws -> Result
  ) rethrows -> Result {
    defer { withExtendedLifetime(storage) {} }
    return try body(UnsafeRawBufferPointer(start: storage.base, count: byteCount))
  }

  public mutating func withUnsafeMutableBytes<Result>(
    _ body: (UnsafeMutableRawBufferPointer) throws -> Result
  ) rethrows -> Result {
    makeUnique()
    storage.renewIdentity()
    defer { withExtendedLifetime(storage) {} }
    return try body(UnsafeMutableRawBufferPointer(start: storage.base, count: byteCount))
  }

  private mutating func makeUnique() {
    guard storage.isBorrowed || !isKnownUniquelyReferenced(&storage) else { return }
    let copy = ArrayStorage(byteCount: byteCount)
    withUnsafeBytes { copy.bytes.copyMemory(from: $0) }
    storage = copy
  }
}

extension NDArray {
  /// The elements as they are stored.
  ///
  /// - Throws: ``TensorError/inputType(name:expected:found:)`` when they are of another type.
  public func elements<Element: ArrayElement>(as type: Element.Type) throws -> [Element] {
    guard elementType == Element.elementType else {
      throw TensorError.inputType(
        name: "array", expected: Element.elementType, found: elementType)
    }
    return withUnsafeBytes { Array($0.bindMemory(to: Element.self)) }
  }

  /// The elements as `Float`, whatever their type.
  public var floats: [Float] {
    withUnsafeBytes { bytes in
      switch elementType {
      case .f32: Array(bytes.bindMemory(to: Float.self))
      case .bf16: bytes.bindMemory(to: UInt16.self).map(FloatBits.fromBF16)
      case .f16: bytes.bindMemory(to: UInt16.self).map(FloatBits.fromF16)
      case .i64: bytes.bindMemory(to: Int64.self).map(Float.init)
      case .i32: bytes.bindMemory(to: Int32.self).map(Float.init)
      case .u8: bytes.map(Float.init)
      }
    }
  }

  /// The numbers in another floating-point type, rounded to nearest.
  public func converted(to type: ElementType) -> NDArray {
    precondition(type.isFloatingPoint, "conversion to \(type) is not offered")
    guard type != elementType else { return self }
    let result = NDArray(zeros: shape, type)
    let values = floats
    switch type {
    case .bf16:
      let target = result.storage.bytes.bindMemory(to: UInt16.self)
      for index in values.indices { target[index] = FloatBits.toBF16(values[index]) }
    case .f16:
      let target = result.storage.bytes.bindMemory(to: UInt16.self)
      for index in values.indices { target[index] = FloatBits.toF16(values[index]) }
    default: values.withUnsafeBytes { result.storage.bytes.copyMemory(from: $0) }
    }
    return result
  }
}

/// Memory behind an array: its own, or somebody else's that it keeps alive.
///
/// `@unchecked`: written only while unique (`NDArray`) or by the one execution thread (`Program`).
final class ArrayStorage: @unchecked Sendable {
  let base: UnsafeMutableRawPointer
  let byteCount: Int
  /// Names these contents: never that of another storage, nor that of this one before a change.
  private(set) var identity: UInt64
  private let owner: (any AnyObject & Sendable)?

  /// Zeroed memory, 64-byte aligned.
  init(byteCount: Int) {
    let rounded = (max(byteCount, 1) + 63) & ~63
    base = UnsafeMutableRawPointer.allocate(byteCount: rounded, alignment: 64)
    memset(base, 0, rounded)
    self.byteCount = byteCount
    identity = ArrayStorage.nextIdentity()
    owner = nil
  }

  init(region: UnsafeRawBufferPointer, owner: any AnyObject & Sendable) {
    base = region.baseAddress.map(UnsafeMutableRawPointer.init(mutating:)) ?? ArrayStorage.nothing
    byteCount = region.count
    identity = ArrayStorage.nextIdentity()
    self.owner = owner
  }

  deinit { if owner == nil { base.deallocate() } }

  var isBorrowed: Bool { owner != nil }
  var bytes: UnsafeMutableRawBufferPointer {
    UnsafeMutableRawBufferPointer(start: base, count: byteCount)
  }

  func renewIdentity() { identity = ArrayStorage.nextIdentity() }

  private static func nextIdentity() -> UInt64 {
    identityCount.wrappingAdd(1, ordering: .relaxed).newValue
  }

  private static let identityCount = Atomic<UInt64>(0)
  nonisolated(unsafe) private static let nothing = UnsafeMutableRawPointer.allocate(
    byteCount: 64, alignment: 64)
}
