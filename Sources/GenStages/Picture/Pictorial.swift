import GenMedia
import GenPipeline

/// What pictures and films have in common: a verb declared over it has a form for each.
protocol Pictorial: ValueConvertible {
  /// The name of the first parameter.
  static var noun: String { get }
  /// A result for examples: `Image 4x4`, `Video 4x4, 2 frames`.
  static func named(_ width: Int, _ height: Int) -> String
  /// What the examples work on.
  static var sample: String { get }

  var width: Int { get }
  var height: Int { get }
  func resized(width: Int, height: Int, filter: ResizeFilter) throws -> Self
  func fitted(width: Int, height: Int, _ rule: FittingRule) throws -> Self
  func cropped(x: Int, y: Int, width: Int, height: Int) throws -> Self
  func padded(left: Int, top: Int, right: Int, bottom: Int, color: Color) throws -> Self
  func blurred(radius: Double) throws -> Self
  func sharpened(amount: Double, radius: Double) throws -> Self
  func tinted(_ color: Color, amount: Double) -> Self
  func grained(amount: Double, seed: UInt64) throws -> Self
  func grayscaled() -> Self
  func overlaid(with upper: Image, x: Int, y: Int, opacity: Double) -> Self
}

extension Image: Pictorial {
  static var noun: String { "picture" }
  static var sample: String { "plain(8, 6, color: \"teal\")" }
  static func named(_ width: Int, _ height: Int) -> String { "Image \(width)x\(height)" }
}

extension Video: Pictorial {
  static var noun: String { "video" }
  static var sample: String { "film([plain(8, 6, color: \"teal\"), plain(8, 6)])" }
  static func named(_ width: Int, _ height: Int) -> String {
    "Video \(width)x\(height), 2 frames"
  }
}
