extension Backdrop {
  func paintPine(
    _ painter: inout Painter, _ x: Float, base: Float, height: Float, _ light: Pixel,
    _ dark: Pixel, lean: Float = 0
  ) {
    painter.spire(x, base: base, halfWidth: height * 0.32, height: height * 0.6, dark)
    painter.spire(
      x + lean * 0.3, base: base - height * 0.28, halfWidth: height * 0.26, height: height * 0.72,
      light, lean: lean)
  }

  func paintCity(_ painter: inout Painter, _ moment: Float) {
    paintHeaven(&painter, moment, horizon: 58, cloudCount: setting.time == .day ? 3 : 0)
    for tower in tallThings {
      let top = 24 + 14 * tower.size
      painter.box(tower.x - 6.5, top, 11, 64 - top, lit(0x9DB0C8))
    }
    let isDark = setting.time != .day
    for (number, tower) in tallThings.enumerated() {
      let top = 34 + 15 * tower.y
      let walls: [UInt32] = [0x6C7F9E, 0x8A7C92, 0x5D7689]
      painter.box(tower.x - 2, top, 8, 64 - top, lit(walls[number % walls.count]))
      var (floor, count) = (top + 2, 0)
      while floor < 61 {
        for window in 0..<2 {
          count += 1
          let flicker =
            tower.phase * 7 + Float(count) * 0.618 + (moment * 1.5).rounded(.down) * 0.31
          let isLit = isDark && flicker.truncatingRemainder(dividingBy: 1) < 0.6
          let colour = isLit ? Pixel(hex: 0xFFDF86) : lit(0xB9CEE0)
          painter.box(
            tower.x - 0.6 + Float(window) * 3.2, floor, 2, 2, colour, strength: isLit ? 1 : 0.55)
        }
        floor += 4
      }
    }
    painter.ridge(lit(0x4B5566), lit(0x3A4250)) { _ in 61 }
  }

  func paintForest(_ painter: inout Painter, _ moment: Float) {
    painter.sky(
      setting.time == .day ? [0xBFE3C0, 0xDDF0C4, 0xF1F7D6].map { Pixel(hex: $0) } : skyStops,
      until: 50)
    if setting.time == .night { paintStars(&painter, moment, until: 34) }
    if setting.time == .sunset {
      painter.disc(32, 40, 12, Pixel(hex: 0xFFE7A3), strength: 0.8, softness: 14)
    }
    painter.ridge(lit(0x6FA572), lit(0x4E8A56)) { 50 + wave($0, 52, 1) }
    for tree in tallThings {
      paintPine(
        &painter, tree.x + 4, base: 54, height: 26 + 10 * tree.size, lit(0x7FB27C), lit(0x6FA572),
        lean: sway(tree, moment) * 0.6)
    }
    for tree in tallThings where tree.phase < 0.75 {
      paintPine(
        &painter, tree.x, base: 60, height: 30 + 12 * tree.y, lit(0x3F8A4E), lit(0x2C6E41),
        lean: sway(tree, moment))
    }
    painter.ridge(lit(0x4E7F3C), lit(0x35602E)) { 57 + 1.5 * wave($0, 40, 0) }
    for fly in specks.prefix(12) {
      let glow = 0.5 + 0.5 * Trigonometry.sine(2 * Float.pi * (2 * moment + fly.phase))
      let x = fly.x + 3 * Trigonometry.sine(2 * Float.pi * (moment + fly.phase))
      painter.disc(
        x, 20 + fly.y * 36, 0.7, Pixel(hex: 0xFFF6A8), strength: 0.9 * glow, softness: 1.4)
    }
  }

  private func sway(_ tree: Item, _ moment: Float) -> Float {
    1.6 * Trigonometry.sine(2 * Float.pi * (moment + tree.phase))
  }

  func paintMountains(_ painter: inout Painter, _ moment: Float) {
    paintHeaven(&painter, moment, horizon: 50, cloudCount: setting.time == .night ? 0 : 3)
    for peak in tallThings where peak.phase < 0.8 {
      let height = 24 + 14 * peak.size
      let half = height * 0.62
      painter.spire(peak.x, base: 62, halfWidth: half, height: height, lit(0x8A93B5))
      painter.spire(
        peak.x, base: 62 - height * 0.66, halfWidth: half * 0.34, height: height * 0.34,
        lit(0xFAFCFF))
    }
    painter.ridge(lit(0x8A93B5), lit(0x7D87AB)) { 50 + wave($0, 31, 2) }
    painter.ridge(lit(0x6F9A6C), lit(0x4A7A4C)) { 54 + 2.5 * wave($0, 45, 1) }
    painter.ridge(lit(0x558A4F), lit(0x3B6B3D)) { 59 + 1.8 * wave($0, 33, 3) }
  }

  func paintUnderwater(_ painter: inout Painter, _ moment: Float) {
    painter.sky([0x3EC3D3, 0x1B86B4, 0x0C4A86].map { Pixel(hex: $0) })
    for ray in clouds {
      let x = ray.x + 3 * Trigonometry.sine(2 * Float.pi * (moment * 0.5 + ray.phase))
      for width in 0..<6 {
        painter.stroke(
          x + Float(width), 0, length: 46, slant: 0.35, Pixel(hex: 0xB9F3F0), strength: 0.1)
      }
    }
    for weed in tallThings where weed.phase < 0.7 {
      let lean = 3.5 * Trigonometry.sine(2 * Float.pi * (moment + weed.phase))
      painter.spire(
        weed.x, base: 62, halfWidth: 2, height: 10 + 12 * weed.y, Pixel(hex: 0x1E8A63), lean: lean)
    }
    painter.ridge(Pixel(hex: 0xD9C48A), Pixel(hex: 0xA98F5E)) { 58 + 1.6 * wave($0, 42, 0) }
    for bubble in specks.prefix(16) {
      let rise = (bubble.y + moment * (0.5 + 0.4 * bubble.size)).truncatingRemainder(dividingBy: 1)
      let x = bubble.x + Trigonometry.sine(2 * Float.pi * (moment * 2 + bubble.phase))
      painter.disc(
        x, 62 - rise * 66, 0.8 + bubble.size, Pixel(hex: 0xE6FBFF), strength: 0.6, softness: 0.9)
    }
  }

  func paintSpace(_ painter: inout Painter, _ moment: Float) {
    painter.sky([0x05030F, 0x0D0720, 0x160A2C].map { Pixel(hex: $0) })
    for (cloud, hex) in zip(clouds, [0x5B2A86, 0x1F4E8C, 0x8A2F6B, 0x2A2F86] as [UInt32]) {
      painter.disc(
        cloud.x, 8 + 48 * cloud.y, 10, Pixel(hex: hex), strength: 0.5, softness: 20)
    }
    paintStars(&painter, moment, until: 68)
    let x = wrapped(8 + phase * 9)
    let y = phase < Float.pi ? 11 : 53 as Float
    painter.disc(x, y, 7, Pixel(hex: 0xD98B5F), softness: 1)
    painter.disc(x - 2, y - 2, 4, Pixel(hex: 0xF0B58A), strength: 0.8, softness: 4)
    for column in -11...11 {
      let across = Float(column)
      painter.disc(
        x + across, y - across * 0.22, 0.7, Pixel(hex: 0xF6DDB4),
        strength: abs(across) < 5 ? 0.75 : 0.9, softness: 0.8)
    }
  }
}
