import Foundation

extension Float {
  static func cosine(_ angle: Float) -> Float { cosf(angle) }
  static func log(_ number: Float) -> Float { logf(number) }
}
