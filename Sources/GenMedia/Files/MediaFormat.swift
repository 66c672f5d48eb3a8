/// A kind of file that pictures, films, sounds, meshes or tables are written to.
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
  /// Samples as they are, in a RIFF file.
  case wav
  /// Sound without loss, compressed.
  case flac
  /// Sound compressed with loss, in Ogg.
  case opus
  /// A mesh as text.
  case obj
  /// A mesh as binary glTF.
  case glb
  /// A mesh as bare triangles.
  case stl
  /// A table as text, entries between commas.
  case csv
  /// The same between tabs.
  case tsv
  /// A table as a JSON object in each line.
  case jsonLines
  /// A table in a database.
  case sqlite

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
    case ".wav": self = .wav
    case ".flac": self = .flac
    case ".opus": self = .opus
    case ".obj": self = .obj
    case ".glb": self = .glb
    case ".stl": self = .stl
    case ".csv": self = .csv
    case ".tsv", ".tab": self = .tsv
    case ".jsonl", ".ndjson": self = .jsonLines
    case ".sqlite", ".sqlite3", ".db": self = .sqlite
    default: return nil
    }
  }

  /// What a file of this format holds.
  public var holds: Medium {
    switch self {
    case .png, .jpeg: .image
    case .mp4, .webm, .gif, .apng, .webp, .pngFrames: .video
    case .wav, .flac, .opus: .audio
    case .obj, .glb, .stl: .mesh
    case .csv, .tsv, .jsonLines, .sqlite: .table
    }
  }

  /// Endings that ``init(path:)`` knows, for messages.
  public static let endings = [
    ".mp4", ".webm", ".gif", ".apng", ".png", ".jpg", ".webp", "-%03d.png", ".wav", ".flac",
    ".opus", ".glb", ".obj", ".stl", ".csv", ".tsv", ".jsonl", ".sqlite",
  ]

  /// Endings of formats that hold a medium, for messages.
  public static func endings(for medium: Medium) -> [String] {
    endings.filter { ending in
      MediaFormat(path: "a" + ending).map { $0.holds(medium) } ?? false
    }
  }

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
    case .wav: "WAV"
    case .flac: "FLAC"
    case .opus: "Opus"
    case .obj: "OBJ"
    case .glb: "GLB"
    case .stl: "STL"
    case .csv: "CSV"
    case .tsv: "TSV"
    case .jsonLines: "JSON Lines"
    case .sqlite: "SQLite"
    }
  }

  /// Whether the format holds more than one frame.
  public var holdsFilm: Bool { holds == .video }

  /// Whether a value of a medium can be written so; formats of films hold pictures as well.
  public func holds(_ medium: Medium) -> Bool {
    holds == medium || (medium == .image && holds == .video)
  }

  /// Whether a text about how the content was made fits in.
  public var holdsManifest: Bool { self != .stl && holds != .table }

  /// Whether what is read back is exactly what was written (GIF: up to 256 colours).
  public var isLossless: Bool { self == .png || self == .apng || self == .pngFrames }

  public var holdsAlpha: Bool { ![.mp4, .webm, .jpeg].contains(self) }
}

/// What a file may hold.
public enum Medium: String, Sendable, Hashable, Codable { case image, video, audio, mesh, table }

/// How something is written; what a format does not have is ignored.
public struct MediaWriteOptions: Sendable, Hashable, Codable {
  /// 0…100 for MP4, WebM, JPEG, WebP and Opus; 100 is the best. Nil leaves it to the format.
  public var quality: Int?
  /// WebP without loss.
  public var isLossless = false
  /// How often GIF, APNG and WebP play; 0 is for ever.
  public var loopCount = 0
  /// What stands behind pictures with alpha in formats without it.
  public var background = Color.black
  /// Bits of a sample in WAV and FLAC: 16, 24, or 32 for floating point in WAV.
  public var sampleBits = 24

  public init(quality: Int? = nil, isLossless: Bool = false, loopCount: Int = 0) {
    self.quality = quality
    self.isLossless = isLossless
    self.loopCount = loopCount
  }
}
