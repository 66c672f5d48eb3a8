extension Mesh {
  /// The film of a turn of the mesh about its upright axis, once around, drawn as somebody asks.
  ///
  /// - Parameters:
  ///   - size: Of both sides, in pixels.
  ///   - isZUp: Whether z points upwards, as in files of many programs for building.
  public func turntable(
    frameCount: Int, size: Int, rate: FrameRate = .film, background: Color = .stage,
    isZUp: Bool = false
  ) throws -> Video {
    guard frameCount >= 1 else {
      throw MediaError.badArgument("a turn of \(frameCount) pictures cannot be made")
    }
    try Image.checkSize(width: size * 2, height: size * 2)
    let mesh = self
    return Video(width: size, height: size, rate: rate, frameCount: frameCount) {
      var index = 0
      let painter = MeshPainter(mesh, size: size, background: background, isZUp: isZUp)
      return ClosureFrames {
        guard index < frameCount else { return nil }
        defer { index += 1 }
        return painter.picture(turnedBy: Double(index) / Double(frameCount))
      }
    }
  }

  /// The mesh from as many sides, in a row.
  public func strip(count: Int = 5, size: Int = 160, background: Color = .stage) throws -> Image {
    try turntable(frameCount: count, size: size, background: background)
      .filmStrip(count: count, gap: 0)
  }
}

extension Color {
  /// What stands behind meshes.
  public static let stage = Color(24, 24, 24)
}

/// Draws a mesh into pictures: perspective, depth buffer, light from above the left shoulder, and
/// four samples a pixel.
struct MeshPainter {
  private let mesh: Mesh
  private let size: Int
  private let background: Color
  private let isZUp: Bool
  private let center: SIMD3<Float>
  private let radius: Float

  /// How far the eye looks down, in radians.
  private static let tilt = 0.35
  /// Half of the angle that is seen.
  private static let aperture = 0.3
  private static let toLight = SIMD3<Float>(-0.45, 0.75, 0.6).unit

  init(_ mesh: Mesh, size: Int, background: Color, isZUp: Bool) {
    self.mesh = mesh
    self.size = size
    self.background = background
    self.isZUp = isZUp
    let (low, high) = mesh.bounds
    let middle = low / 2 + high / 2
    center = middle
    let reach = mesh.positions.reduce(Float(0)) { max($0, ($1 - middle).length) }
    radius = reach > 0 ? reach : 1
  }

  /// - Parameter turn: Of the whole way around.
  func picture(turnedBy turn: Double) -> Image {
    let camera = Camera(turn: turn * 2 * .pi, tilt: Self.tilt, isZUp: isZUp)
    let side = size * 2
    let distance = Float(1 / Math.sine(Self.aperture))
    let scale = Float(side) / 2 / Float(Math.tangent(Self.aperture))
    // The ball around the mesh has radius 1 before the eye.
    let seen = mesh.positions.map { camera.turned(($0 - center) / radius) }
    let normals = mesh.normals.map(camera.turned)
    var canvas = Canvas(side: side)
    for triangle in mesh.triangles {
      let corners = (0..<3).map { corner -> Canvas.Corner in
        let index = Int(triangle[corner])
        let place = seen[index]
        let inverse = 1 / (distance - place.z)
        return Canvas.Corner(
          x: Float(side) / 2 + place.x * scale * inverse,
          y: Float(side) / 2 - place.y * scale * inverse, inverse: inverse, index: index)
      }
      let face = (seen[Int(triangle.y)] - seen[Int(triangle.x)])
        .cross(seen[Int(triangle.z)] - seen[Int(triangle.x)])
      guard face.length > 0 else { continue }
      canvas.fill(corners[0], corners[1], corners[2]) { weights in
        shade(triangle, weights, normals, face.unit)
      }
    }
    return canvas.halved(over: background)
  }

  private func shade(
    _ triangle: SIMD3<UInt32>, _ weights: SIMD3<Float>, _ normals: [SIMD3<Float>],
    _ face: SIMD3<Float>
  ) -> SIMD3<Float> {
    func blended<Vector: SIMD<Float>>(_ vectors: [Vector]) -> Vector {
      vectors[Int(triangle.x)] * weights.x + vectors[Int(triangle.y)] * weights.y
        + vectors[Int(triangle.z)] * weights.z
    }
    var normal = normals.isEmpty ? face : blended(normals).unit
    // Both sides of a surface are seen.
    if normal.z < 0 { normal = -normal }
    var color: SIMD4<Float> =
      mesh.colors.isEmpty && mesh.texture == nil ? [0.62, 0.6, 0.57, 1] : .one
    if !mesh.colors.isEmpty { color *= blended(mesh.colors) }
    if let texture = mesh.texture { color *= texture.linearColor(at: blended(mesh.coordinates)) }
    let direct = max(0, (normal * Self.toLight).sum())
    let sky = 0.5 + 0.5 * normal.y
    let light = 0.1 + 0.16 * sky + 0.8 * direct
    return SIMD3(color.x, color.y, color.z) * light
  }

  /// A turn about the upright axis, then a look down.
  private struct Camera {
    private let x: SIMD3<Float>
    private let y: SIMD3<Float>
    private let z: SIMD3<Float>

    init(turn: Double, tilt: Double, isZUp: Bool) {
      let (s, c) = (Float(Math.sine(turn)), Float(Math.cosine(turn)))
      let (down, level) = (Float(Math.sine(tilt)), Float(Math.cosine(tilt)))
      let rows: [SIMD3<Float>] = [
        [c, 0, s], [s * down, level, -c * down], [-s * level, down, c * level],
      ]
      let sorted = isZUp ? rows.map { SIMD3($0.x, -$0.z, $0.y) } : rows
      (x, y, z) = (sorted[0], sorted[1], sorted[2])
    }

    func turned(_ place: SIMD3<Float>) -> SIMD3<Float> {
      [(x * place).sum(), (y * place).sum(), (z * place).sum()]
    }
  }
}

/// Light and depth of a square of samples.
private struct Canvas {
  struct Corner {
    let x: Float
    let y: Float
    /// One over the distance from the eye.
    let inverse: Float
    let index: Int
  }

  let side: Int
  private var light: [SIMD3<Float>]
  private var nearness: [Float]

  init(side: Int) {
    self.side = side
    light = Array(repeating: .zero, count: side * side)
    nearness = Array(repeating: 0, count: side * side)
  }

  /// Fills a triangle; `shade` is asked for samples that are in front, with the corners' weights.
  mutating func fill(
    _ a: Corner, _ b: Corner, _ c: Corner, shade: (SIMD3<Float>) -> SIMD3<Float>
  ) {
    let area = (b.x - a.x) * (c.y - a.y) - (c.x - a.x) * (b.y - a.y)
    guard area != 0, area.isFinite else { return }
    let columns = range(min(a.x, b.x, c.x), max(a.x, b.x, c.x))
    for row in range(min(a.y, b.y, c.y), max(a.y, b.y, c.y)) {
      let y = Float(row) + 0.5
      for column in columns {
        let x = Float(column) + 0.5
        let u = ((b.x - x) * (c.y - y) - (c.x - x) * (b.y - y)) / area
        let v = ((c.x - x) * (a.y - y) - (a.x - x) * (c.y - y)) / area
        let w = 1 - u - v
        guard u >= 0, v >= 0, w >= 0 else { continue }
        let inverse = u * a.inverse + v * b.inverse + w * c.inverse
        let place = row * side + column
        guard inverse > nearness[place] else { continue }
        nearness[place] = inverse
        light[place] = shade(SIMD3(u * a.inverse, v * b.inverse, w * c.inverse) / inverse)
      }
    }
  }

  /// The samples between two edges.
  private func range(_ low: Float, _ high: Float) -> Range<Int> {
    let first = max(0, min(Float(side), low.rounded(.down)))
    let last = max(first, min(Float(side), high.rounded(.up)))
    return Int(first)..<Int(last)
  }

  /// The picture with four samples in each pixel.
  func halved(over background: Color) -> Image {
    let ground = background.samples(channelCount: 3).map { LinearLight.decoded[Int($0)] }
    let behind = SIMD3<Float>(ground[0], ground[1], ground[2])
    let size = side / 2
    return Image(width: size, height: size, channelCount: 3) { samples in
      for row in 0..<size {
        for column in 0..<size {
          var sum = SIMD3<Float>.zero
          for place in [0, 1, side, side + 1].map({ $0 + row * 2 * side + column * 2 }) {
            sum += nearness[place] > 0 ? light[place] : behind
          }
          let start = (row * size + column) * 3
          for channel in 0..<3 { samples[start + channel] = LinearLight.encoded(sum[channel] / 4) }
        }
      }
    }
  }
}
