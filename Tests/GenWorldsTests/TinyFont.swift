import Foundation

/// A font of two colour glyphs, for "A" and "B", in any of the forms that the format allows.
struct TinyFont: CustomStringConvertible, Sendable {
  let mapFormat: Int
  let indexFormat: Int
  let imageFormat: Int

  static let all = [4, 12].flatMap { map in
    (1...5).flatMap { index in
      (17...19).map { TinyFont(mapFormat: map, indexFormat: index, imageFormat: $0) }
    }
  }

  /// 3x2 pixels, RGBA; made by zlib and struct of Python 3.11.
  static let png = [UInt8](
    Data(
      base64Encoded:
        "iVBORw0KGgoAAAANSUhEUgAAAAMAAAACCAYAAACddGYaAAAAHUlEQVR42g3CAQ0AAAyDMKRNGs750xLU"
        + "MOnNtnIeoloMuDpRXRgAAAAASUVORK5CYII=") ?? Data())

  var description: String { "cmap \(mapFormat), index \(indexFormat), image \(imageFormat)" }

  var bytes: [UInt8] {
    let tables = [("cmap", characterMap), ("CBLC", locations), ("CBDT", bitmaps)]
    var header: [UInt8] = word(0x10000) + half(tables.count) + [0, 0, 0, 0, 0, 0]
    var body: [UInt8] = []
    for (name, table) in tables {
      header += Array(name.utf8) + word(0) + word(12 + tables.count * 16 + body.count)
      header += word(table.count)
      body += table
    }
    return header + body
  }

  private var characterMap: [UInt8] {
    let head = half(0) + half(1) + half(3) + half(10) + word(12)
    guard mapFormat == 4 else {
      return head + half(12) + half(0) + word(28) + word(0) + word(1) + word(0x41) + word(0x42)
        + word(5)
    }
    let delta = (5 - 0x41) & 0xFFFF
    return head + half(4) + half(32) + half(0) + half(4) + half(4) + half(1) + half(0)
      + half(0x42) + half(0xFFFF) + half(0) + half(0x41) + half(0xFFFF) + half(delta) + half(1)
      + half(0) + half(0)
  }

  private var metrics: [UInt8] {
    [UInt8](repeating: 1, count: imageFormat == 17 ? 5 : imageFormat == 18 ? 8 : 0)
  }

  private var glyphSize: Int { metrics.count + 4 + TinyFont.png.count }

  private var bitmaps: [UInt8] {
    let glyph = metrics + word(TinyFont.png.count) + TinyFont.png
    return word(0x30000) + glyph + glyph
  }

  private var locations: [UInt8] {
    let strike = word(56) + word(0) + word(1) + [UInt8](repeating: 0, count: 36)
    let array = half(5) + half(6) + word(8)
    let big = [UInt8](repeating: 1, count: 8)
    let index: [UInt8]
    switch indexFormat {
    case 1: index = word(0) + word(glyphSize) + word(2 * glyphSize)
    case 2: index = word(glyphSize) + big
    case 3: index = half(0) + half(glyphSize) + half(2 * glyphSize)
    case 4: index = word(2) + half(5) + half(0) + half(6) + half(glyphSize) + half(0) + half(0)
    default: index = word(glyphSize) + big + word(2) + half(5) + half(6)
    }
    return word(0x30000) + word(1) + strike + array + half(indexFormat) + half(imageFormat)
      + word(4) + index
  }

  private func half(_ value: Int) -> [UInt8] { [UInt8(value >> 8 & 255), UInt8(value & 255)] }

  private func word(_ value: Int) -> [UInt8] { half(value >> 16 & 0xFFFF) + half(value & 0xFFFF) }
}
