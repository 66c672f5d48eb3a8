/// A kind of file that pictures or films are written to.
public enum MediaFormat: String, Sendable, Hashable, Codable, CaseIterable {
  /// H.264 in MP4.
  case mp4
  /// VP9 in WebM.
  case webm
  case gif
  /// An animated PNG.
  case apng
  case png
  case jpeg
  /// A picture or an animation.
  case webp
  /// A PNG for each frame; the name holds the number as `%d` or `%03d`.
  case pngFrames

  /// The format that a file's name asks for: its ending, or a number's place before `.png`.
  public init?(path: String) {
    let name = path.split(separator: "/").last ?? ""
    guard let dot = name.lastIndex(of: ".") else { return nil }
    switch name[dot...].lowercased() {
    case ".mp4", ".m4v", ".mov": self = .mp4
    case ".webm": self = .webm
    case ".gif": self = .gif
    case ".apng": self = .apng
    case ".png": self = FramePattern(path) == nil ? .png : .pngFrames
    case ".jpg", ".jpeg": self = .jpeg
    case ".webp": self = .webp
    default: return nil
    }
  }

  /// Endings that ``init(path:)`` knows, for messages.
  public static let endings = [
    ".mp4", ".webm", ".gif", ".apng", ".png", ".jpg", ".webp", "-%03d.png",
  ]

  public var name: String {
    switch self {
    case .mp4: "MP4"
    case .webm: "WebM"
    case .gif: "GIF"
    case .apng: "APNG"
    case .png: "PNG"
    case .jpeg: "JPEG"
    case .webp: "WebP"
    case .pngFrames: "a row of numbered PNGs"
    }
  }

  /// Whether the format holds more than one frame.
  public var holdsFilm: Bool { self != .png && self != .jpeg }

  /// Whether what is read back is exactly what was written (GIF: up to 256 colours).
  public var isLossless: Bool { self == .png || self == .apng || self == .pngFrames }

  public var holdsAlpha: Bool { ![.mp4, .webm, .jpeg].contains(self) }
}

/// How a film or picture is written; what a format does not have is ignored.
public struct MediaWriteOptions: Sendable, Hashable, Codable {
  /// 0…100 for MP4, WebM, JPEG and WebP; 100 is the best. Nil leaves it to the format.
  public var quality: Int?
  /// WebP without loss.
  public var isLossless = false
  /// How often GIF, APNG and WebP play; 0 is for ever.
  public var loopCount = 0
  /// What stands behind pictures with alpha in formats without it.
  public var background = Color.black

  public init(quality: Int? = nil, isLossless: Bool = false, loopCount: Int = 0) {
    self.quality = quality
    self.isLossless = isLossless
    self.loopCount = loopCount
  }
}
