/// The numbers that a glTF document's accessors name, each checked against the bytes that there are.
///
/// - Source: glTF 2.0 Specification, section 3.6.
struct GLTFAccess {
  let document: GLTFDocument
  let binary: ArraySlice<UInt8>

  func vectors2(_ accessor: Int) throws -> [SIMD2<Float>] {
    let numbers = try floats(accessor, types: ["VEC2": 2]).numbers
    return (0..<numbers.count / 2).map { [numbers[2 * $0], numbers[2 * $0 + 1]] }
  }

  func vectors3(_ accessor: Int) throws -> [SIMD3<Float>] {
    let numbers = try floats(accessor, types: ["VEC3": 3]).numbers
    return (0..<numbers.count / 3).map {
      [numbers[3 * $0], numbers[3 * $0 + 1], numbers[3 * $0 + 2]]
    }
  }

  func colors(_ accessor: Int) throws -> [SIMD4<Float>] {
    let (numbers, width) = try floats(accessor, types: ["VEC3": 3, "VEC4": 4])
    return (0..<numbers.count / width).map { index in
      let start = index * width
      return [
        numbers[start], numbers[start + 1], numbers[start + 2], width == 4 ? numbers[start + 3] : 1,
      ]
    }
  }

  func indices(_ accessor: Int) throws -> [UInt32] {
    guard let about = document.accessors?[safely: accessor],
      [5121, 5123, 5125].contains(about.componentType)
    else { throw MeshDamage("accessor \(accessor) holds no indices") }
    var all: [UInt32] = []
    try each(accessor, types: ["SCALAR": 1]) { cursor in
      switch about.componentType {
      case 5121: all.append(UInt32(try cursor.number(UInt8.self)))
      case 5123: all.append(UInt32(try cursor.number(UInt16.self)))
      default: all.append(try cursor.number(UInt32.self))
      }
    }
    return all
  }

  /// The bytes of a view.
  func view(_ index: Int) throws -> ArraySlice<UInt8> {
    guard let view = document.bufferViews?[safely: index], view.buffer == 0 else {
      throw MeshDamage("there is no view \(index)")
    }
    let start = view.byteOffset ?? 0
    guard start >= 0, view.byteLength >= 0, start <= binary.count,
      view.byteLength <= binary.count - start
    else { throw MeshDamage("view \(index) reaches beyond the bytes that there are") }
    return binary.dropFirst(start).prefix(view.byteLength)
  }

  private func floats(
    _ accessor: Int, types: [String: Int]
  ) throws -> (numbers: [Float], width: Int) {
    let about = document.accessors?[safely: accessor]
    let isNormalized = about?.normalized ?? false
    let component = about?.componentType ?? 0
    var numbers: [Float] = []
    let width = try each(accessor, types: types) { cursor in
      let (value, scale): (Float, Float)
      switch component {
      case 5120: (value, scale) = (Float(try cursor.number(Int8.self)), 127)
      case 5121: (value, scale) = (Float(try cursor.number(UInt8.self)), 255)
      case 5122: (value, scale) = (Float(try cursor.number(Int16.self)), 32767)
      case 5123: (value, scale) = (Float(try cursor.number(UInt16.self)), 65535)
      default: (value, scale) = (try cursor.float(), 1)
      }
      guard value.isFinite else { throw MeshDamage("accessor \(accessor) holds what is no number") }
      numbers.append(isNormalized ? max(-1, value / scale) : value)
    }
    return (numbers, width)
  }

  /// Calls `read` at each component of each element.
  ///
  /// - Parameter types: The accessor's types that fit and how many components they have.
  /// - Returns: The number of components.
  @discardableResult
  private func each(
    _ accessor: Int, types: [String: Int], read: (inout ByteCursor) throws -> Void
  ) throws -> Int {
    guard let about = document.accessors?[safely: accessor] else {
      throw MeshDamage("there is no accessor \(accessor)")
    }
    let sizes = [5120: 1, 5121: 1, 5122: 2, 5123: 2, 5125: 4, 5126: 4]
    guard let width = types[about.type], let size = sizes[about.componentType] else {
      throw MeshDamage("accessor \(accessor) is of another kind than its use")
    }
    guard about.sparse == nil, let index = about.bufferView else {
      throw MeshDamage("accessor \(accessor) is sparse, which is not read")
    }
    guard (0...Mesh.maximumCount * 3).contains(about.count) else {
      throw MeshDamage("accessor \(accessor) names \(about.count) elements")
    }
    let bytes = try view(index)
    let element = size * width
    let stride = document.bufferViews?[safely: index]?.byteStride ?? element
    let start = about.byteOffset ?? 0
    guard stride >= element, stride <= 255 || stride == element, start >= 0,
      start <= bytes.count,
      about.count == 0 || (about.count - 1) * stride + element <= bytes.count - start
    else { throw MeshDamage("accessor \(accessor) reaches beyond its view") }
    for position in 0..<about.count {
      let place = bytes.startIndex + start + position * stride
      var cursor = ByteCursor(bytes[place..<place + element])
      for _ in 0..<width { try read(&cursor) }
    }
    return width
  }
}

extension Array {
  /// The element of an index that may not exist.
  subscript(safely index: Int) -> Element? { indices.contains(index) ? self[index] : nil }
}
