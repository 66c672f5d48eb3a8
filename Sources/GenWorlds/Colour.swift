/// The eight colours of shapes, of plain grounds and of the subjects that can be tinted.
public enum Colour: String, CaseIterable, Sendable {
  case red, orange, yellow, green, blue, purple, pink, white

  var fill: Pixel {
    switch self {
    case .red: Pixel(hex: 0xE5322D)
    case .orange: Pixel(hex: 0xF98A17)
    case .yellow: Pixel(hex: 0xFAD22E)
    case .green: Pixel(hex: 0x35AD4B)
    case .blue: Pixel(hex: 0x2B6BE4)
    case .purple: Pixel(hex: 0x8A3FC9)
    case .pink: Pixel(hex: 0xFB7FB8)
    case .white: Pixel(hex: 0xF6F6F8)
    }
  }

  var light: Pixel { fill.mixed(with: Pixel(hex: 0xFFFFFF), 0.35) }

  var edge: Pixel { fill.mixed(with: Pixel(hex: 0x1B1030), 0.45) }

  /// A quiet ground of this colour, paler than a subject of the same.
  var ground: Pixel { fill.mixed(with: Pixel(hex: 0xFFF6EA), 0.5) }

  /// The same light and shade in this colour; greys, whites and blacks stay as they are.
  func tinted(_ colour: Pixel) -> Pixel {
    let high = max(colour.x, colour.y, colour.z)
    let low = min(colour.x, colour.y, colour.z)
    let saturation = high > 0 ? (high - low) / high : 0
    let brightness = 0.45 * high + 0.55 * (high + low) / 2
    let shade =
      brightness < 0.55
      ? edge.mixed(with: fill, clamped(brightness / 0.55))
      : fill.mixed(with: light, clamped((brightness - 0.55) / 0.45))
    return colour.mixed(with: shade, smoothStep(0.2, 0.4, saturation))
  }
}
