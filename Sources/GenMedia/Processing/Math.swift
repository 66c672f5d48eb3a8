import Glibc

/// The few functions of the C library that pictures and meshes need.
enum Math {
  static func sine(_ angle: Double) -> Double { sin(angle) }
  static func exponential(_ value: Double) -> Double { exp(value) }
  static func cosine(_ angle: Double) -> Double { cos(angle) }
  static func tangent(_ angle: Double) -> Double { tan(angle) }
  static func power(_ base: Double, _ exponent: Double) -> Double { pow(base, exponent) }
}
