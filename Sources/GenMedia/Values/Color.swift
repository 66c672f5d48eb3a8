/// A colour: sRGB samples and straight alpha, 0…255.
public struct Color: Sendable, Hashable, Codable, CustomStringConvertible {
  public var red: UInt8
  public var green: UInt8
  public var blue: UInt8
  public var alpha: UInt8

  public init(_ red: UInt8, _ green: UInt8, _ blue: UInt8, alpha: UInt8 = 255) {
    self.red = red
    self.green = green
    self.blue = blue
    self.alpha = alpha
  }

  /// Reads `#rgb`, `#rrggbb`, `#rrggbbaa` or a CSS colour name of any case; nil for anything else.
  ///
  /// - Source: CSS Color Module Level 4, sections 5.2 and 6.1.
  public init?(_ text: String) {
    if let named = Color.named[text.lowercased()] {
      self = named
      return
    }
    guard text.utf8.first == UInt8(ascii: "#") else { return nil }
    let digits = text.utf8.dropFirst().compactMap { Color.value(ofDigit: $0) }
    guard digits.count == text.utf8.count - 1 else { return nil }
    switch digits.count {
    case 3: self.init(digits[0] * 17, digits[1] * 17, digits[2] * 17)
    case 6, 8:
      let bytes = stride(from: 0, to: digits.count, by: 2).map { digits[$0] << 4 | digits[$0 + 1] }
      self.init(bytes[0], bytes[1], bytes[2], alpha: bytes.count == 4 ? bytes[3] : 255)
    default: return nil
    }
  }

  public static let black = Color(0, 0, 0)
  public static let white = Color(255, 255, 255)
  public static let clear = Color(0, 0, 0, alpha: 0)

  /// `#rrggbb`, or `#rrggbbaa` when it lets something through.
  public var description: String {
    let samples = alpha == 255 ? [red, green, blue] : [red, green, blue, alpha]
    return samples.reduce("#") { $0 + ($1 < 16 ? "0" : "") + String($1, radix: 16) }
  }

  /// The samples of this colour in a picture of 1, 3 or 4 channels.
  func samples(channelCount: Int) -> [UInt8] {
    switch channelCount {
    case 1: [Image.luma(red, green, blue)]
    case 3: [red, green, blue]
    default: [red, green, blue, alpha]
    }
  }

  private static func value(ofDigit digit: UInt8) -> UInt8? {
    switch digit {
    case UInt8(ascii: "0")...UInt8(ascii: "9"): digit - UInt8(ascii: "0")
    case UInt8(ascii: "a")...UInt8(ascii: "f"): digit - UInt8(ascii: "a") + 10
    case UInt8(ascii: "A")...UInt8(ascii: "F"): digit - UInt8(ascii: "A") + 10
    default: nil
    }
  }
}
