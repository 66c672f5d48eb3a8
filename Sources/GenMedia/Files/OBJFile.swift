/// Meshes as Wavefront OBJ, with the colours that many programs put behind the places of vertices,
/// and those of materials (`Kd`) in the material files beside it.
///
/// Faces of more corners become fans of triangles; groups are joined; textures are not read, and are
/// written as colours of the vertices. The manifest is a comment, `#gen` and a JSON text.
/// - Source: Wavefront, "Advanced Visualizer Manual", appendix B, 1995.
enum OBJFile {
  static let manifestMark = "#gen "

  /// - Parameter material: gives the content of a material file by its name.
  static func decode(_ bytes: [UInt8], material: (String) throws -> [UInt8]?) throws -> Mesh {
    var reader = OBJReader()
    var lineNumber = 0
    for line in bytes.split(separator: UInt8(ascii: "\n"), omittingEmptySubsequences: false) {
      lineNumber += 1
      do {
        try reader.read(line, material: material)
      } catch let damage as MeshDamage {
        throw MeshDamage("line \(lineNumber) \(damage.reason)")
      }
    }
    return try reader.mesh()
  }

  /// The content of a file in the same folder; nil when it cannot be read or lies elsewhere.
  static func neighbour(_ name: String, of path: String) throws -> [UInt8]? {
    guard !name.isEmpty, !name.contains("/"), !name.utf8.contains(0), name != ".." else {
      return nil
    }
    let folder = path.lastIndex(of: "/").map { String(path[...$0]) } ?? ""
    return try? FileBytes.read(folder + name)
  }

  static func manifest(in bytes: [UInt8]) -> String? {
    let mark = Array(manifestMark.utf8)
    for line in bytes.split(separator: UInt8(ascii: "\n")) {
      if line.starts(with: mark) { return JSONText.decoded(line.dropFirst(mark.count)) }
      guard line.first == UInt8(ascii: "#") else { return nil }
    }
    return nil
  }

  static func encode(_ mesh: Mesh, manifest: String?) throws -> [UInt8] {
    let mesh = try mesh.bakingTexture()
    var text = "# written by gen\n"
    if let manifest { text += manifestMark + JSONText.encoded(manifest) + "\n" }
    for (index, place) in mesh.positions.enumerated() {
      text += "v \(place.x) \(place.y) \(place.z)"
      if !mesh.colors.isEmpty {
        let color = mesh.colors[index]
        let samples = (0..<3).map { Float(LinearLight.encoded(color[$0])) / 255 }
        text += " \(samples[0]) \(samples[1]) \(samples[2])"
      }
      text += "\n"
    }
    // The format counts rows of a texture from below.
    for place in mesh.coordinates { text += "vt \(place.x) \(1 - place.y)\n" }
    for normal in mesh.normals { text += "vn \(normal.x) \(normal.y) \(normal.z)\n" }
    for triangle in mesh.triangles {
      let corners = (0..<3).map { corner -> String in
        let number = "\(triangle[corner] + 1)"
        let places = mesh.coordinates.isEmpty ? "" : number
        if mesh.normals.isEmpty { return places.isEmpty ? number : "\(number)/\(places)" }
        return "\(number)/\(places)/\(number)"
      }
      text += "f \(corners.joined(separator: " "))\n"
    }
    return Array(text.utf8)
  }
}

/// What an OBJ file has told so far.
private struct OBJReader {
  /// Indices of place, texture coordinate and normal; -1 for none; and the material.
  private struct Corner: Hashable {
    var place: Int
    var coordinate = -1
    var normal = -1
    var material = -1
  }

  private var places: [SIMD3<Float>] = []
  private var tints: [SIMD4<Float>] = []
  private var coordinates: [SIMD2<Float>] = []
  private var normals: [SIMD3<Float>] = []
  private var materials: [(name: String, color: SIMD4<Float>)] = []
  private var material = -1

  private var welder = VertexWelder<Corner>()
  private var corners: [Corner] = []
  private var triangles: [SIMD3<UInt32>] = []
  private static let white: SIMD4<Float> = .one

  mutating func read(
    _ line: ArraySlice<UInt8>, material content: (String) throws -> [UInt8]?
  ) throws {
    var words = TextWords(line)
    switch words.next() {
    case "v": try addPlace(&words)
    case "vt":
      guard let x = words.float(), x.isFinite else {
        throw MeshDamage("names no place in a texture")
      }
      let y = words.float() ?? 0
      guard y.isFinite else { throw MeshDamage("names no place in a texture") }
      coordinates.append([x, 1 - y])
    case "vn":
      guard let normal = vector(&words) else {
        throw MeshDamage("names no normal of three numbers")
      }
      normals.append(normal)
    case "f": try addFace(&words)
    case "usemtl":
      let name = words.tail
      material = materials.firstIndex { $0.name == name } ?? -1
    case "mtllib":
      if let bytes = try content(words.tail) { addMaterials(bytes) }
    default: break
    }
  }

  private mutating func addPlace(_ words: inout TextWords) throws {
    guard let place = vector(&words), place.isWithin(Mesh.reach) else {
      throw MeshDamage("names no vertex of three numbers")
    }
    guard places.count < Mesh.maximumCount else { throw MeshDamage("is the vertex above 16 Mi") }
    places.append(place)
    if let color = vector(&words) {
      tints += Array(repeating: Self.white, count: places.count - 1 - tints.count)
      tints.append(Self.linear(color))
    }
  }

  private func vector(_ words: inout TextWords) -> SIMD3<Float>? {
    guard let x = words.float(), let y = words.float(), let z = words.float(),
      x.isFinite, y.isFinite, z.isFinite
    else { return nil }
    return [x, y, z]
  }

  private static func linear(_ color: SIMD3<Float>) -> SIMD4<Float> {
    let light = (0..<3).map { LinearLight.decoded[Int(max(0, min(1, color[$0])) * 255 + 0.5)] }
    return [light[0], light[1], light[2], 1]
  }

  private mutating func addFace(_ words: inout TextWords) throws {
    var face: [UInt32] = []
    while let word = words.next() {
      let corner = try self.corner(word)
      face.append(welder.index(of: corner) { corners.append(corner) })
    }
    guard face.count >= 3 else { throw MeshDamage("is a face of \(face.count) corners") }
    guard triangles.count + face.count - 2 <= Mesh.maximumCount else {
      throw MeshDamage("is the triangle above 16 Mi")
    }
    for index in 2..<face.count { triangles.append([face[0], face[index - 1], face[index]]) }
  }

  private func corner(_ word: String) throws -> Corner {
    let parts = word.split(separator: "/", omittingEmptySubsequences: false)
    func index(_ part: Int, of count: Int, _ noun: String) throws -> Int {
      guard part < parts.count, !parts[part].isEmpty else { return -1 }
      guard let number = Int(parts[part]), number != 0, number != .min, abs(number) <= count else {
        throw MeshDamage("names \(noun) \(parts[part]), there are \(count) before it")
      }
      return number > 0 ? number - 1 : count + number
    }
    let place = try index(0, of: places.count, "vertex")
    guard place >= 0, parts.count <= 3 else { throw MeshDamage("has a corner without a vertex") }
    return Corner(
      place: place, coordinate: try index(1, of: coordinates.count, "texture place"),
      normal: try index(2, of: normals.count, "normal"), material: material)
  }

  private mutating func addMaterials(_ bytes: [UInt8]) {
    for line in bytes.split(separator: UInt8(ascii: "\n")) {
      var words = TextWords(line)
      switch words.next() {
      case "newmtl": materials.append((words.tail, Self.white))
      case "Kd":
        guard let color = vector(&words), !materials.isEmpty else { continue }
        materials[materials.count - 1].color = Self.linear(color)
      default: break
      }
    }
  }

  func mesh() throws -> Mesh {
    let isColored = !tints.isEmpty || corners.contains { $0.material >= 0 }
    return try Mesh(
      positions: corners.map { places[$0.place] },
      normals: corners.allSatisfy { $0.normal >= 0 } ? corners.map { normals[$0.normal] } : [],
      coordinates: corners.allSatisfy { $0.coordinate >= 0 }
        ? corners.map { coordinates[$0.coordinate] } : [],
      colors: isColored ? corners.map(color) : [], triangles: triangles)
  }

  private func color(_ corner: Corner) -> SIMD4<Float> {
    let own = tints.indices.contains(corner.place) ? tints[corner.place] : Self.white
    return corner.material >= 0 ? own * materials[corner.material].color : own
  }
}
