import GenMedia

/// The picture that launchers show: a boat that comes out of noise.
enum Logo {
  /// A letter for each pixel; a dot is clear.
  private static let rows = [
    ".nnmkkkkkkkkkkk.",
    "nmknkmkkkkkkkkkk",
    "mnkmkkkkskkkkkkk",
    "kkmkkkkksskkkkkk",
    "nkkkmkkkssskkkkk",
    "kkmkkkkksssskkkk",
    "dkkdkkdksssssddd",
    "ddkdddddssssssdd",
    "ddddddddsssssssd",
    "oooooooohooooooo",
    "ooobbbbbbbbbbooo",
    "oooobbbbbbbboooo",
    "wwwwwbbbbbbwwwww",
    "wwlllwwwwwwllllw",
    "wwwwwwlllwwwwwww",
    ".wwlllwwwwwwlll.",
  ]

  private static let colors: [Character: UInt32] = [
    "k": 0x1E2A4A, "n": 0x8FA3C8, "m": 0x54689A, "d": 0x3F4E80, "o": 0xE8A15B, "s": 0xFFF3DC,
    "h": 0x5A3A2A, "b": 0xB4472F, "w": 0x1F6C8C, "l": 0x58B0C6,
  ]

  /// - Parameter side: A multiple of 16, in pixels.
  static func picture(side: Int) -> Image? {
    let scale = max(1, side / rows.count)
    let pixels = rows.flatMap { row -> [UInt8] in
      let line = row.flatMap { letter in [[UInt8]](repeating: samples(letter), count: scale) }
      return Array([[UInt8]](repeating: Array(line.joined()), count: scale).joined())
    }
    let side = rows.count * scale
    return Image(width: side, height: side, channelCount: 4, pixels: pixels)
  }

  private static func samples(_ letter: Character) -> [UInt8] {
    guard let color = colors[letter] else { return [0, 0, 0, 0] }
    return [UInt8(color >> 16), UInt8(color >> 8 & 255), UInt8(color & 255), 255]
  }

  /// The same as vectors: one rectangle for each stretch of a colour in a row.
  static var svg: String {
    var shapes = ""
    for (top, row) in rows.enumerated() {
      let letters = Array(row)
      var start = 0
      while start < letters.count {
        let end = letters[start...].firstIndex { $0 != letters[start] } ?? letters.count
        if let color = colors[letters[start]] {
          let hex = String(color, radix: 16)
          let fill = "#" + String(repeating: "0", count: 6 - hex.count) + hex
          shapes += "<path fill=\"\(fill)\" d=\"M\(start) \(top)h\(end - start)v1H\(start)z\"/>\n"
        }
        start = end
      }
    }
    return "<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 16 16\" "
      + "shape-rendering=\"crispEdges\">\n\(shapes)</svg>\n"
  }
}
