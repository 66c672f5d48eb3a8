import CText
import Glibc

/// A font file opened for drawing at one size, with others behind it for letters it lacks.
///
/// - Source: FreeType 2, reference of version 2.12.
final class Typeface {
  private var library: FT_Library?
  private var faces: [FT_Face] = []

  /// Families that are looked for first, in this order; then any font of the system.
  private static let preferred = [
    "DejaVuSans.ttf", "NotoSans-Regular.ttf", "LiberationSans-Regular.ttf", "FreeSans.ttf",
    "Ubuntu-R.ttf", "Arial.ttf", "Helvetica.ttc",
  ]
  /// Fonts of many scripts, for letters that the first one lacks.
  private static let fallbacks = [
    "DejaVuSans.ttf", "NotoSansCJK-Regular.ttc", "DroidSansFallbackFull.ttf", "unifont.otf",
    "NotoSansMono-Regular.ttf",
  ]

  /// - Parameter font: the path of a font file; nil looks for one in the system.
  /// - Parameter size: the em in pixels.
  init(font: String? = nil, size: Double) throws {
    guard FT_Init_FreeType(&library) == 0, let library else {
      throw MediaError.badArgument("the font library does not start")
    }
    let found = font == nil ? Typeface.systemFonts : []
    let first = font.map { [$0] } ?? Typeface.paths(of: Typeface.preferred, in: found, orAny: true)
    for path in first.prefix(1) + Typeface.paths(of: Typeface.fallbacks, in: found, orAny: false) {
      var face: FT_Face?
      guard FT_New_Face(library, path, 0, &face) == 0, let face else { continue }
      guard FT_Set_Char_Size(face, 0, FT_F26Dot6(size * 64), 72, 72) == 0 else {
        FT_Done_Face(face)
        continue
      }
      faces.append(face)
    }
    guard !faces.isEmpty else {
      if let font { throw MediaError.fileUnreadable(path: font, reason: "it is not a font") }
      throw MediaError.badArgument(
        "there is no font to draw text with; install the package fonts-dejavu-core")
    }
  }

  deinit {
    for face in faces { FT_Done_Face(face) }
    FT_Done_FreeType(library)
  }

  /// Pixels from the top of a line to its baseline, and from line to line.
  var ascent: Int {
    faces.first.map { Int($0.pointee.size.pointee.metrics.ascender + 63) >> 6 } ?? 0
  }
  var lineHeight: Int {
    faces.first.map { max(1, Int($0.pointee.size.pointee.metrics.height + 63) >> 6) } ?? 1
  }

  /// Pixels that the line takes across.
  func width(of line: String) -> Int {
    var pen: FT_Pos = 0
    place(line) { _, _, end in pen = end }
    return Int(pen + 63) >> 6
  }

  /// Draws a line's coverage, 0…255, with its top left corner at (`x`, `y`).
  func draw(_ line: String, x: Int, y: Int, into mask: inout Image) {
    let baseline = y + ascent
    place(line) { face, start, _ in
      guard let glyph = face.pointee.glyph,
        FT_Render_Glyph(glyph, FT_RENDER_MODE_NORMAL) == 0
      else { return }
      let bitmap = glyph.pointee.bitmap
      let left = x + (Int(start + 32) >> 6) + Int(glyph.pointee.bitmap_left)
      stamp(bitmap, left: left, top: baseline - Int(glyph.pointee.bitmap_top), into: &mask)
    }
  }

  /// Loads each letter of the line in turn and tells where the pen stands before and after it, in 1/64 pixel.
  private func place(_ line: String, _ visit: (FT_Face, FT_Pos, FT_Pos) -> Void) {
    var pen: FT_Pos = 0
    var previous: (face: FT_Face, glyph: FT_UInt)?
    for letter in line.unicodeScalars {
      guard letter.value >= 32, let first = faces.first else { continue }
      let face = faces.first { FT_Get_Char_Index($0, FT_ULong(letter.value)) != 0 } ?? first
      let glyph = FT_Get_Char_Index(face, FT_ULong(letter.value))
      if let previous, previous.face == face {
        var kerning = FT_Vector()
        FT_Get_Kerning(face, previous.glyph, glyph, FT_KERNING_DEFAULT.rawValue, &kerning)
        pen += kerning.x
      }
      guard FT_Load_Glyph(face, glyph, FT_Int32(FT_LOAD_DEFAULT)) == 0 else { continue }
      let start = pen
      pen += face.pointee.glyph.pointee.advance.x
      visit(face, start, pen)
      previous = (face, glyph)
    }
  }

  private func stamp(_ bitmap: FT_Bitmap, left: Int, top: Int, into mask: inout Image) {
    guard let samples = bitmap.buffer, bitmap.pitch > 0,
      Int(bitmap.pixel_mode) == Int(FT_PIXEL_MODE_GRAY.rawValue)
    else { return }
    for row in 0..<Int(bitmap.rows) {
      for column in 0..<Int(bitmap.width) {
        let (x, y) = (left + column, top + row)
        guard (0..<mask.width).contains(x), (0..<mask.height).contains(y) else { continue }
        let sample = samples[row * Int(bitmap.pitch) + column]
        let index = y * mask.width + x
        mask.pixels[index] = max(mask.pixels[index], sample)
      }
    }
  }

  // MARK: Finding fonts

  /// Font files of the system by their names.
  private static let systemFonts: [String] = {
    let home = getenv("HOME").map { [String(cString: $0) + "/.local/share/fonts"] } ?? []
    let roots = home + ["/usr/local/share/fonts", "/usr/share/fonts", "/System/Library/Fonts"]
    return roots.flatMap { files(under: $0, depth: 4) }.sorted()
  }()

  private static func paths(of names: [String], in found: [String], orAny: Bool) -> [String] {
    let known = names.compactMap { name in found.first { $0.hasSuffix("/" + name) } }
    if !known.isEmpty || !orAny { return known }
    return Array(found.prefix(1))
  }

  private static func files(under folder: String, depth: Int) -> [String] {
    guard depth > 0, let listing = opendir(folder) else { return [] }
    defer { closedir(listing) }
    var found: [String] = []
    while let entry = readdir(listing) {
      let name = withUnsafeBytes(of: entry.pointee.d_name) {
        String(decoding: $0.prefix { $0 != 0 }, as: UTF8.self)
      }
      let path = folder + "/" + name
      if name.hasPrefix(".") { continue }
      if [".ttf", ".otf", ".ttc"].contains(where: name.lowercased().hasSuffix) {
        found.append(path)
      } else if entry.pointee.d_type == UInt8(DT_DIR) {
        found += files(under: path, depth: depth - 1)
      }
    }
    return found
  }
}
