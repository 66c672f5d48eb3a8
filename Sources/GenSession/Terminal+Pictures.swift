import CChafa
import GenMedia
import Glibc

extension Terminal {
  /// The picture as text for this terminal, at most as large as the given number of cells.
  ///
  /// - Returns: Lines without a final line break; nil where pictures cannot be shown.
  public func drawn(_ picture: Image, columns: Int, rows: Int) -> String? {
    guard pictures != .none else { return nil }
    let mode: GenChafaMode =
      switch pictures {
      case .kitty: GenChafaKitty
      case .sixel: GenChafaSixel
      default: GenChafaBlocks
      }
    let samples = picture.rgbSamples
    guard
      let text = gen_chafa_draw(
        samples, Int32(picture.width), Int32(picture.height), Int32(max(1, columns)),
        Int32(max(1, rows)), mode, Int32(colorCount))
    else { return nil }
    defer { free(text) }
    return String(cString: text)
  }
}

extension Image {
  /// Three bytes a pixel: grey spread, alpha laid over mid-grey.
  var rgbSamples: [UInt8] {
    switch channelCount {
    case 3: pixels
    case 1: pixels.flatMap { [$0, $0, $0] }
    default:
      stride(from: 0, to: pixels.count, by: 4).flatMap { start in
        let alpha = Int(pixels[start + 3])
        return (0..<3).map { channel in
          UInt8((Int(pixels[start + channel]) * alpha + 128 * (255 - alpha)) / 255)
        }
      }
    }
  }
}
