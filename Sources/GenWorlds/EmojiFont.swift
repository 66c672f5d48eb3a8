import GenMedia

/// The colour bitmaps of a TrueType font, by Unicode code point.
///
/// - Invariant: every offset is checked against the bytes; a hostile font gives nil, never a trap.
/// - Source: OpenType 1.9.1, tables `cmap` (formats 4 and 12), `CBLC` and `CBDT`.
struct EmojiFont: Sendable {
  private let reader: ByteReader
  private let cmap: Int
  private let locations: Int
  private let bitmaps: Int

  init?(bytes: [UInt8]) {
    reader = ByteReader(bytes: bytes)
    guard
      let cmap = EmojiFont.table("cmap", in: reader),
      let locations = EmojiFont.table("CBLC", in: reader),
      let bitmaps = EmojiFont.table("CBDT", in: reader)
    else { return nil }
    (self.cmap, self.locations, self.bitmaps) = (cmap, locations, bitmaps)
  }

  /// The picture of a code point as the font stores it, RGBA; nil where there is none.
  func picture(of codePoint: Int) -> Image? {
    guard let glyph = glyph(of: codePoint), glyph > 0, let png = png(ofGlyph: glyph) else {
      return nil
    }
    return PngReader.picture(from: png)
  }

  private static func table(_ name: String, in reader: ByteReader) -> Int? {
    guard let count = reader.half(at: 4) else { return nil }
    let tag = name.utf8.reduce(0) { $0 << 8 | Int($1) }
    for record in 0..<min(count, 256) where reader.word(at: 12 + record * 16) == tag {
      return reader.word(at: 12 + record * 16 + 8)
    }
    return nil
  }

  /// The glyph number of a code point, from the first subtable that knows it.
  func glyph(of codePoint: Int) -> Int? {
    guard let count = reader.half(at: cmap + 2) else { return nil }
    for record in 0..<min(count, 64) {
      guard let offset = reader.word(at: cmap + 4 + record * 8 + 4) else { return nil }
      let subtable = cmap + offset
      switch reader.half(at: subtable) {
      case 12: if let glyph = glyphInGroups(codePoint, at: subtable) { return glyph }
      case 4: if let glyph = glyphInSegments(codePoint, at: subtable) { return glyph }
      default: continue
      }
    }
    return nil
  }

  private func glyphInGroups(_ codePoint: Int, at subtable: Int) -> Int? {
    guard let count = reader.word(at: subtable + 12) else { return nil }
    for group in 0..<min(count, 65_536) {
      let entry = subtable + 16 + group * 12
      guard
        let first = reader.word(at: entry), let last = reader.word(at: entry + 4),
        let glyph = reader.word(at: entry + 8)
      else { return nil }
      if first <= codePoint, codePoint <= last { return glyph + codePoint - first }
    }
    return nil
  }

  private func glyphInSegments(_ codePoint: Int, at subtable: Int) -> Int? {
    guard let doubled = reader.half(at: subtable + 6) else { return nil }
    let ends = subtable + 14
    let starts = ends + doubled + 2
    for segment in stride(from: 0, to: doubled, by: 2) {
      guard
        let last = reader.half(at: ends + segment), let first = reader.half(at: starts + segment),
        let delta = reader.half(at: starts + doubled + segment),
        let range = reader.half(at: starts + 2 * doubled + segment)
      else { return nil }
      guard first <= codePoint, codePoint <= last else { continue }
      if range == 0 { return (codePoint + delta) & 0xFFFF }
      let place = starts + 2 * doubled + segment + range + 2 * (codePoint - first)
      guard let glyph = reader.half(at: place), glyph != 0 else { return nil }
      return (glyph + delta) & 0xFFFF
    }
    return nil
  }

  /// The PNG file of a glyph in the first strike, the only one of Noto Color Emoji.
  private func png(ofGlyph glyph: Int) -> [UInt8]? {
    guard
      let strikes = reader.word(at: locations + 4), strikes > 0,
      let arrayOffset = reader.word(at: locations + 8),
      let count = reader.word(at: locations + 16)
    else { return nil }
    let array = locations + arrayOffset
    for entry in 0..<min(count, 65_536) {
      guard
        let first = reader.half(at: array + entry * 8),
        let last = reader.half(at: array + entry * 8 + 2),
        let offset = reader.word(at: array + entry * 8 + 4)
      else { return nil }
      guard first <= glyph, glyph <= last else { continue }
      return png(inSubtable: array + offset, position: glyph - first, glyph: glyph)
    }
    return nil
  }

  private func png(inSubtable subtable: Int, position: Int, glyph: Int) -> [UInt8]? {
    guard
      let indexFormat = reader.half(at: subtable), let format = reader.half(at: subtable + 2),
      let base = reader.word(at: subtable + 4)
    else { return nil }
    let offset: Int?
    switch indexFormat {
    case 1: offset = reader.word(at: subtable + 8 + position * 4)
    case 2: offset = reader.word(at: subtable + 8).map { $0 * position }
    case 3: offset = reader.half(at: subtable + 8 + position * 2)
    case 4: offset = sparseOffset(ofGlyph: glyph, at: subtable)
    case 5: offset = listedOffset(ofGlyph: glyph, at: subtable)
    default: offset = nil
    }
    return offset.flatMap { png(at: bitmaps + base + $0, format: format) }
  }

  private func sparseOffset(ofGlyph glyph: Int, at subtable: Int) -> Int? {
    guard let count = reader.word(at: subtable + 8) else { return nil }
    for pair in 0..<min(count, 65_536) {
      guard let candidate = reader.half(at: subtable + 12 + pair * 4) else { return nil }
      if candidate == glyph { return reader.half(at: subtable + 14 + pair * 4) }
    }
    return nil
  }

  private func listedOffset(ofGlyph glyph: Int, at subtable: Int) -> Int? {
    guard let size = reader.word(at: subtable + 8), let count = reader.word(at: subtable + 20)
    else {
      return nil
    }
    for place in 0..<min(count, 65_536) {
      guard let candidate = reader.half(at: subtable + 24 + place * 2) else { return nil }
      if candidate == glyph { return size * place }
    }
    return nil
  }

  private func png(at start: Int, format: Int) -> [UInt8]? {
    let metricsSize: Int
    switch format {
    case 17: metricsSize = 5
    case 18: metricsSize = 8
    case 19: metricsSize = 0
    default: return nil
    }
    guard let count = reader.word(at: start + metricsSize) else { return nil }
    return reader.slice(at: start + metricsSize + 4, count: count)
  }
}
