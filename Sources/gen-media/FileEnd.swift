import GenMedia
import Glibc

/// Whether a film's outermost pieces end where the file ends, told without reading them.
enum FileEnd {
  /// Throws when the file ends inside a piece whose length it names.
  static func check(_ descriptor: Int32, head: [UInt8], _ path: String) throws {
    var about = stat()
    guard fstat(descriptor, &about) == 0 else { return }
    let size = Int(about.st_size)
    let isWhole =
      if head.starts(with: [0x1a, 0x45, 0xdf, 0xa3]) {
        try matroskaIsWhole(descriptor, size, path)
      } else if head.count >= 8, head[4..<8].elementsEqual("ftyp".utf8) {
        try boxesAreWhole(descriptor, size, path)
      } else {
        true
      }
    guard isWhole else {
      throw MediaError.damaged(path: path, reason: "it ends in the midst of its frames")
    }
  }

  /// The boxes of MP4 and its kin.
  ///
  /// - Source: ISO/IEC 14496-12, section 4.2.
  private static func boxesAreWhole(_ descriptor: Int32, _ size: Int, _ path: String) throws -> Bool
  {
    var place = 0
    for _ in 0..<100_000 where place < size {
      let head = try FileBytes.read(descriptor, at: place, count: 16, of: path)
      guard head.count >= 8 else { return false }
      var count = number(head[0..<4])
      if count == 0 { return true }
      if count == 1 {
        guard head.count == 16 else { return false }
        count = number(head[8..<16])
      }
      guard count >= 8, count <= size - place else { return false }
      place += count
    }
    return true
  }

  /// The segment of Matroska and WebM, which may leave its length open.
  ///
  /// - Source: RFC 8794, sections 4 and 6; RFC 9559, section 5.1.
  private static func matroskaIsWhole(
    _ descriptor: Int32, _ size: Int, _ path: String
  ) throws -> Bool {
    var place = 0
    while place < size {
      let head = try FileBytes.read(descriptor, at: place, count: 12, of: path)
      guard head.count == 12 else { return false }
      // Both outer elements have an identifier of four bytes.
      let count = head[4].leadingZeroBitCount + 1
      guard count <= 8 else { return false }
      let mask = UInt8(truncatingIfNeeded: (1 << (8 - count)) - 1)
      let bytes = [head[4] & mask] + head[5..<4 + count]
      let isOpen = bytes.dropFirst().allSatisfy { $0 == 0xff } && bytes[0] == mask
      if isOpen { return true }
      let length = number(bytes[...])
      guard length >= 0, length <= size - place - 4 - count else { return false }
      place += 4 + count + length
    }
    return true
  }

  private static func number(_ bytes: ArraySlice<UInt8>) -> Int {
    let value = bytes.reduce(UInt64(0)) { $0 << 8 | UInt64($1) }
    return Int(exactly: value) ?? -1
  }
}
