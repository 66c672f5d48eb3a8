/// Reads numbers, lowest byte first, from bytes of which nothing is known.
struct ByteCursor {
  /// The bytes end before what was asked for.
  struct Ended: Error {}

  private let bytes: ArraySlice<UInt8>
  private(set) var place: Int

  init(_ bytes: ArraySlice<UInt8>) {
    self.bytes = bytes
    place = bytes.startIndex
  }

  var remainingCount: Int { bytes.endIndex - place }

  mutating func take(_ count: Int) throws(Ended) -> ArraySlice<UInt8> {
    guard count >= 0, count <= remainingCount else { throw Ended() }
    defer { place += count }
    return bytes[place..<place + count]
  }

  mutating func number<Number: FixedWidthInteger>(
    _ type: Number.Type = Number.self
  ) throws(Ended) -> Number {
    var result: Number = 0
    for (index, byte) in try take(MemoryLayout<Number>.size).enumerated() {
      result |= Number(truncatingIfNeeded: byte) << (8 * index)
    }
    return result
  }

  mutating func float() throws(Ended) -> Float {
    Float(bitPattern: try number(UInt32.self))
  }
}

extension [UInt8] {
  /// Adds a number, lowest byte first.
  mutating func append<Number: FixedWidthInteger>(littleEndian number: Number) {
    Swift.withUnsafeBytes(of: number.littleEndian) { append(contentsOf: $0) }
  }

  mutating func append(littleEndian number: Float) { append(littleEndian: number.bitPattern) }
}
