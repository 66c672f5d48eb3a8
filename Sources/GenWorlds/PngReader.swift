import CPng
import GenMedia

/// Reads the small PNG pictures inside a font.
enum PngReader {
  private static let longestSide: UInt32 = 1024
  private static let rgba = UInt32(PNG_FORMAT_FLAG_COLOR) | UInt32(PNG_FORMAT_FLAG_ALPHA)

  /// The picture as RGBA with straight alpha; nil for anything that is not a small, whole PNG.
  static func picture(from bytes: [UInt8]) -> Image? {
    var header = png_image()
    header.version = UInt32(PNG_IMAGE_VERSION)
    defer { png_image_free(&header) }
    return bytes.withUnsafeBytes { source -> Image? in
      guard
        png_image_begin_read_from_memory(&header, source.baseAddress, source.count) != 0,
        1...longestSide ~= header.width, 1...longestSide ~= header.height
      else { return nil }
      header.format = rgba
      let (width, height) = (Int(header.width), Int(header.height))
      var pixels = [UInt8](repeating: 0, count: width * height * 4)
      guard
        png_image_finish_read(&header, nil, &pixels, Int32(width * 4), nil) != 0,
        header.warning_or_error & 2 == 0
      else { return nil }
      return Image(width: width, height: height, channelCount: 4, pixels: pixels)
    }
  }
}
