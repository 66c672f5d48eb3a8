/// The ground of one scene: what is where is fixed by a seed, what moves follows the moment.
struct Backdrop: Sendable {
  struct Item: Sendable {
    let x: Float
    let y: Float
    let size: Float
    let phase: Float
  }

  let setting: Setting
  let clouds: [Item]
  let specks: [Item]
  let tallThings: [Item]
  let phase: Float

  init(_ setting: Setting, random: inout RandomSource) {
    self.setting = setting
    phase = random.unit() * 2 * Float.pi
    clouds = Backdrop.items(4, &random)
    specks = Backdrop.items(46, &random)
    tallThings = Backdrop.items(12, &random)
  }

  /// Items one to a lane, so that they are spread over -20...84 and never crowd.
  private static func items(_ count: Int, _ random: inout RandomSource) -> [Item] {
    let lane = 104 / Float(count)
    return (0..<count).map { number in
      Item(
        x: -20 + (Float(number) + random.number(in: 0.15...0.85)) * lane,
        y: random.unit(), size: random.unit(), phase: random.unit())
    }
  }

  /// The ground at a moment of the film, 0...1.
  func painted(at moment: Float, view: View) -> Painter {
    var painter = Painter(view: view)
    switch setting.place {
    case .plain: paintPlain(&painter)
    case .sky: paintSky(&painter, moment)
    case .sea: paintSea(&painter, moment)
    case .meadow: paintMeadow(&painter, moment)
    case .desert: paintDesert(&painter, moment)
    case .snow: paintSnow(&painter, moment)
    case .rain: paintRain(&painter, moment)
    case .city: paintCity(&painter, moment)
    case .forest: paintForest(&painter, moment)
    case .mountains: paintMountains(&painter, moment)
    case .underwater: paintUnderwater(&painter, moment)
    case .space: paintSpace(&painter, moment)
    }
    return painter
  }

  /// A land colour in the light of the hour.
  func lit(_ hex: UInt32) -> Pixel {
    let colour = Pixel(hex: hex)
    switch setting.time {
    case .day: return colour
    case .sunset: return colour * Pixel(0.92, 0.62, 0.55, 1) + Pixel(0.06, 0.01, 0.03, 0)
    case .night: return colour * Pixel(0.36, 0.42, 0.58, 1) + Pixel(0.02, 0.02, 0.08, 0)
    }
  }

  var skyStops: [Pixel] {
    switch setting.time {
    case .day: [0x4FA3E8, 0x8CCBF5, 0xD3EEFB].map { Pixel(hex: $0) }
    case .sunset: [0x4B3B8F, 0xB8518F, 0xF58A5B, 0xFFD27A].map { Pixel(hex: $0) }
    case .night: [0x070B24, 0x121C48, 0x2A3A76].map { Pixel(hex: $0) }
    }
  }

  /// The sky of the hour with its sun, stars or clouds, down to a horizon.
  func paintHeaven(_ painter: inout Painter, _ moment: Float, horizon: Float, cloudCount: Int) {
    painter.sky(skyStops, until: horizon)
    switch setting.time {
    case .night: paintStars(&painter, moment, until: horizon)
    case .sunset:
      let x = 32 + (phase - Float.pi) * 5
      painter.disc(
        x, horizon - 5, 15, Pixel(hex: 0xFFE29A), strength: 0.45, softness: 24)
      painter.disc(x, horizon - 4, 8, Pixel(hex: 0xFFF0B8), softness: 1.4)
    case .day: break
    }
    for cloud in clouds.prefix(cloudCount) { paint(cloud, &painter, moment, horizon: horizon) }
  }

  private func paint(_ cloud: Item, _ painter: inout Painter, _ moment: Float, horizon: Float) {
    let x = cloud.x + moment * (2 + 3 * cloud.size)
    let y = 5 + cloud.y * (horizon * 0.55)
    let scale = 0.7 + 0.6 * cloud.size
    let (colour, strength): (Pixel, Float)
    switch setting.time {
    case .day: (colour, strength) = (Pixel(hex: 0xFFFFFF), 0.9)
    case .sunset: (colour, strength) = (Pixel(hex: 0xFFB199), 0.5)
    case .night: (colour, strength) = (Pixel(hex: 0x33427E), 0.5)
    }
    painter.cloud(x, y, scale, colour, strength: strength)
  }

  func paintStars(_ painter: inout Painter, _ moment: Float, until bottom: Float) {
    for star in specks.prefix(34) {
      let twinkle =
        0.62 + 0.38 * Trigonometry.sine(2 * Float.pi * (moment * (1 + star.size) + star.phase))
      let x = star.x
      painter.disc(
        x, star.y * bottom * 0.95, 0.35 + 0.4 * star.size, Pixel(hex: 0xFFF8DC), strength: twinkle,
        softness: 1)
    }
  }

  func wave(_ x: Float, _ length: Float, _ shift: Float) -> Float {
    Trigonometry.sine(x * (2 * Float.pi / length) + shift + phase)
  }
}
