/// Meshes as STL: bare triangles, as text or binary; written binary.
///
/// Corners at one place become one vertex; the facets' normals are left aside, as triangles tell
/// them. The format has no room for a manifest: its head of 80 bytes says who wrote it.
/// - Source: 3D Systems, "StereoLithography Interface Specification", 1989.
enum STLFile {
  private static let headCount = 80
  private static let facetCount = 50

  /// Whether the first bytes are those of the text form.
  static func isText(_ head: [UInt8]) -> Bool {
    let text = String(decoding: head, as: UTF8.self)
    return text.hasPrefix("solid") && (text.contains("facet") || text.contains("endsolid"))
  }

  static func decode(_ bytes: [UInt8]) throws -> Mesh {
    // Binary files may begin with "solid" as well; their length tells them.
    if bytes.count >= headCount + 4 {
      var cursor = ByteCursor(bytes[headCount...])
      let count = Int(try cursor.number(UInt32.self))
      if bytes.count == headCount + 4 + count * facetCount { return try binary(&cursor, count) }
      guard isText(Array(bytes.prefix(512))) else {
        throw MeshDamage(
          "it names \(count) triangles and has room for "
            + "\((bytes.count - headCount - 4) / facetCount)")
      }
    }
    return try text(bytes)
  }

  private static func binary(_ cursor: inout ByteCursor, _ count: Int) throws -> Mesh {
    var soup = TriangleSoup()
    for _ in 0..<count {
      _ = try cursor.take(12)
      for _ in 0..<3 {
        try soup.add([try cursor.float(), try cursor.float(), try cursor.float()])
      }
      _ = try cursor.take(2)
    }
    return try soup.mesh()
  }

  private static func text(_ bytes: [UInt8]) throws -> Mesh {
    var soup = TriangleSoup()
    var lineNumber = 0
    for line in bytes.split(separator: UInt8(ascii: "\n"), omittingEmptySubsequences: false) {
      lineNumber += 1
      var words = TextWords(line)
      guard words.next() == "vertex" else { continue }
      guard let x = words.float(), let y = words.float(), let z = words.float() else {
        throw MeshDamage("line \(lineNumber) names no vertex of three numbers")
      }
      try soup.add([x, y, z])
    }
    guard soup.isWhole else { throw MeshDamage("it ends in the midst of a facet") }
    return try soup.mesh()
  }

  static func encode(_ mesh: Mesh) throws -> [UInt8] {
    var bytes = Array("written by gen".utf8)
    bytes += [UInt8](repeating: 0, count: headCount - bytes.count)
    bytes.append(littleEndian: UInt32(mesh.triangleCount))
    bytes.reserveCapacity(headCount + 4 + mesh.triangleCount * facetCount)
    for triangle in mesh.triangles {
      let corners = (0..<3).map { mesh.positions[Int(triangle[$0])] }
      let normal = (corners[1] - corners[0]).cross(corners[2] - corners[0])
      for vector in [normal.length > 0 ? normal.unit : .zero] + corners {
        for axis in 0..<3 { bytes.append(littleEndian: vector[axis]) }
      }
      bytes.append(littleEndian: UInt16(0))
    }
    return bytes
  }
}

/// Corners of triangles, three by three, in which equal places become one vertex.
private struct TriangleSoup {
  private var welder = VertexWelder<SIMD3<Float>>()
  private var positions: [SIMD3<Float>] = []
  private var corners: [UInt32] = []

  var isWhole: Bool { corners.count % 3 == 0 }

  mutating func add(_ place: SIMD3<Float>) throws {
    guard place.isWithin(Mesh.reach) else {
      throw MeshDamage("triangle \(corners.count / 3) has a corner at no place that there is")
    }
    guard corners.count < 3 * Mesh.maximumCount else {
      throw MeshDamage("it has more than 16 Mi triangles")
    }
    // Adding 0 makes one zero of two.
    corners.append(welder.index(of: place + 0) { positions.append(place) })
  }

  func mesh() throws -> Mesh {
    try Mesh(
      positions: positions,
      triangles: (0..<corners.count / 3).map {
        [corners[3 * $0], corners[3 * $0 + 1], corners[3 * $0 + 2]]
      })
  }
}

/// The words of a line, one after another.
struct TextWords {
  private var rest: ArraySlice<UInt8>

  init(_ line: ArraySlice<UInt8>) { rest = line }

  mutating func next() -> String? {
    rest = rest.drop { $0 <= 32 }
    guard !rest.isEmpty else { return nil }
    let word = rest.prefix { $0 > 32 }
    rest = rest.dropFirst(word.count)
    return String(decoding: word, as: UTF8.self)
  }

  mutating func float() -> Float? { next().flatMap(Float.init) }

  /// What is left of the line without spaces around it.
  var tail: String {
    let end = rest.lastIndex { $0 > 32 } ?? rest.startIndex - 1
    return String(decoding: rest[..<max(rest.startIndex, end + 1)].drop { $0 <= 32 }, as: UTF8.self)
  }
}
