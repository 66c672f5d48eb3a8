import Testing

@testable import GenMedia

extension Mesh {
  /// A ring, smooth, with colours around it.
  static func torus(around: Int = 24, across: Int = 12, texture: Image? = nil) throws -> Mesh {
    var (places, normals, spots, colors):
      ([SIMD3<Float>], [SIMD3<Float>], [SIMD2<Float>], [SIMD4<Float>]) = ([], [], [], [])
    for i in 0..<around {
      for j in 0..<across {
        let (u, v) = (Double(i) / Double(around) * 2 * .pi, Double(j) / Double(across) * 2 * .pi)
        let out = SIMD3(Float(Math.cosine(u)), 0, Float(-Math.sine(u)))
        let normal = out * Float(Math.cosine(v)) + [0, Float(Math.sine(v)), 0]
        places.append(out + normal * 0.4)
        normals.append(normal)
        spots.append([Float(i) / Float(around), Float(j) / Float(across)])
        colors.append([Float(i) / Float(around), 0.5, Float(j) / Float(across), 1])
      }
    }
    var triangles: [SIMD3<UInt32>] = []
    for i in 0..<around {
      for j in 0..<across {
        let (k, l) = ((i + 1) % around, (j + 1) % across)
        let corners = [i * across + j, k * across + j, k * across + l, i * across + l].map(
          UInt32.init)
        triangles += [
          [corners[0], corners[1], corners[2]], [corners[0], corners[2], corners[3]],
        ]
      }
    }
    return try Mesh(
      positions: places, normals: normals, coordinates: texture == nil ? [] : spots,
      colors: texture == nil ? colors : [], triangles: triangles, texture: texture)
  }

  /// Six times the volume inside, positive when triangles show outwards.
  var signedVolume: Float {
    triangles.reduce(0) { sum, triangle in
      let (a, b, c) = (
        positions[Int(triangle.x)], positions[Int(triangle.y)], positions[Int(triangle.z)]
      )
      return sum + (a * b.cross(c)).sum()
    }
  }
}

@Suite struct `Meshes` {
  let folder = TemporaryFolder()
  let manifest = "{\"script\": \"a <b> & 100 % \\\"cup\\\"\",\n \"é\": \"船\"}"

  @Test func `boxes that trimesh wrote are read where they stand`() throws {
    for name in ["box.obj", "box.stl", "box-text.stl"] {
      let box = try MediaFile.readMesh(fixture(name))
      #expect(box.triangleCount == 12 && box.vertexCount == 8, "\(name)")
      #expect(box.bounds.low == [-1, -2, -3] && box.bounds.high == [1, 2, 3], "\(name)")
      #expect(abs(box.signedVolume / 6 - 48) < 0.001, "\(name)")
    }
    let boxes = try MediaFile.readMesh(fixture("boxes.glb"))
    #expect(boxes.triangleCount == 24)
    #expect((boxes.bounds.high - [10.5, 2, 3]).length < 1e-5)
    #expect(abs(boxes.signedVolume / 6 - 49) < 0.001)
    let red = zip(boxes.positions, boxes.colors).filter { $0.0.x > 9 }
    #expect(!red.isEmpty && red.allSatisfy { $0.1 == [1, 0, 0, 1] })
    #expect(try MediaFile.probe(fixture("boxes.glb")).medium == .mesh)
  }

  @Test func `GLB keeps everything and the manifest`() throws {
    let texture = Image.noise(8, 4, seed: 3)
    for (mesh, name) in [(try Mesh.torus(), "a.glb"), (try Mesh.torus(texture: texture), "b.glb")] {
      try MediaFile.write(mesh, to: folder / name, manifest: manifest)
      #expect(try MediaFile.readMesh(folder / name) == mesh)
      let info = try MediaFile.probe(folder / name)
      #expect(info.manifest == manifest && info.solid?.triangleCount == mesh.triangleCount)
    }
  }

  @Test func `OBJ keeps numbers, colours to a sample and the manifest; STL the triangles`() throws {
    let torus = try Mesh.torus()
    try MediaFile.write(torus, to: folder / "a.obj", manifest: manifest)
    let back = try MediaFile.readMesh(folder / "a.obj")
    #expect(try MediaFile.probe(folder / "a.obj").manifest == manifest)
    // Vertices come in the order of triangles.
    for (mine, other) in zip(torus.triangles, back.triangles) {
      for corner in 0..<3 {
        let (i, j) = (Int(mine[corner]), Int(other[corner]))
        #expect(torus.positions[i] == back.positions[j])
        #expect((torus.normals[i] - back.normals[j]).length < 1e-5)
        let step = torus.colors[i] - back.colors[j]
        #expect((step * step).sum() < 0.001)
      }
    }
    try MediaFile.write(torus, to: folder / "a.stl", manifest: manifest)
    let bare = try MediaFile.readMesh(folder / "a.stl")
    #expect(bare.triangleCount == torus.triangleCount && bare.vertexCount == torus.vertexCount)
    #expect(abs(bare.signedVolume - torus.signedVolume) < 0.001)
    #expect(try MediaFile.probe(folder / "a.stl").manifest == nil)
  }

  @Test func `faces of OBJ may count backwards, have many corners and take colours of materials`()
    throws
  {
    writeBytes(Array("newmtl leaf\nKd 0 1 0\n".utf8), to: folder / "m.mtl")
    let text = """
      mtllib m.mtl
      v 0 0 0\r
      v 1 0 0
      v 1 1 0
      v 0 1 0
      usemtl leaf
      f -4 -3 -2 -1
      """
    writeBytes(Array(text.utf8), to: folder / "a.obj")
    let square = try MediaFile.readMesh(folder / "a.obj")
    #expect(square.triangles == [[0, 1, 2], [0, 2, 3]])
    #expect(square.colors == Array(repeating: [0, 1, 0, 1], count: 4))
  }

  @Test(arguments: [
    ("v 0 0\n", "line 1"), ("v 0 0 nan\n", "line 1"),
    ("v 0 0 0\nf 1 2 3\n", "line 2 names vertex 2"),
    ("v 0 0 0\nf 1 1\n", "line 2 is a face of 2"), ("v 0 0 0\nf 1/0 1 1\n", "line 2"),
    ("v 0 0 0\nf 9223372036854775808 1 1\n", "line 2"),
    ("v 0 0 0\nf -9223372036854775808 1 1", "line 2"),
    ("", "at least one triangle"), ("v 1e30 0 0\n", "line 1"),
  ])
  func `a wrong line of OBJ is named`(text: String, told: String) throws {
    writeBytes(Array(text.utf8), to: folder / "a.obj")
    let error = #expect(throws: MediaError.self) { try MediaFile.readMesh(folder / "a.obj") }
    #expect(error?.message.contains(told) == true, "\(error?.message ?? "")")
    #expect(error?.message.contains("a.obj") == true)
  }

  /// A GLB file of a document and nothing else.
  private func glb(_ json: String) -> [UInt8] {
    var text = Array(json.utf8)
    text += Array(repeating: 32, count: (4 - text.count % 4) % 4)
    var bytes = Array("glTF".utf8)
    for number in [2, 28 + text.count + 36, text.count, 0x4e4f_534a] {
      bytes.append(littleEndian: UInt32(number))
    }
    bytes += text
    bytes.append(littleEndian: UInt32(36))
    bytes.append(littleEndian: GLBFile.binaryKind)
    for number: Float in [0, 0, 0, 1, 0, 0, 0, 1, 0] { bytes.append(littleEndian: number) }
    return bytes
  }

  private func document(
    nodes: String = "{\"mesh\":0}", count: Int = 3, length: Int = 36, extra: String = ""
  ) -> String {
    "{\"asset\":{\"version\":\"2.0\"},\(extra)\"scenes\":[{\"nodes\":[0]}],\"nodes\":[\(nodes)],"
      + "\"meshes\":[{\"primitives\":[{\"attributes\":{\"POSITION\":0}}]}],\"accessors\":[{"
      + "\"bufferView\":0,\"componentType\":5126,\"count\":\(count),\"type\":\"VEC3\"}],"
      + "\"bufferViews\":[{\"buffer\":0,\"byteLength\":\(length)}],\"buffers\":[{\"byteLength\":36}]}"
  }

  @Test func `a small document is a triangle`() throws {
    writeBytes(glb(document()), to: folder / "a.glb")
    #expect(try MediaFile.readMesh(folder / "a.glb").triangleCount == 1)
    let moved = document(nodes: "{\"mesh\":0,\"translation\":[0,5,0],\"scale\":[-1,1,1]}")
    writeBytes(glb(moved), to: folder / "a.glb")
    let mirrored = try MediaFile.readMesh(folder / "a.glb")
    #expect(mirrored.bounds.low == [-1, 5, 0] && mirrored.triangles == [[0, 2, 1]])
  }

  @Test func `hostile documents are errors that say what is wrong`() throws {
    let cases = [
      (document(nodes: "{\"mesh\":0,\"children\":[0]}"), "node 0 stands in itself"),
      (document(nodes: "{\"children\":[1,1]},{\"mesh\":0}"), "node 1 stands in itself"),
      (document(nodes: "{\"mesh\":7}"), "no mesh 7"),
      (document(nodes: "{\"children\":[9]}"), "no node 9"),
      (document(count: 4), "beyond its view"), (document(count: -1), "names -1"),
      (document(count: 1 << 60), "names"), (document(length: 1 << 40), "beyond the bytes"),
      (document(length: -5), "beyond the bytes"), (document(count: 0), "no triangles"),
      (document(nodes: "{\"mesh\":0,\"matrix\":[1,2]}"), "no 16 numbers"),
      (document(nodes: "{\"mesh\":0,\"scale\":[1e30,1e30,1e30]}"), "no place"),
      (document(extra: "\"extensionsRequired\":[\"KHR_draco_mesh_compression\"],"), "KHR_draco"),
      ("{", "does not parse"), (String(repeating: "[", count: 100_000), "does not parse"),
    ]
    for (json, told) in cases {
      writeBytes(glb(json), to: folder / "a.glb")
      let error = #expect(throws: MediaError.self, "\(told)") {
        try MediaFile.readMesh(folder / "a.glb")
      }
      #expect(error?.message.contains(told) == true, "\(told): \(error?.message ?? "")")
    }
  }

  @Test(arguments: ["a.glb", "a.obj", "a.stl"])
  func `changed and cut bytes are errors at most`(name: String) throws {
    try MediaFile.write(try Mesh.torus(around: 6, across: 4), to: folder / name)
    let whole = fileBytes(folder / name)
    var numbers = SeededNumbers(11)
    for number in 0..<500 {
      var bytes = whole
      if number % 3 == 0 {
        bytes = Array(bytes.prefix(Int(numbers.next() % UInt64(whole.count))))
      }
      for _ in 0..<4 where !bytes.isEmpty {
        bytes[Int(numbers.next() % UInt64(bytes.count))] = UInt8(truncatingIfNeeded: numbers.next())
      }
      writeBytes(bytes, to: folder / name)
      do {
        let mesh = try MediaFile.readMesh(folder / name)
        #expect(mesh.triangles.allSatisfy { $0.max() < mesh.vertexCount })
      } catch let error as MediaError {
        #expect(!error.message.isEmpty)
      }
    }
  }

  @Test func `what is no mesh is refused in a sentence`() {
    let corner: [SIMD3<Float>] = [[0, 0, 0], [1, 0, 0], [0, 1, 0]]
    #expect(throws: MediaError.self) { try Mesh(positions: [], triangles: [[0, 1, 2]]) }
    #expect(throws: MediaError.self) { try Mesh(positions: corner, triangles: []) }
    #expect(throws: MediaError.self) { try Mesh(positions: corner, triangles: [[0, 1, 3]]) }
    #expect(throws: MediaError.self) {
      try Mesh(positions: [[.nan, 0, 0]] + corner, triangles: [[0, 1, 2]])
    }
    #expect(throws: MediaError.self) {
      try Mesh(positions: corner, normals: [[0, 1, 0]], triangles: [[0, 1, 2]])
    }
  }

  @Test func `a turn shows the mesh from all sides, each in its light`() throws {
    let film = try Mesh.torus().turntable(frameCount: 4, size: 64)
    let frames = try film.collected()
    #expect(frames.count == 4 && film.width == 64)
    for (index, frame) in frames.enumerated() {
      let seen = stride(from: 0, to: frame.pixels.count, by: 3)
        .filter { Array(frame.pixels[$0..<$0 + 3]) != [24, 24, 24] }.count
      #expect((400..<3000).contains(seen), "\(seen)")
      #expect(frame.difference(from: frames[(index + 1) % 4]) > 5)
    }
    #expect(try film.collected() == frames)
  }

  @Test func `what is nearer hides what is behind it`() throws {
    func square(_ z: Float, _ color: SIMD4<Float>) -> (
      places: [SIMD3<Float>], colors: [SIMD4<Float>]
    ) {
      (
        [[-1, -1, z], [1, -1, z], [1, 1, z], [-1, 1, z]], Array(repeating: color, count: 4)
      )
    }
    let (red, blue) = (square(0.5, [1, 0, 0, 1]), square(-0.5, [0, 0, 1, 1]))
    for parts in [[red, blue], [blue, red]] {
      let mesh = try Mesh(
        positions: parts.flatMap(\.places), colors: parts.flatMap(\.colors),
        triangles: [[0, 1, 2], [0, 2, 3], [4, 5, 6], [4, 6, 7]])
      let front = try mesh.turntable(frameCount: 2, size: 64).collected()
      #expect(front[0][32, 32, 0] > 100 && front[0][32, 32, 2] == 0)
      #expect(front[1][32, 32, 2] > 40 && front[1][32, 32, 0] == 0)
    }
  }
}
