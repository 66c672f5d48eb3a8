#if canImport(FoundationEssentials)
  import FoundationEssentials
#else
  import Foundation
#endif

extension GLBFile {
  static func encode(_ mesh: Mesh, manifest: String?, for path: String) throws -> [UInt8] {
    var body = GLBBody()
    let (low, high) = mesh.bounds
    var attributes = [
      "POSITION": body.add(
        mesh.positions.flatMap { [$0.x, $0.y, $0.z] }, "VEC3", 3,
        bounds: (low: [low.x, low.y, low.z], high: [high.x, high.y, high.z]))
    ]
    if !mesh.normals.isEmpty {
      attributes["NORMAL"] = body.add(mesh.normals.flatMap { [$0.x, $0.y, $0.z] }, "VEC3", 3)
    }
    if !mesh.coordinates.isEmpty {
      attributes["TEXCOORD_0"] = body.add(mesh.coordinates.flatMap { [$0.x, $0.y] }, "VEC2", 2)
    }
    if !mesh.colors.isEmpty {
      attributes["COLOR_0"] = body.add(
        mesh.colors.flatMap { [$0.x, $0.y, $0.z, $0.w] }, "VEC4", 4)
    }
    let indices = body.add(mesh.triangles.flatMap { [$0.x, $0.y, $0.z] })
    let picture = try mesh.texture.map {
      body.addView(try PNGFile.encode($0, manifest: nil, for: path))
    }
    let document = GLBDocument(
      asset: .init(extras: manifest.map { .init(gen: $0) }),
      meshes: [.init(primitives: [.init(attributes: attributes, indices: indices)])],
      materials: [
        .init(pbrMetallicRoughness: .init(baseColorTexture: picture.map { _ in .init() }))
      ],
      textures: picture.map { _ in [.init()] }, images: picture.map { [.init(bufferView: $0)] },
      accessors: body.accessors, bufferViews: body.views,
      buffers: [.init(byteLength: body.bytes.count)])
    return try file(document, body.bytes)
  }

  private static func file(_ document: GLBDocument, _ binary: [UInt8]) throws -> [UInt8] {
    let encoder = JSONEncoder()
    encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
    var json = [UInt8](try encoder.encode(document))
    json += Array(repeating: UInt8(ascii: " "), count: (4 - json.count % 4) % 4)
    let length = 12 + 8 + json.count + 8 + binary.count
    guard length <= Int(UInt32.max) else {
      throw MediaError.formatUnfit(format: .glb, reason: "it ends at 4 GiB")
    }
    var file = Array("glTF".utf8)
    file.append(littleEndian: UInt32(2))
    file.append(littleEndian: UInt32(length))
    for (kind, chunk) in [(jsonKind, json), (binaryKind, binary)] {
      file.append(littleEndian: UInt32(chunk.count))
      file.append(littleEndian: kind)
      file += chunk
    }
    return file
  }
}

/// The bytes of a file in the making, and what they are.
private struct GLBBody {
  var bytes: [UInt8] = []
  var views: [GLBDocument.View] = []
  var accessors: [GLBDocument.Accessor] = []

  mutating func addView(_ content: [UInt8]) -> Int {
    views.append(.init(byteOffset: bytes.count, byteLength: content.count))
    bytes += content
    bytes += Array(repeating: 0, count: (4 - bytes.count % 4) % 4)
    return views.count - 1
  }

  mutating func add(
    _ numbers: [Float], _ type: String, _ width: Int,
    bounds: (low: [Float], high: [Float])? = nil
  ) -> Int {
    var content: [UInt8] = []
    for number in numbers { content.append(littleEndian: number) }
    accessors.append(
      .init(
        bufferView: addView(content), componentType: 5126, count: numbers.count / width, type: type,
        min: bounds?.low, max: bounds?.high))
    return accessors.count - 1
  }

  mutating func add(_ indices: [UInt32]) -> Int {
    var content: [UInt8] = []
    for index in indices { content.append(littleEndian: index) }
    accessors.append(
      .init(
        bufferView: addView(content), componentType: 5125, count: indices.count, type: "SCALAR"))
    return accessors.count - 1
  }
}

/// The glTF document of one mesh.
private struct GLBDocument: Encodable {
  struct Extras: Encodable { let gen: String }
  struct Asset: Encodable {
    let version = "2.0"
    let generator = "gen"
    let extras: Extras?
  }
  struct Scene: Encodable { let nodes = [0] }
  struct Node: Encodable { let mesh = 0 }
  struct Primitive: Encodable {
    let attributes: [String: Int]
    let indices: Int
    let material = 0
  }
  struct Group: Encodable { let primitives: [Primitive] }
  struct Reference: Encodable { let index = 0 }
  struct Surface: Encodable {
    let metallicFactor = 0
    let roughnessFactor = 1
    let baseColorTexture: Reference?
  }
  struct Material: Encodable {
    let pbrMetallicRoughness: Surface
    let doubleSided = true
  }
  struct Texture: Encodable { let source = 0 }
  struct Picture: Encodable {
    let bufferView: Int
    let mimeType = "image/png"
  }
  struct Accessor: Encodable {
    let bufferView: Int
    let componentType: Int
    let count: Int
    let type: String
    var min: [Float]?
    var max: [Float]?
  }
  struct View: Encodable {
    let buffer = 0
    let byteOffset: Int
    let byteLength: Int
  }
  struct Buffer: Encodable { let byteLength: Int }

  let asset: Asset
  let scene = 0
  let scenes = [Scene()]
  let nodes = [Node()]
  let meshes: [Group]
  let materials: [Material]
  let textures: [Texture]?
  let images: [Picture]?
  let accessors: [Accessor]
  let bufferViews: [View]
  let buffers: [Buffer]
}
