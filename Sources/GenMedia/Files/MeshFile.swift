/// Meshes as files, read and written in this process.
enum MeshFile {
  /// The format of a file by its first bytes and, for those that have no mark, its name.
  static func format(head: [UInt8], _ path: String) -> MediaFormat? {
    if head.starts(with: "glTF".utf8) { return .glb }
    let named = MediaFormat(path: path)
    if named == .stl || named == .obj { return named }
    return STLFile.isText(head) ? .stl : nil
  }

  static func read(_ path: String, _ format: MediaFormat, _ tool: MediaTool) throws -> Mesh {
    let bytes = try FileBytes.read(path)
    return try naming(path) {
      switch format {
      case .glb: try GLBFile.decode(bytes, path, tool)
      case .stl: try STLFile.decode(bytes)
      default: try OBJFile.decode(bytes) { try OBJFile.neighbour($0, of: path) }
      }
    }
  }

  static func info(_ path: String, _ format: MediaFormat, _ tool: MediaTool) throws -> MediaInfo {
    let mesh = try read(path, format, tool)
    let bytes = try FileBytes.read(path)
    let manifest =
      switch format {
      case .glb: GLBFile.manifest(in: bytes)
      case .obj: OBJFile.manifest(in: bytes)
      default: String?.none
      }
    return MediaInfo(
      format: format.rawValue,
      solid: .init(vertexCount: mesh.vertexCount, triangleCount: mesh.triangleCount),
      manifest: manifest)
  }

  static func encode(
    _ mesh: Mesh, as format: MediaFormat, manifest: String?, for path: String
  ) throws -> [UInt8] {
    switch format {
    case .glb: try GLBFile.encode(mesh, manifest: manifest, for: path)
    case .stl: try STLFile.encode(mesh)
    default: try OBJFile.encode(mesh, manifest: manifest)
    }
  }

  /// Tells what is wrong inside of a file with the file's name.
  private static func naming(_ path: String, _ body: () throws -> Mesh) throws -> Mesh {
    do {
      return try body()
    } catch let error as MeshDamage {
      throw MediaError.damaged(path: path, reason: error.reason)
    } catch MediaError.badArgument(let reason), MediaError.mismatch(let reason) {
      throw MediaError.damaged(path: path, reason: reason)
    } catch is ByteCursor.Ended {
      throw MediaError.damaged(path: path, reason: "it ends too early")
    }
  }
}

/// What is wrong inside of a file of a mesh, with the place.
struct MeshDamage: Error {
  let reason: String
  init(_ reason: String) { self.reason = reason }
}

/// Vertices that are told one at a time, each once.
struct VertexWelder<Key: Hashable> {
  private var known: [Key: UInt32] = [:]

  /// The index of a vertex; `add` is called when it is new.
  mutating func index(of key: Key, add: () throws -> Void) rethrows -> UInt32 {
    if let index = known[key] { return index }
    let index = UInt32(known.count)
    try add()
    known[key] = index
    return index
  }
}
