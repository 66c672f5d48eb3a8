/// Red, green, blue and alpha, 0...1; premultiplied where a pixel stands on a canvas or a sprite.
typealias Pixel = SIMD4<Float>

/// A square picture being drawn, in floating point.
struct Canvas: Sendable {
  static let side = 64
  var pixels = [Pixel](repeating: Pixel(0, 0, 0, 1), count: side * side)

  /// Lays an opaque colour over a pixel, as strongly as `coverage` (0...1).
  @inline(__always)
  mutating func blend(_ colour: Pixel, _ coverage: Float, column: Int, row: Int) {
    let place = row * Canvas.side + column
    pixels[place] += (colour - pixels[place]) * coverage
  }

  /// Rows of interleaved RGB samples, appended to `samples`.
  func append(to samples: inout [UInt8]) {
    for pixel in pixels {
      let scaled = (pixel * 255 + 0.5).clamped(lowerBound: .zero, upperBound: Pixel(repeating: 255))
      samples.append(UInt8(scaled.x))
      samples.append(UInt8(scaled.y))
      samples.append(UInt8(scaled.z))
    }
  }
}

extension Pixel {
  /// An opaque colour from `0xRRGGBB`.
  init(hex: UInt32) {
    self.init(
      Float(hex >> 16 & 255) / 255, Float(hex >> 8 & 255) / 255, Float(hex & 255) / 255, 1)
  }

  func mixed(with other: Pixel, _ share: Float) -> Pixel { self + (other - self) * share }
}

@inline(__always) func clamped(_ value: Float) -> Float { min(max(value, 0), 1) }

/// 0 below `low`, 1 above `high`, an S-curve between.
@inline(__always) func smoothStep(_ low: Float, _ high: Float, _ value: Float) -> Float {
  let share = clamped((value - low) / (high - low))
  return share * share * (3 - 2 * share)
}
