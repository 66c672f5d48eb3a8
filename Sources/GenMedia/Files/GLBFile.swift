import Glibc

/// Meshes as binary glTF (GLB).
///
/// All surfaces of the scene become one mesh where they stand. The base colours of materials go into
/// the colours of vertices; the base texture is kept when the whole mesh has one and the same,
/// otherwise textures go into the colours as well. The manifest is `asset.extras.gen`.
/// - Source: glTF 2.0 Specification, sections 3 to 5.
enum GLBFile {
  static func decode(_ bytes: [UInt8], _ path: String, _ tool: MediaTool) throws -> Mesh {
    let (document, binary) = try parts(of: bytes)
    var reader = GLBReader(document, binary, path, tool)
    return try reader.mesh()
  }

  static func manifest(in bytes: [UInt8]) -> String? {
    (try? parts(of: bytes))?.0.asset.extras?.gen
  }

  /// The document and the bytes that it speaks of.
  private static func parts(of bytes: [UInt8]) throws -> (GLTFDocument, ArraySlice<UInt8>) {
    var cursor = ByteCursor(bytes[...])
    _ = try cursor.take(4)
    let version = try cursor.number(UInt32.self)
    guard version == 2 else { throw MeshDamage("it is glTF \(version), and 2 is read") }
    let length = Int(try cursor.number(UInt32.self))
    guard length >= 12, length <= bytes.count else {
      throw MeshDamage("it names \(length) bytes and has \(bytes.count)")
    }
    cursor = ByteCursor(bytes[12..<length])
    var document: GLTFDocument?
    var binary: ArraySlice<UInt8> = []
    while cursor.remainingCount >= 8 {
      let size = Int(try cursor.number(UInt32.self))
      let kind = try cursor.number(UInt32.self)
      let chunk = try cursor.take(size)
      switch kind {
      case jsonKind where document == nil:
        document = JSONText.decode(GLTFDocument.self, from: chunk)
      case binaryKind where binary.isEmpty: binary = chunk
      default: break
      }
    }
    guard let document else { throw MeshDamage("its JSON does not parse as glTF") }
    return (document, binary)
  }

  static let jsonKind: UInt32 = 0x4e4f_534a
  static let binaryKind: UInt32 = 0x004e_4942
}

/// Walks through a document's scene and gathers its surfaces.
private struct GLBReader {
  private let document: GLTFDocument
  private let source: GLTFAccess
  private let path: String
  private let tool: MediaTool
  private var visited: Set<Int> = []
  private var surfaces: [Surface] = []
  private var vertexCount = 0
  private var triangleCount = 0

  private struct Surface {
    var positions: [SIMD3<Float>]
    var normals: [SIMD3<Float>]
    var coordinates: [SIMD2<Float>]
    var colors: [SIMD4<Float>]
    var triangles: [SIMD3<UInt32>]
    /// The index of a picture.
    var texture: Int?
  }

  init(
    _ document: GLTFDocument, _ binary: ArraySlice<UInt8>, _ path: String, _ tool: MediaTool
  ) {
    self.document = document
    self.path = path
    self.tool = tool
    source = GLTFAccess(document: document, binary: binary)
  }

  mutating func mesh() throws -> Mesh {
    for name in document.extensionsRequired ?? [] where !isKnown(name) {
      throw MediaError.unsupported(path: path, reason: "it needs the extension \(name)")
    }
    guard document.buffers?.first?.uri == nil, document.buffers?.count ?? 0 <= 1 else {
      throw MediaError.unsupported(path: path, reason: "a part of it lies in another file")
    }
    if let nodes = document.nodes, !nodes.isEmpty {
      for root in try roots(nodes) { try visit(root, Placement(), depth: 0) }
    } else {
      for index in (document.meshes ?? []).indices { try add(group: index, at: Placement()) }
    }
    guard !surfaces.isEmpty else { throw MeshDamage("it holds no triangles") }
    return try joined()
  }

  private func isKnown(_ name: String) -> Bool {
    name == "KHR_mesh_quantization" || name.hasPrefix("KHR_materials_")
  }

  private func roots(_ nodes: [GLTFDocument.Node]) throws -> [Int] {
    if let scenes = document.scenes, !scenes.isEmpty {
      let index = document.scene ?? 0
      guard scenes.indices.contains(index) else { throw MeshDamage("there is no scene \(index)") }
      return scenes[index].nodes ?? []
    }
    let children = Set(nodes.flatMap { $0.children ?? [] })
    return nodes.indices.filter { !children.contains($0) }
  }

  private mutating func visit(_ index: Int, _ outer: Placement, depth: Int) throws {
    guard let nodes = document.nodes, nodes.indices.contains(index) else {
      throw MeshDamage("there is no node \(index)")
    }
    guard visited.insert(index).inserted else {
      throw MeshDamage("node \(index) stands in itself or in two places")
    }
    guard depth < 500 else { throw MeshDamage("its nodes are nested too deep") }
    let placement = outer * (try nodes[index].placement(index))
    if let group = nodes[index].mesh { try add(group: group, at: placement) }
    for child in nodes[index].children ?? [] { try visit(child, placement, depth: depth + 1) }
  }

  private mutating func add(group index: Int, at placement: Placement) throws {
    guard let groups = document.meshes, groups.indices.contains(index) else {
      throw MeshDamage("there is no mesh \(index)")
    }
    for primitive in groups[index].primitives where (4...6).contains(primitive.mode ?? 4) {
      let surface = try surface(primitive, at: placement)
      vertexCount += surface.positions.count
      triangleCount += surface.triangles.count
      guard vertexCount <= Mesh.maximumCount, triangleCount <= Mesh.maximumCount else {
        throw MeshDamage("it has more than 16 Mi vertices or triangles")
      }
      if !surface.triangles.isEmpty { surfaces.append(surface) }
    }
  }

  private func surface(
    _ primitive: GLTFDocument.Primitive, at placement: Placement
  ) throws -> Surface {
    guard let place = primitive.attributes["POSITION"] else {
      throw MeshDamage("a primitive has no positions")
    }
    let positions = try source.vectors3(place)
    func vectors<Vector>(_ name: String, _ read: (Int) throws -> [Vector]) throws -> [Vector] {
      guard let index = primitive.attributes[name] else { return [] }
      let vectors = try read(index)
      guard vectors.count == positions.count else {
        throw MeshDamage("there are \(vectors.count) of \(name) for \(positions.count) vertices")
      }
      return vectors
    }
    let normals = try vectors("NORMAL", source.vectors3)
    let coordinates = try vectors("TEXCOORD_0", source.vectors2)
    var colors = try vectors("COLOR_0", source.colors)
    let (factor, texture) = try material(primitive.material)
    if factor != .one {
      colors = (colors.isEmpty ? Array(repeating: .one, count: positions.count) : colors)
        .map { $0 * factor }
    }
    let indices =
      try primitive.indices.map(source.indices) ?? (0..<UInt32(positions.count)).map { $0 }
    if let wrong = indices.first(where: { $0 >= positions.count }) {
      throw MeshDamage("a triangle names vertex \(wrong), there are \(positions.count)")
    }
    var triangles = Self.triangles(indices, mode: primitive.mode ?? 4)
    if placement.isMirroring { triangles = triangles.map { [$0.x, $0.z, $0.y] } }
    return Surface(
      positions: positions.map(placement.applied(to:)),
      normals: normals.map(placement.applied(toNormal:)),
      coordinates: coordinates, colors: colors, triangles: triangles,
      texture: coordinates.isEmpty ? nil : texture)
  }

  /// Lists (4), strips (5) and fans (6) as triangles.
  private static func triangles(_ indices: [UInt32], mode: Int) -> [SIMD3<UInt32>] {
    guard indices.count >= 3 else { return [] }
    switch mode {
    case 5:
      return (2..<indices.count).map { last in
        let (first, second) = last % 2 == 0 ? (last - 2, last - 1) : (last - 1, last - 2)
        return [indices[first], indices[second], indices[last]]
      }
    case 6: return (2..<indices.count).map { [indices[0], indices[$0 - 1], indices[$0]] }
    default:
      return (0..<indices.count / 3).map {
        [indices[3 * $0], indices[3 * $0 + 1], indices[3 * $0 + 2]]
      }
    }
  }

  /// The base colour and the picture over it.
  private func material(_ index: Int?) throws -> (SIMD4<Float>, Int?) {
    guard let index else { return (.one, nil) }
    guard let materials = document.materials, materials.indices.contains(index) else {
      throw MeshDamage("there is no material \(index)")
    }
    let surface = materials[index].pbrMetallicRoughness
    var factor = SIMD4<Float>.one
    if let numbers = surface?.baseColorFactor {
      guard numbers.count == 4, numbers.allSatisfy(\.isFinite) else {
        throw MeshDamage("material \(index) has no colour of four numbers")
      }
      factor = SIMD4(numbers)
    }
    guard let texture = surface?.baseColorTexture?.index else { return (factor, nil) }
    guard let textures = document.textures, textures.indices.contains(texture) else {
      throw MeshDamage("there is no texture \(texture)")
    }
    return (factor, textures[texture].source)
  }

  // MARK: One mesh of all

  private mutating func joined() throws -> Mesh {
    let pictures = Set(surfaces.map(\.texture))
    var texture: Image?
    if pictures.count == 1, let only = surfaces[0].texture {
      texture = try picture(only)
    } else {
      try bakePictures(pictures.compactMap { $0 })
    }
    let isSmooth = surfaces.allSatisfy { !$0.normals.isEmpty }
    let isMapped = surfaces.allSatisfy { !$0.coordinates.isEmpty }
    let isColored = surfaces.contains { !$0.colors.isEmpty }
    var start: UInt32 = 0
    let triangles = surfaces.flatMap { surface in
      defer { start += UInt32(surface.positions.count) }
      return surface.triangles.map { $0 &+ start }
    }
    return try Mesh(
      positions: surfaces.flatMap(\.positions),
      normals: isSmooth ? surfaces.flatMap(\.normals) : [],
      coordinates: isMapped ? surfaces.flatMap(\.coordinates) : [],
      colors: isColored
        ? surfaces.flatMap {
          $0.colors.isEmpty ? Array(repeating: .one, count: $0.positions.count) : $0.colors
        } : [],
      triangles: triangles, texture: texture)
  }

  private mutating func bakePictures(_ indices: [Int]) throws {
    for index in indices {
      let picture = try picture(index)
      for place in surfaces.indices where surfaces[place].texture == index {
        let surface = surfaces[place]
        surfaces[place].colors = surface.coordinates.indices.map {
          picture.linearColor(at: surface.coordinates[$0])
            * (surface.colors.isEmpty ? .one : surface.colors[$0])
        }
      }
    }
  }

  private func picture(_ index: Int) throws -> Image {
    guard let images = document.images, images.indices.contains(index) else {
      throw MeshDamage("there is no picture \(index)")
    }
    guard let view = images[index].bufferView else {
      throw MediaError.unsupported(path: path, reason: "a texture of it lies in another file")
    }
    let bytes = Array(try source.view(view))
    if bytes.starts(with: PNGChunk.signature) { return try PNGFile.decode(bytes, path) }
    // Other kinds are read from a file, in the program that reads strangers' pictures.
    let folder = getenv("TMPDIR").map { String(cString: $0) } ?? "/tmp"
    let file = try AtomicFile(folder + "/gen-texture")
    try file.write(bytes)
    var frames = try tool.readFrames("/proc/\(getpid())/fd/\(file.descriptor)", onlyFirst: true)
    guard let picture = try frames.next() else { throw MeshDamage("picture \(index) is empty") }
    return picture
  }
}
