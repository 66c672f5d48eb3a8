import Glibc

/// The few functions of the C library that pictures need.
enum Math {
  static func sine(_ angle: Double) -> Double { sin(angle) }
  static func exponential(_ value: Double) -> Double { exp(value) }
}
