/// The part of a glTF document that tells of surfaces.
///
/// - Source: glTF 2.0 Specification, section 5.
struct GLTFDocument: Decodable {
  struct Asset: Decodable {
    let version: String
    let extras: Extras?
  }
  /// What programs add; of another shape than ours it is left aside.
  struct Extras: Decodable {
    let gen: String?
    private enum Key: CodingKey { case gen }
    init(from decoder: any Decoder) throws {
      gen = try? decoder.container(keyedBy: Key.self).decode(String.self, forKey: .gen)
    }
  }
  struct Scene: Decodable { let nodes: [Int]? }
  struct Node: Decodable {
    let children: [Int]?
    let mesh: Int?
    let matrix: [Float]?
    let translation: [Float]?
    let rotation: [Float]?
    let scale: [Float]?
  }
  struct Primitive: Decodable {
    let attributes: [String: Int]
    let indices: Int?
    let material: Int?
    let mode: Int?
  }
  struct Group: Decodable { let primitives: [Primitive] }
  struct Accessor: Decodable {
    let bufferView: Int?
    let byteOffset: Int?
    let componentType: Int
    let normalized: Bool?
    let count: Int
    let type: String
    let sparse: Sparse?
  }
  struct Sparse: Decodable { let count: Int }
  struct BufferView: Decodable {
    let buffer: Int
    let byteOffset: Int?
    let byteLength: Int
    let byteStride: Int?
  }
  struct Buffer: Decodable {
    let byteLength: Int
    let uri: String?
  }
  struct Reference: Decodable { let index: Int }
  struct Surface: Decodable {
    let baseColorFactor: [Float]?
    let baseColorTexture: Reference?
  }
  struct Material: Decodable { let pbrMetallicRoughness: Surface? }
  struct Texture: Decodable { let source: Int? }
  struct Picture: Decodable {
    let bufferView: Int?
    let uri: String?
  }

  let asset: Asset
  let extensionsRequired: [String]?
  let scene: Int?
  let scenes: [Scene]?
  let nodes: [Node]?
  let meshes: [Group]?
  let accessors: [Accessor]?
  let bufferViews: [BufferView]?
  let buffers: [Buffer]?
  let materials: [Material]?
  let textures: [Texture]?
  let images: [Picture]?
}

/// A turn, stretch and move in space.
struct Placement {
  var columns: (SIMD3<Float>, SIMD3<Float>, SIMD3<Float>) = ([1, 0, 0], [0, 1, 0], [0, 0, 1])
  var offset: SIMD3<Float> = .zero

  func applied(to place: SIMD3<Float>) -> SIMD3<Float> { turned(place) + offset }

  private func turned(_ vector: SIMD3<Float>) -> SIMD3<Float> {
    columns.0 * vector.x + columns.1 * vector.y + columns.2 * vector.z
  }

  /// Of a surface's normal, through the cofactors, so that it stays upright on what is stretched.
  func applied(toNormal normal: SIMD3<Float>) -> SIMD3<Float> {
    let cofactors = Placement(
      columns: (
        columns.1.cross(columns.2), columns.2.cross(columns.0), columns.0.cross(columns.1)
      ))
    return (cofactors.turned(normal) * (isMirroring ? -1 : 1)).unit
  }

  var isMirroring: Bool { (columns.0 * columns.1.cross(columns.2)).sum() < 0 }

  /// The outer placement after the inner one.
  static func * (outer: Placement, inner: Placement) -> Placement {
    Placement(
      columns: (
        outer.turned(inner.columns.0), outer.turned(inner.columns.1), outer.turned(inner.columns.2)
      ), offset: outer.applied(to: inner.offset))
  }
}

extension GLTFDocument.Node {
  /// - Throws: ``MeshDamage`` for numbers that are no placement.
  func placement(_ index: Int) throws -> Placement {
    func vector(_ numbers: [Float]?, _ count: Int, _ usual: [Float]) throws -> [Float] {
      guard let numbers else { return usual }
      guard numbers.count == count, numbers.allSatisfy(\.isFinite) else {
        throw MeshDamage("node \(index) is placed by no \(count) numbers")
      }
      return numbers
    }
    if matrix != nil {
      let m = try vector(matrix, 16, [])
      return Placement(
        columns: ([m[0], m[1], m[2]], [m[4], m[5], m[6]], [m[8], m[9], m[10]]),
        offset: [m[12], m[13], m[14]])
    }
    let move = try vector(translation, 3, [0, 0, 0])
    let turn = try vector(rotation, 4, [0, 0, 0, 1])
    let size = try vector(scale, 3, [1, 1, 1])
    let (x, y, z, w) = (turn[0], turn[1], turn[2], turn[3])
    return Placement(
      columns: (
        SIMD3(1 - 2 * (y * y + z * z), 2 * (x * y + w * z), 2 * (x * z - w * y)) * size[0],
        SIMD3(2 * (x * y - w * z), 1 - 2 * (x * x + z * z), 2 * (y * z + w * x)) * size[1],
        SIMD3(2 * (x * z + w * y), 2 * (y * z - w * x), 1 - 2 * (x * x + y * y)) * size[2]
      ), offset: [move[0], move[1], move[2]])
  }
}
