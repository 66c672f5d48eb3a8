/// Big-endian numbers out of untrusted bytes; nil instead of reading past the end.
struct ByteReader: Sendable {
  let bytes: [UInt8]

  func byte(at offset: Int) -> Int? {
    bytes.indices.contains(offset) ? Int(bytes[offset]) : nil
  }

  func half(at offset: Int) -> Int? {
    guard offset >= 0, offset <= bytes.count - 2 else { return nil }
    return Int(bytes[offset]) << 8 | Int(bytes[offset + 1])
  }

  func word(at offset: Int) -> Int? {
    guard let high = half(at: offset), let low = half(at: offset + 2) else { return nil }
    return high << 16 | low
  }

  func slice(at offset: Int, count: Int) -> [UInt8]? {
    guard offset >= 0, count >= 0, offset <= bytes.count, count <= bytes.count - offset else {
      return nil
    }
    return Array(bytes[offset..<offset + count])
  }
}
