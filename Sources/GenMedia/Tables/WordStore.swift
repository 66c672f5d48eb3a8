import Glibc

/// The different texts of a column, and which of them stands in each row.
///
/// Where there are too many different ones, the texts themselves are kept.
struct WordStore {
  /// Different texts above which a column is no category.
  static let levelLimit = 1 << 16

  private var codes: [Int32] = []
  private var bytes: [UInt8] = []
  private var ends: [Int] = [0]
  /// Places among the levels by hash; -1 where there is none. A power of two.
  private var slots = [Int32](repeating: -1, count: 64)
  private(set) var texts: TextEntries?

  var levelCount: Int { ends.count - 1 }
  var count: Int { texts?.count ?? codes.count }

  mutating func appendMissing() {
    if texts != nil { texts?.append(nil) } else { codes.append(-1) }
  }

  /// The code of the text that was appended last, where there are codes and it is not missing.
  var lastCode: Int32? { texts == nil ? codes.last.flatMap { $0 < 0 ? nil : $0 } : nil }

  /// Appends a text that is known, by its code.
  mutating func append(code: Int32) {
    guard texts == nil else {
      texts?.append(utf8: bytes[ends[Int(code)]..<ends[Int(code) + 1]])
      return
    }
    codes.append(code)
  }

  /// - Returns: false when the bytes are no UTF-8; nothing is appended then.
  mutating func append(_ text: UnsafeBufferPointer<UInt8>) -> Bool {
    if texts != nil {
      guard Self.isUTF8(text) else { return false }
      texts?.append(utf8: text)
      return true
    }
    if let code = find(text) {
      codes.append(code)
      return true
    }
    guard Self.isUTF8(text) else { return false }
    if levelCount == Self.levelLimit {
      spill()
      texts?.append(utf8: text)
      return true
    }
    bytes.append(contentsOf: text)
    ends.append(bytes.count)
    codes.append(Int32(levelCount - 1))
    if levelCount * 2 > slots.count { grow() } else { enter(Int32(levelCount - 1)) }
    return true
  }

  private func find(_ text: UnsafeBufferPointer<UInt8>) -> Int32? {
    let mask = slots.count - 1
    var slot = Self.hash(text) & mask
    return bytes.withUnsafeBufferPointer { all in
      while slots[slot] >= 0 {
        let level = Int(slots[slot])
        let start = ends[level]
        if ends[level + 1] - start == text.count {
          guard text.count > 0, let known = all.baseAddress, let new = text.baseAddress else {
            return slots[slot]
          }
          if memcmp(known + start, new, text.count) == 0 { return slots[slot] }
        }
        slot = (slot + 1) & mask
      }
      return nil
    }
  }

  private mutating func enter(_ level: Int32) {
    let mask = slots.count - 1
    var slot =
      bytes.withUnsafeBufferPointer {
        Self.hash(UnsafeBufferPointer(rebasing: $0[ends[Int(level)]..<ends[Int(level) + 1]]))
      } & mask
    while slots[slot] >= 0 { slot = (slot + 1) & mask }
    slots[slot] = level
  }

  private mutating func grow() {
    slots = [Int32](repeating: -1, count: slots.count * 4)
    for level in 0..<levelCount { enter(Int32(level)) }
  }

  /// Eight bytes at a time, so that long texts cost little.
  private static func hash(_ text: UnsafeBufferPointer<UInt8>) -> Int {
    var hash = UInt64(text.count) &* 0x9E37_79B9_7F4A_7C15
    let raw = UnsafeRawBufferPointer(text)
    var place = 0
    while place + 8 <= raw.count {
      hash =
        (hash ^ raw.loadUnaligned(fromByteOffset: place, as: UInt64.self))
        &* 0xFF51_AFD7_ED55_8CCD
      hash ^= hash >> 32
      place += 8
    }
    while place < raw.count {
      hash = (hash ^ UInt64(raw[place])) &* 0x1000_0000_01B3
      place += 1
    }
    hash ^= hash >> 29
    return Int(truncatingIfNeeded: hash & 0x7FFF_FFFF_FFFF_FFFF)
  }

  private static func isUTF8(_ text: UnsafeBufferPointer<UInt8>) -> Bool {
    if text.allSatisfy({ $0 < 0x80 }) { return true }
    return String(validating: text, as: UTF8.self) != nil
  }

  private mutating func spill() {
    texts = entries()
    (codes, slots) = ([], [-1])
  }

  /// The texts one after the other.
  func entries() -> TextEntries {
    if let texts { return texts }
    var entries = TextEntries()
    for code in codes {
      if code < 0 {
        entries.append(nil)
      } else {
        entries.append(utf8: bytes[ends[Int(code)]..<ends[Int(code) + 1]])
      }
    }
    return entries
  }

  /// The codes and what they stand for; nil where the texts are kept.
  var categories: (codes: [Int32], levels: [String])? {
    guard texts == nil else { return nil }
    let levels = (0..<levelCount).map {
      String(decoding: bytes[ends[$0]..<ends[$0 + 1]], as: UTF8.self)
    }
    return (codes, levels)
  }
}
