import GenMedia

/// A picture with transparency, kept in halving sizes so that it is drawn sharp and smooth at any.
///
/// - Invariant: the opaque part is centred, its longer side is `extent` of the largest level.
struct Sprite: Sendable {
  struct Level: Sendable {
    let side: Int
    var pixels: [Pixel]
  }

  /// Share of a level's side that the drawing covers; the rest is a transparent rim.
  static let extent: Float = 0.875
  static let largestSide = 80
  let levels: [Level]

  init(largest: Level) {
    var levels = [largest]
    while let last = levels.last, last.side > 10 { levels.append(Sprite.halved(last)) }
    self.levels = levels
  }

  /// The opaque part of an RGBA picture, scaled to fit; nil when nothing of it is opaque.
  init?(picture: Image) {
    guard let box = Sprite.opaqueBox(of: picture) else { return nil }
    let side = Sprite.largestSide
    let scale = Float(max(box.width, box.height)) / (Float(side) * Sprite.extent)
    let (middleX, middleY) = (box.x + Float(box.width) / 2, box.y + Float(box.height) / 2)
    var level = Level(side: side, pixels: [])
    level.pixels.reserveCapacity(side * side)
    for row in 0..<side {
      for column in 0..<side {
        var sum = Pixel.zero
        for part in 0..<9 {
          let offsetX = (Float(column) + (Float(part % 3) + 0.5) / 3 - Float(side) / 2) * scale
          let offsetY = (Float(row) + (Float(part / 3) + 0.5) / 3 - Float(side) / 2) * scale
          sum += Sprite.premultiplied(picture, middleX + offsetX, middleY + offsetY)
        }
        level.pixels.append(sum / 9)
      }
    }
    self.init(largest: level)
  }

  /// The same drawing with every colour rewritten; `change` sees and gives straight colours.
  func recoloured(_ change: (Pixel) -> Pixel) -> Sprite {
    guard var first = levels.first else { return self }
    for place in first.pixels.indices where first.pixels[place].w > 0 {
      let alpha = first.pixels[place].w
      var colour = change(first.pixels[place] / alpha)
      colour.w = 1
      first.pixels[place] = colour * alpha
    }
    return Sprite(largest: first)
  }

  private static func opaqueBox(of picture: Image)
    -> (x: Float, y: Float, width: Int, height: Int)?
  {
    guard picture.channelCount == 4 else { return nil }
    var (left, right, top, bottom) = (Int.max, -1, Int.max, -1)
    for row in 0..<picture.height {
      for column in 0..<picture.width where picture[column, row, 3] > 24 {
        (left, right) = (min(left, column), max(right, column))
        (top, bottom) = (min(top, row), max(bottom, row))
      }
    }
    guard right >= left else { return nil }
    return (Float(left), Float(top), right - left + 1, bottom - top + 1)
  }

  private static func premultiplied(_ picture: Image, _ x: Float, _ y: Float) -> Pixel {
    let (column, row) = (Int(x.rounded(.down)), Int(y.rounded(.down)))
    guard 0..<picture.width ~= column, 0..<picture.height ~= row else { return .zero }
    let alpha = Float(picture[column, row, 3]) / 255
    return Pixel(
      Float(picture[column, row, 0]) / 255 * alpha, Float(picture[column, row, 1]) / 255 * alpha,
      Float(picture[column, row, 2]) / 255 * alpha, alpha)
  }

  private static func halved(_ level: Level) -> Level {
    let side = level.side / 2
    var pixels: [Pixel] = []
    pixels.reserveCapacity(side * side)
    for row in 0..<side {
      for column in 0..<side {
        let place = row * 2 * level.side + column * 2
        let upper = level.pixels[place] + level.pixels[place + 1]
        let lower = level.pixels[place + level.side] + level.pixels[place + level.side + 1]
        pixels.append((upper + lower) / 4)
      }
    }
    return Level(side: side, pixels: pixels)
  }
}

extension Sprite.Level {
  /// The colour at a place in 0...1 x 0...1, between the four nearest pixels.
  @inline(__always)
  func sample(_ x: Float, _ y: Float) -> Pixel {
    let (placeX, placeY) = (x * Float(side) - 0.5, y * Float(side) - 0.5)
    let (floorX, floorY) = (placeX.rounded(.down), placeY.rounded(.down))
    let (column, row) = (Int(floorX), Int(floorY))
    guard column >= 0, row >= 0, column < side - 1, row < side - 1 else { return .zero }
    let (shareX, shareY) = (placeX - floorX, placeY - floorY)
    let place = row * side + column
    let upper = pixels[place] + (pixels[place + 1] - pixels[place]) * shareX
    let below = place + side
    let lower = pixels[below] + (pixels[below + 1] - pixels[below]) * shareX
    return upper + (lower - upper) * shareY
  }
}

/// Where and how a sprite stands on a canvas: pixels, radians clockwise, shares of its size.
struct Pose: Sendable, Equatable {
  var x: Float = 32
  var y: Float = 32
  var size: Float = 32
  var angle: Float = 0
  var stretchX: Float = 1
  var stretchY: Float = 1
  var isMirrored = false
}

extension Canvas {
  /// Draws a sprite with its centre at the pose's place.
  mutating func draw(_ sprite: Sprite, _ pose: Pose) {
    guard pose.size > 0.5, let first = sprite.levels.first else { return }
    let width = pose.size * pose.stretchX / Sprite.extent
    let height = pose.size * pose.stretchY / Sprite.extent
    var level = first
    for candidate in sprite.levels.dropFirst() where Float(candidate.side) >= 1.1 * width {
      level = candidate
    }
    let (sine, cosine) = (Trigonometry.sine(pose.angle), Trigonometry.cosine(pose.angle))
    let reachX = (abs(cosine) * width + abs(sine) * height) / 2
    let reachY = (abs(sine) * width + abs(cosine) * height) / 2
    let mirror: Float = pose.isMirrored ? -1 : 1
    for row in Canvas.span(pose.y, reachY) {
      let deltaY = Float(row) + 0.5 - pose.y
      for column in Canvas.span(pose.x, reachX) {
        let deltaX = Float(column) + 0.5 - pose.x
        let x = (deltaX * cosine + deltaY * sine) / width * mirror + 0.5
        let y = (deltaY * cosine - deltaX * sine) / height + 0.5
        let colour = level.sample(x, y)
        let place = row * Canvas.side + column
        pixels[place] = colour + pixels[place] * (1 - colour.w)
      }
    }
  }

  /// The rows or columns within `reach` of a place, as far as they are on the canvas.
  @inline(__always)
  static func span(_ middle: Float, _ reach: Float) -> Range<Int> {
    let limit = Float(side)
    let low = Int(min(max((middle - reach).rounded(.down), 0), limit))
    let high = Int(min(max((middle + reach).rounded(.up), 0), limit))
    return low..<max(low, high)
  }
}
