extension Backdrop {
  func paintPlain(_ painter: inout Painter) {
    let ground = setting.colour?.ground ?? Pixel(hex: 0xEFE8DA)
    let light = ground.mixed(with: Pixel(hex: 0xFFFFFF), 0.25)
    painter.sky([light, ground, ground.mixed(with: Pixel(hex: 0x2A2038), 0.1)])
  }

  func paintSky(_ painter: inout Painter, _ moment: Float) {
    paintHeaven(
      &painter, moment, horizon: setting.time == .sunset ? 60 : 64,
      cloudCount: setting.time == .night ? 0 : 4)
  }

  func paintSea(_ painter: inout Painter, _ moment: Float) {
    let horizon: Float = 36
    paintHeaven(&painter, moment, horizon: horizon, cloudCount: setting.time == .night ? 0 : 2)
    let (far, near): (Pixel, Pixel)
    switch setting.time {
    case .day: (far, near) = (Pixel(hex: 0x5FB4DC), Pixel(hex: 0x14508F))
    case .sunset: (far, near) = (Pixel(hex: 0xE88A6A), Pixel(hex: 0x46296B))
    case .night: (far, near) = (Pixel(hex: 0x26407E), Pixel(hex: 0x0A1433))
    }
    for layer in 0..<5 {
      let depth = Float(layer) / 4
      let level = horizon + depth * depth * 20 + depth * 3
      let colour = far.mixed(with: near, depth)
      let crest = colour.mixed(with: Pixel(hex: 0xFFFFFF), 0.22)
      let direction: Float = layer % 2 == 0 ? 1 : -1
      let shift = direction * moment * 2 * Float.pi * (0.6 + 0.3 * depth) + Float(layer) * 1.9
      let line = { (x: Float) in
        level + (0.3 + 1.1 * depth) * self.wave(x, 9 + 11 * depth, shift)
      }
      painter.ridge(crest, crest, below: line)
      painter.ridge(colour, colour) { line($0) + 0.5 + 0.5 * depth }
    }
  }

  func paintMeadow(_ painter: inout Painter, _ moment: Float) {
    paintHeaven(&painter, moment, horizon: 44, cloudCount: setting.time == .night ? 0 : 3)
    painter.ridge(lit(0x9CCB6A), lit(0x86BC58)) { 38 + 3 * wave($0, 74, 0) }
    painter.ridge(lit(0x7DBB4B), lit(0x4C9636)) { 46 + 2.4 * wave($0, 51, 2) }
    let petals: [UInt32] = [0xFFF3F0, 0xF7D14A, 0xEE6A86]
    for (number, flower) in specks.prefix(26).enumerated() {
      let sway = 0.7 * Trigonometry.sine(2 * Float.pi * (moment * 1.5 + flower.phase))
      let y = 51 + flower.y * 12
      painter.disc(
        flower.x + sway, y, 0.7 + 0.5 * flower.size, lit(petals[number % petals.count]),
        softness: 0.9)
    }
  }

  func paintDesert(_ painter: inout Painter, _ moment: Float) {
    if setting.time == .day {
      painter.sky([0x7CC4EA, 0xBFE0E6, 0xFBE8BE].map { Pixel(hex: $0) }, until: 42)
      painter.disc(54, 9, 5, Pixel(hex: 0xFFF4C2), softness: 2)
    } else {
      paintHeaven(&painter, moment, horizon: 42, cloudCount: 0)
    }
    painter.ridge(lit(0xF0C983), lit(0xE3B169)) { 38 + 3.5 * wave($0, 62, 0) }
    painter.ridge(lit(0xEBBB6C), lit(0xD79B4C)) { 45 + 4 * wave($0, 47, 2.2) }
    painter.ridge(lit(0xDDA354), lit(0xBF7B36)) { 54 + 3 * wave($0, 71, 4) }
    for grain in specks.prefix(14) {
      let x = wrapped(grain.x + moment * (14 + 10 * grain.size))
      painter.box(x, 41 + grain.y * 20, 2.4, 0.5, lit(0xFFE3AE), strength: 0.7)
    }
  }

  func paintSnow(_ painter: inout Painter, _ moment: Float) {
    if setting.time == .day {
      painter.sky([0xA9C3DE, 0xCBDDEB, 0xE9F1F7].map { Pixel(hex: $0) }, until: 46)
    } else {
      paintHeaven(&painter, moment, horizon: 46, cloudCount: 0)
    }
    for tree in tallThings where tree.size > 0.45 {
      paintPine(&painter, tree.x, base: 48, height: 8 + 6 * tree.y, lit(0x5E8A86), lit(0x476F70))
    }
    painter.ridge(lit(0xF4F8FC), lit(0xD6E4F1)) { 45 + 2.5 * wave($0, 66, 0) }
    painter.ridge(lit(0xFFFFFF), lit(0xDCE8F4)) { 54 + 2 * wave($0, 43, 2) }
    for flake in specks {
      let fall = (flake.y + moment * (0.35 + 0.25 * flake.size)).truncatingRemainder(dividingBy: 1)
      let sway = 1.5 * Trigonometry.sine(2 * Float.pi * (moment + flake.phase))
      painter.disc(
        flake.x + sway, fall * 72 - 4, 0.55 + 0.5 * flake.size, Pixel(hex: 0xFFFFFF),
        strength: 0.95, softness: 0.9)
    }
  }

  func paintRain(_ painter: inout Painter, _ moment: Float) {
    painter.sky([0x4A5564, 0x6C7A89, 0x93A1AC].map { Pixel(hex: $0) }, until: 54)
    for cloud in clouds {
      let x = cloud.x + moment * 3
      painter.disc(x - 6, 4 + 3 * cloud.y, 8, Pixel(hex: 0x3C4655), strength: 0.75, softness: 6)
      painter.disc(x + 6, 3 + 3 * cloud.y, 9, Pixel(hex: 0x465161), strength: 0.75, softness: 6)
    }
    painter.ridge(Pixel(hex: 0x5C6E70), Pixel(hex: 0x3D4D52)) { 55 + 1.2 * wave($0, 70, 0) }
    for drop in specks {
      let speed: Float = 2 + (drop.size * 2).rounded()
      let fall = (drop.y + moment * speed).truncatingRemainder(dividingBy: 1)
      painter.stroke(
        drop.x - fall * 10 + 6, fall * 76 - 8, length: 6 + 3 * drop.size, slant: -0.15,
        Pixel(hex: 0xD5E6F2), strength: 0.55)
    }
  }

  func wrapped(_ x: Float) -> Float {
    let turn = (x + 20).truncatingRemainder(dividingBy: 104)
    return turn - 20
  }
}
