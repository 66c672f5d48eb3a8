import GenTensor

/// The element types that safetensors files know, under the names they have there.
public enum WeightType: String, Sendable, CaseIterable {
  case bool = "BOOL"
  case u8 = "U8"
  case i8 = "I8"
  case u16 = "U16"
  case i16 = "I16"
  case f16 = "F16"
  case bf16 = "BF16"
  case u32 = "U32"
  case i32 = "I32"
  case f32 = "F32"
  case u64 = "U64"
  case i64 = "I64"
  case f64 = "F64"

  public var byteCount: Int {
    switch self {
    case .bool, .u8, .i8: 1
    case .u16, .i16, .f16, .bf16: 2
    case .u32, .i32, .f32: 4
    case .u64, .i64, .f64: 8
    }
  }

  /// The type under which arrays hold these bytes as they are; `nil` when they hold no such type.
  public var elementType: ElementType? {
    switch self {
    case .f32: .f32
    case .f16: .f16
    case .bf16: .bf16
    case .i64: .i64
    case .i32: .i32
    case .u8, .bool: .u8
    case .i8, .u16, .i16, .u32, .u64, .f64: nil
    }
  }

  init(_ elementType: ElementType) {
    switch elementType {
    case .f32: self = .f32
    case .f16: self = .f16
    case .bf16: self = .bf16
    case .i64: self = .i64
    case .i32: self = .i32
    case .u8: self = .u8
    }
  }

  /// One element as a number; `position` counts bytes.
  func float(in bytes: UnsafeRawBufferPointer, at position: Int) -> Float {
    func load<Number>(_ type: Number.Type) -> Number {
      bytes.loadUnaligned(fromByteOffset: position, as: type)
    }
    return switch self {
    case .bool, .u8: Float(load(UInt8.self))
    case .i8: Float(load(Int8.self))
    case .u16: Float(UInt16(littleEndian: load(UInt16.self)))
    case .i16: Float(Int16(littleEndian: load(Int16.self)))
    case .f16: HalfFloat.float(fromF16: UInt16(littleEndian: load(UInt16.self)))
    case .bf16: HalfFloat.float(fromBF16: UInt16(littleEndian: load(UInt16.self)))
    case .u32: Float(UInt32(littleEndian: load(UInt32.self)))
    case .i32: Float(Int32(littleEndian: load(Int32.self)))
    case .f32: Float(bitPattern: UInt32(littleEndian: load(UInt32.self)))
    case .u64: Float(UInt64(littleEndian: load(UInt64.self)))
    case .i64: Float(Int64(littleEndian: load(Int64.self)))
    case .f64: Float(Double(bitPattern: UInt64(littleEndian: load(UInt64.self))))
    }
  }
}

/// The two sixteen-bit floating-point formats, from bits to `Float`, exactly.
///
/// - Source: IEEE 754-2019, binary16; bfloat16 is the upper half of binary32.
enum HalfFloat {
  static func float(fromBF16 bits: UInt16) -> Float { Float(bitPattern: UInt32(bits) << 16) }

  /// Moves the fraction into place and repairs the exponent by one multiplication, which is exact
  /// for subnormal numbers too.
  static func float(fromF16 bits: UInt16) -> Float {
    let sign = UInt32(bits & 0x8000) << 16
    let magnitude = UInt32(bits & 0x7fff) << 13
    if magnitude >= 0x0f80_0000 {
      return Float(bitPattern: sign | 0x7f80_0000 | (magnitude & 0x007f_ffff))
    }
    let value = Float(bitPattern: magnitude) * 0x1p112
    return Float(bitPattern: sign | value.bitPattern)
  }
}
