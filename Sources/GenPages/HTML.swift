import Foundation

/// Pieces of HTML: text that others wrote goes in through ``escaped`` only.
public enum HTML {
  /// Text as HTML shows it letter by letter.
  public static func escaped(_ text: String) -> String {
    var result = String.UnicodeScalarView()
    for scalar in text.unicodeScalars {
      switch scalar {
      case "&": result.append(contentsOf: "&amp;".unicodeScalars)
      case "<": result.append(contentsOf: "&lt;".unicodeScalars)
      case ">": result.append(contentsOf: "&gt;".unicodeScalars)
      case "\"": result.append(contentsOf: "&quot;".unicodeScalars)
      case "'": result.append(contentsOf: "&#39;".unicodeScalars)
      default: result.append(scalar.shown)
      }
    }
    return String(result)
  }

  /// Bytes as an address that a page carries in itself.
  public static func dataURL(_ bytes: [UInt8], _ mediaType: String) -> String {
    "data:\(mediaType);base64,\(Data(bytes).base64EncodedString())"
  }
}

extension Unicode.Scalar {
  /// Itself, or U+FFFD for control characters, which pages do not have, and for those that turn the
  /// direction of what follows.
  public var shown: Unicode.Scalar {
    switch self {
    case "\u{0}"..."\u{8}", "\u{B}"..."\u{1F}", "\u{7F}"..."\u{9F}", "\u{202A}"..."\u{202E}",
      "\u{2066}"..."\u{2069}":
      "\u{FFFD}"
    default: self
    }
  }
}
