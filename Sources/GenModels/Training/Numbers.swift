import Foundation

extension Float {
  static func cosine(_ angle: Float) -> Float { cosf(angle) }
}

extension Double {
  static func cosine(_ angle: Double) -> Double { cos(angle) }
  static func logarithm(_ number: Double) -> Double { log(number) }
}
