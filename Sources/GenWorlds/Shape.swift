/// The shapes that the world draws itself, each in the eight colours.
public enum Shape: String, CaseIterable, Sendable {
  case circle, square, triangle, star, heart, diamond, ring, cross, hexagon

  var synonyms: [String] {
    switch self {
    case .circle: ["ball", "disc"]
    case .ring: ["hoop"]
    case .cross: ["plus"]
    default: []
    }
  }

  /// Whether a place, -1...1 in both directions with y downwards, is inside.
  func contains(_ x: Float, _ y: Float) -> Bool {
    switch self {
    case .circle: return x * x + y * y <= 1
    case .square: return max(abs(x), abs(y)) <= 0.88
    case .triangle: return y <= 0.88 && abs(x) <= (y + 0.92) * 0.56
    case .star: return Shape.star(x, y)
    case .heart: return Shape.heart(x, y)
    case .diamond: return abs(x) * 1.35 + abs(y) <= 1
    case .ring:
      let squared = x * x + y * y
      return squared <= 1 && squared >= 0.3
    case .cross: return max(abs(x), abs(y)) <= 0.96 && min(abs(x), abs(y)) <= 0.32
    case .hexagon: return abs(x) <= 0.866 && abs(x) * 0.5 + abs(y) * 0.866 <= 0.866
    }
  }

  private static func star(_ x: Float, _ y: Float) -> Bool {
    // A point is inside a five-pointed star when it lies on the inner side of four of its five lines.
    var insideCount = 0
    for side in 0..<5 {
      let angle = Float(side) * 2 * Float.pi / 5 + Float.pi / 2
      let distance = x * Trigonometry.cosine(angle) + (y - 0.05) * Trigonometry.sine(angle)
      if distance <= 0.33 { insideCount += 1 }
    }
    return insideCount >= 4 && x * x + y * y <= 1.2
  }

  private static func heart(_ x: Float, _ y: Float) -> Bool {
    let (across, up) = (x * 1.15, 0.08 - y * 1.15)
    let body = across * across + up * up - 0.62
    return body * body * body - across * across * up * up * up * 1.6 <= 0
  }

  /// The shape in every colour: lighter above, a darker edge, so that it stands on any ground.
  func sprites() -> [Colour: Sprite] {
    let side = Sprite.largestSide
    let unit = 2 / (Float(side) * Sprite.extent)
    var pixels = Colour.allCases.map { _ in [Pixel](repeating: .zero, count: side * side) }
    for row in 0..<side {
      let y = (Float(row) + 0.5 - Float(side) / 2) * unit
      let fills = Colour.allCases.map {
        $0.fill.mixed(with: $0.light, clamped(0.35 - y * 0.4))
      }
      for column in 0..<side {
        let x = (Float(column) + 0.5 - Float(side) / 2) * unit
        let (inner, edge) = coverage(x, y, unit)
        for (number, colour) in Colour.allCases.enumerated() where inner + edge > 0 {
          pixels[number][row * side + column] = fills[number] * inner + colour.edge * edge
        }
      }
    }
    return Dictionary(
      uniqueKeysWithValues: zip(Colour.allCases, pixels).map { colour, pixels in
        (colour, Sprite(largest: Sprite.Level(side: side, pixels: pixels)))
      })
  }

  /// How much of a pixel is filled and how much belongs to the edge, 0...1 each.
  private func coverage(_ x: Float, _ y: Float, _ unit: Float) -> (inner: Float, edge: Float) {
    var (inner, edge): (Float, Float) = (0, 0)
    for part in 0..<9 {
      let placeX = x + (Float(part % 3) - 1) * unit / 3
      let placeY = y + (Float(part / 3) - 1) * unit / 3
      guard contains(placeX, placeY) else { continue }
      if contains(placeX * 1.13, placeY * 1.13), isInsideRing(placeX, placeY) {
        inner += 1
      } else {
        edge += 1
      }
    }
    return (inner / 9, edge / 9)
  }

  private func isInsideRing(_ x: Float, _ y: Float) -> Bool {
    self != .ring || x * x + y * y >= 0.38
  }
}
