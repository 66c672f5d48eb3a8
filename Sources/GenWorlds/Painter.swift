/// Paints a scene's ground in scene coordinates (64 units a side, y downwards) through a view.
struct Painter {
  var canvas = Canvas()
  var view = View()

  /// Fills everything from top to bottom through evenly spaced colours, until `bottom`.
  mutating func sky(_ stops: [Pixel], until bottom: Float = 64) {
    guard let last = stops.last else { return }
    for row in 0..<Canvas.side {
      let place = clamped(view.sceneY(row: row) / bottom) * Float(stops.count - 1)
      let stop = min(Int(place), stops.count - 1)
      let next = stop + 1 < stops.count ? stops[stop + 1] : last
      let colour = stops[stop].mixed(with: next, place - Float(stop))
      for column in 0..<Canvas.side { canvas.pixels[row * Canvas.side + column] = colour }
    }
  }

  /// Everything below a line, `top` at the line and `bottom` at the lower edge of the scene.
  mutating func ridge(_ top: Pixel, _ bottom: Pixel, below height: (Float) -> Float) {
    for column in 0..<Canvas.side {
      let line = view.frameY(height(view.sceneX(column: column)))
      let first = max(0, Int(min(line, 64).rounded(.down)))
      for row in first..<max(first, Canvas.side) {
        let depth = clamped((Float(row) - line) / max(1, 64 - line))
        let coverage = clamped(Float(row) + 1 - line)
        canvas.blend(top.mixed(with: bottom, depth), coverage, column: column, row: row)
      }
    }
  }

  /// A disc whose edge fades over `softness` units.
  mutating func disc(
    _ x: Float, _ y: Float, _ radius: Float, _ colour: Pixel, strength: Float = 1,
    softness: Float = 1
  ) {
    let (middleX, middleY) = (view.frameX(x), view.frameY(y))
    let (size, edge) = (radius * view.zoom, softness * view.zoom)
    for row in Canvas.span(middleY, size + edge) {
      for column in Canvas.span(middleX, size + edge) {
        let (deltaX, deltaY) = (Float(column) + 0.5 - middleX, Float(row) + 0.5 - middleY)
        let distance = (deltaX * deltaX + deltaY * deltaY).squareRoot()
        let coverage = clamped((size - distance) / edge + 0.5)
        if coverage > 0 {
          canvas.blend(colour, coverage * strength, column: column, row: row)
        }
      }
    }
  }

  /// A cloud of four puffs in one piece.
  mutating func cloud(_ x: Float, _ y: Float, _ scale: Float, _ colour: Pixel, strength: Float) {
    let (middleX, middleY, unit) = (view.frameX(x), view.frameY(y), scale * view.zoom)
    let puffs: [SIMD3<Float>] = [
      SIMD3(-7, 1, 3.4), SIMD3(-2.4, -1.2, 5), SIMD3(3.4, -0.4, 4.2), SIMD3(8, 1.4, 3),
    ]
    for row in Canvas.span(middleY, 8 * unit) {
      let deltaY = (Float(row) + 0.5 - middleY) / unit
      for column in Canvas.span(middleX, 13 * unit) {
        let deltaX = (Float(column) + 0.5 - middleX) / unit
        var coverage: Float = 0
        for puff in puffs {
          let (offsetX, offsetY) = (deltaX - puff.x, deltaY - puff.y)
          let distance = (offsetX * offsetX + offsetY * offsetY).squareRoot()
          coverage = max(coverage, clamped((puff.z - distance) / 2 + 0.5))
        }
        if coverage > 0 {
          let shade = colour.mixed(with: Pixel(0.5, 0.6, 0.75, 1), clamped(deltaY * 0.06 + 0.04))
          canvas.blend(shade, coverage * strength, column: column, row: row)
        }
      }
    }
  }

  /// An upright rectangle.
  mutating func box(
    _ left: Float, _ top: Float, _ width: Float, _ height: Float, _ colour: Pixel,
    strength: Float = 1
  ) {
    let (low, high) = (view.frameX(left), view.frameX(left + width))
    let (upper, lower) = (view.frameY(top), view.frameY(top + height))
    for row in Canvas.span((upper + lower) / 2, (lower - upper) / 2) {
      let tall = min(Float(row) + 1, lower) - max(Float(row), upper)
      for column in Canvas.span((low + high) / 2, (high - low) / 2) {
        let wide = min(Float(column) + 1, high) - max(Float(column), low)
        canvas.blend(colour, clamped(tall) * clamped(wide) * strength, column: column, row: row)
      }
    }
  }

  /// A triangle standing on its base; `lean` moves its tip sideways.
  mutating func spire(
    _ x: Float, base: Float, halfWidth: Float, height: Float, _ colour: Pixel, lean: Float = 0
  ) {
    let (bottom, tall) = (view.frameY(base), height * view.zoom)
    guard tall > 0.5 else { return }
    for row in Canvas.span(bottom - tall / 2, tall / 2) {
      let share = clamped((bottom - Float(row) - 0.5) / tall)
      let half = halfWidth * view.zoom * (1 - share)
      let middle = view.frameX(x) + lean * share * view.zoom
      for column in Canvas.span(middle, half + 1) {
        let coverage = clamped(half - abs(Float(column) + 0.5 - middle) + 0.5)
        canvas.blend(colour, coverage, column: column, row: row)
      }
    }
  }

  /// A slanted stroke of rain.
  mutating func stroke(
    _ x: Float, _ y: Float, length: Float, slant: Float, _ colour: Pixel, strength: Float
  ) {
    let top = view.frameY(y)
    for row in Canvas.span(top + length * view.zoom / 2, length * view.zoom / 2) {
      let middle = view.frameX(x) + (Float(row) - top) * slant
      for column in Canvas.span(middle, 1) {
        let coverage = clamped(1 - abs(Float(column) + 0.5 - middle))
        canvas.blend(colour, coverage * strength, column: column, row: row)
      }
    }
  }
}
