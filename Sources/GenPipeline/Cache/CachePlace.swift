import Foundation

/// Where the cache lies and how large it may become.
public struct CachePlace: Sendable, Hashable {
  public let folder: String
  public let byteLimit: Int

  public static let usualByteLimit = 4 << 30

  public init(folder: String, byteLimit: Int = usualByteLimit) {
    self.folder = folder
    self.byteLimit = byteLimit
  }

  /// From `GEN_CACHE` and `GEN_CACHE_SIZE`, else `gen` in the user's cache folder; nil when there is
  /// no home.
  ///
  /// - Throws: ``Diagnostic`` when the size is not one.
  public init?(environment: [String: String]) throws {
    var limit = CachePlace.usualByteLimit
    if let text = environment["GEN_CACHE_SIZE"], !text.isEmpty {
      guard let size = CachePlace.byteCount(text) else {
        throw Diagnostic(
          "E0806", message: "GEN_CACHE_SIZE is \"\(text)\", which is no size",
          hint: "use a number with a unit, such as 500MB or 4GB")
      }
      limit = size
    }
    if let folder = environment["GEN_CACHE"], !folder.isEmpty {
      self.init(folder: folder, byteLimit: limit)
    } else if let base = environment["XDG_CACHE_HOME"], base.hasPrefix("/") {
      self.init(folder: base + "/gen", byteLimit: limit)
    } else if let home = environment["HOME"], home.hasPrefix("/") {
      self.init(folder: (home == "/" ? "" : home) + "/.cache/gen", byteLimit: limit)
    } else {
      return nil
    }
  }

  /// Reads `500MB`, `4 GB`, `1.5GiB`, `4096`; nil for anything else.
  public static func byteCount(_ text: String) -> Int? {
    let trimmed = text.filter { !$0.isWhitespace }.lowercased()
    let digits = trimmed.prefix { $0.isNumber || $0 == "." }
    let scales: [String: Double] = [
      "": 1, "b": 1, "k": 0x1p10, "kb": 0x1p10, "kib": 0x1p10, "m": 0x1p20, "mb": 0x1p20,
      "mib": 0x1p20, "g": 0x1p30, "gb": 0x1p30, "gib": 0x1p30, "t": 0x1p40, "tb": 0x1p40,
      "tib": 0x1p40,
    ]
    guard let number = Double(digits), let scale = scales[String(trimmed.dropFirst(digits.count))],
      number * scale <= 0x1p60
    else { return nil }
    return Int(number * scale)
  }

  /// A number of bytes as a person reads it: `812 B`, `4.5 MB`.
  public static func text(_ byteCount: Int) -> String {
    guard byteCount >= 1024 else { return "\(byteCount) B" }
    var amount = Double(byteCount)
    var unit = ""
    for next in ["KB", "MB", "GB", "TB"] where amount >= 1024 {
      amount /= 1024
      unit = next
    }
    let tenths = Int((amount * 10).rounded())
    return amount < 100 && tenths % 10 != 0
      ? "\(tenths / 10).\(tenths % 10) \(unit)" : "\(Int(amount.rounded())) \(unit)"
  }
}
