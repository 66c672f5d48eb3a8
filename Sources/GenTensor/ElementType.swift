/// What one element of an array or tensor is.
public enum ElementType: String, Sendable, Hashable, CaseIterable {
  case f32, f16, bf16, i64, i32, u8

  /// Bytes that one element takes.
  public var byteCount: Int {
    switch self {
    case .i64: 8
    case .f32, .i32: 4
    case .f16, .bf16: 2
    case .u8: 1
    }
  }

  /// Whether elements stand for real numbers.
  public var isFloatingPoint: Bool {
    switch self {
    case .f32, .f16, .bf16: true
    case .i64, .i32, .u8: false
    }
  }
}

/// A Swift type whose values are stored as elements of an array.
public protocol ArrayElement: Sendable {
  static var elementType: ElementType { get }
}

extension Float: ArrayElement {
  public static var elementType: ElementType { .f32 }
}

extension Int32: ArrayElement {
  public static var elementType: ElementType { .i32 }
}

extension Int64: ArrayElement {
  public static var elementType: ElementType { .i64 }
}

extension UInt8: ArrayElement {
  public static var elementType: ElementType { .u8 }
}

/// Conversions between the bits of narrow floating-point formats and `Float`.
enum FloatBits {
  static func fromBF16(_ bits: UInt16) -> Float {
    Float(bitPattern: UInt32(bits) << 16)
  }

  /// Rounds to the nearest bf16, ties to even; a NaN stays a NaN.
  static func toBF16(_ value: Float) -> UInt16 {
    let bits = value.bitPattern
    if value.isNaN { return UInt16(truncatingIfNeeded: bits >> 16) | 0x40 }
    let rounding = 0x7fff + ((bits >> 16) & 1)
    return UInt16(truncatingIfNeeded: (bits &+ rounding) >> 16)
  }

  static func fromF16(_ bits: UInt16) -> Float {
    let sign: Float = bits & 0x8000 == 0 ? 1 : -1
    let exponent = Int(bits >> 10) & 0x1f
    let fraction = Float(bits & 0x3ff)
    switch exponent {
    case 0: return sign * fraction * 0x1p-24
    case 31: return fraction == 0 ? sign * .infinity : .nan
    default:
      return sign * (1 + fraction / 1024)
        * Float(sign: .plus, exponent: exponent - 15, significand: 1)
    }
  }

  /// Rounds to the nearest half-precision number, ties to even.
  static func toF16(_ value: Float) -> UInt16 {
    let bits = value.bitPattern
    let sign = UInt16(truncatingIfNeeded: (bits >> 16) & 0x8000)
    let magnitude = abs(value)
    if value.isNaN { return sign | 0x7e00 }
    if magnitude >= 65520 { return sign | 0x7c00 }
    if magnitude < 0x1p-14 {
      return sign | UInt16((magnitude * 0x1p24).rounded(.toNearestOrEven))
    }
    let rounded = (bits & 0x7fff_ffff) &+ 0xfff &+ ((bits >> 13) & 1)
    return sign | UInt16(truncatingIfNeeded: (rounded >> 13) &- (112 << 10))
  }
}
