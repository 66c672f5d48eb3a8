/// A surface of triangles, with what is known of it at their corners.
///
///     let cup = try MediaFile.readMesh("cup.obj")
///     try MediaFile.write(cup, to: "cup.glb")
///     try MediaFile.write(cup.turntable(frameCount: 48, size: 256), to: "cup.mp4")
///
/// Axes as in glTF: y is up, x to the right, z towards the eye; corners counterclockwise from outside.
/// - Invariant: `normals`, `coordinates` and `colors` are empty or as many as `positions`; all numbers
///   are finite; triangles name vertices that there are; a texture has coordinates.
public struct Mesh: Sendable, Hashable {
  public let positions: [SIMD3<Float>]
  /// Of length 1; empty where faces are flat.
  public let normals: [SIMD3<Float>]
  /// Places in the texture, 0…1 from its upper left corner; beyond it repeats.
  public let coordinates: [SIMD2<Float>]
  /// Red, green, blue and alpha, 0…1, linear.
  public let colors: [SIMD4<Float>]
  public let triangles: [SIMD3<UInt32>]
  /// The base colour over the surface; multiplied with `colors`.
  public let texture: Image?

  /// Vertices, and triangles, that a mesh may have: 16 Mi.
  public static let maximumCount = 1 << 24
  /// The furthest that a vertex may lie from the origin along an axis.
  static let reach: Float = 1e15

  /// - Throws: ``MediaError`` for what is no mesh.
  public init(
    positions: [SIMD3<Float>], normals: [SIMD3<Float>] = [], coordinates: [SIMD2<Float>] = [],
    colors: [SIMD4<Float>] = [], triangles: [SIMD3<UInt32>], texture: Image? = nil
  ) throws {
    let count = positions.count
    guard !triangles.isEmpty, count > 0 else {
      throw MediaError.badArgument("a mesh needs at least one triangle")
    }
    guard count <= Mesh.maximumCount, triangles.count <= Mesh.maximumCount else {
      throw MediaError.badArgument(
        "a mesh of \(count) vertices and \(triangles.count) triangles is above the limit of 16 Mi")
    }
    for (name, others) in [
      ("normals", normals.count), ("coordinates", coordinates.count), ("colours", colors.count),
    ] where others != 0 && others != count {
      throw MediaError.mismatch("there are \(others) \(name) for \(count) vertices")
    }
    if let index = positions.firstIndex(where: { !$0.isWithin(Mesh.reach) }) {
      throw MediaError.badArgument("vertex \(index) lies at no place that there is")
    }
    guard coordinates.allSatisfy({ $0.x.isFinite && $0.y.isFinite }) else {
      throw MediaError.badArgument("a place in the texture is no number")
    }
    guard colors.allSatisfy({ $0.x.isFinite && $0.y.isFinite && $0.z.isFinite && $0.w.isFinite })
    else { throw MediaError.badArgument("a colour of a vertex is no number") }
    if let index = triangles.firstIndex(where: { $0.max() >= count }) {
      throw MediaError.badArgument(
        "triangle \(index) names vertex \(triangles[index].max()), there are \(count)")
    }
    guard texture == nil || !coordinates.isEmpty else {
      throw MediaError.mismatch("a texture needs places for the vertices")
    }
    self.positions = positions
    self.normals = normals.map(\.unit)
    self.coordinates = coordinates
    self.colors = colors
    self.triangles = triangles
    self.texture = texture
  }

  public var vertexCount: Int { positions.count }
  public var triangleCount: Int { triangles.count }

  /// The corners of the smallest box around it.
  public var bounds: (low: SIMD3<Float>, high: SIMD3<Float>) {
    positions.reduce((positions[0], positions[0])) {
      (pointwiseMin($0.0, $1), pointwiseMax($0.1, $1))
    }
  }

  public var byteCount: Int {
    16 * (positions.count + normals.count + colors.count + triangles.count)
      + 8 * coordinates.count + (texture?.byteCount ?? 0)
  }

  /// The texture's colours at the vertices, for formats without textures.
  public func bakingTexture() throws -> Mesh {
    guard let texture else { return self }
    let tints = coordinates.indices.map { index in
      texture.linearColor(at: coordinates[index]) * (colors.isEmpty ? .one : colors[index])
    }
    return try Mesh(
      positions: positions, normals: normals, coordinates: coordinates, colors: tints,
      triangles: triangles)
  }

  /// Hands everything that tells this mesh from another to `consume`: counts, then numbers.
  public func feedContent(into consume: (UnsafeRawBufferPointer) throws -> Void) rethrows {
    let counts = [positions.count, normals.count, coordinates.count, colors.count, triangles.count]
    try (counts + [texture == nil ? 0 : 1]).map { UInt64($0).littleEndian }
      .withUnsafeBytes(consume)
    // Component by component, as vectors of three have a gap behind them.
    for vectors in [positions, normals] {
      try vectors.flatMap { [$0.x, $0.y, $0.z] }.withUnsafeBytes(consume)
    }
    try coordinates.withUnsafeBytes(consume)
    try colors.withUnsafeBytes(consume)
    try triangles.flatMap { [$0.x, $0.y, $0.z] }.withUnsafeBytes(consume)
    try texture?.feedContent(into: consume)
  }
}

extension SIMD3<Float> {
  var length: Float { (self * self).sum().squareRoot() }

  /// The same direction with length 1; upwards where there is none.
  ///
  /// What is of length 1 stays as it is, to the last bit.
  var unit: SIMD3 {
    let length = self.length
    if abs(length - 1) < 1e-5 { return self }
    return length > 0 && length.isFinite ? self / length : [0, 1, 0]
  }

  func isWithin(_ reach: Float) -> Bool { abs(x) <= reach && abs(y) <= reach && abs(z) <= reach }

  func cross(_ other: SIMD3) -> SIMD3 {
    [y * other.z - z * other.y, z * other.x - x * other.z, x * other.y - y * other.x]
  }
}

extension Image {
  /// The colour of the pixel at a place of the texture, linear, with alpha.
  func linearColor(at place: SIMD2<Float>) -> SIMD4<Float> {
    func index(_ position: Float, _ count: Int) -> Int {
      let share = position - position.rounded(.down)
      return share.isFinite ? min(count - 1, Int(share * Float(count))) : 0
    }
    let start = (index(place.y, height) * width + index(place.x, width)) * channelCount
    let isGray = channelCount == 1
    let color = (0..<3).map { LinearLight.decoded[Int(pixels[start + (isGray ? 0 : $0)])] }
    return [color[0], color[1], color[2], hasAlpha ? Float(pixels[start + 3]) / 255 : 1]
  }
}

/// Between samples of pictures and amounts of light.
///
/// - Source: IEC 61966-2-1, sRGB.
enum LinearLight {
  /// Light, 0…1, by sample.
  static let decoded: [Float] = (0..<256).map { sample in
    let value = Double(sample) / 255
    return Float(
      value <= 0.04045 ? value / 12.92 : Math.power((value + 0.055) / 1.055, 2.4))
  }

  /// Samples by light in 4096 steps.
  private static let table: [UInt8] = (0...4095).map { step in
    let light = Double(step) / 4095
    let value =
      light <= 0.0031308 ? light * 12.92 : 1.055 * Math.power(light, 1 / 2.4) - 0.055
    return UInt8((value * 255).rounded())
  }

  static func encoded(_ light: Float) -> UInt8 {
    table[Int(max(0, min(1, light)) * 4095 + 0.5)]
  }
}
