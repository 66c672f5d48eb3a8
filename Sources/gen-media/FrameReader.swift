import CFFmpeg
import GenMedia
import Glibc

/// Frames of a file, one after another.
protocol FrameReading {
  var info: MediaInfo { get }
  /// Writes the next frame's samples; false at the end.
  mutating func next(into samples: inout [UInt8]) throws -> Bool
}

enum FrameReader {
  static func open(_ path: String) throws -> any FrameReading {
    let descriptor = try FileBytes.open(path)
    let head = try FileBytes.read(descriptor, at: 0, count: 16, of: path)
    let container = Container(head: head)
    guard container != .webp else {
      close(descriptor)
      return try WebPReader(path)
    }
    try FileEnd.check(descriptor, head: head, path)
    return try FFmpegReader(descriptor, path, container)
  }
}

/// Everything that FFmpeg decodes.
private struct FFmpegReader: FrameReading {
  let info: MediaInfo
  private let path: String
  private let reader: OpaquePointer

  /// Takes over the descriptor; both live as long as the process.
  init(_ descriptor: Int32, _ path: String, _ container: Container?) throws {
    self.path = path
    let bytes = container == nil ? [] : try FileBytes.read(path)
    guard container?.isWhole(bytes) ?? true else {
      throw MediaError.damaged(path: path, reason: "it ends before its end mark")
    }
    if let size = container?.size(in: bytes), size.width * size.height > Image.maximumPixelCount {
      throw MediaError.tooLarge(path: path, width: size.width, height: size.height)
    }
    var about = GMInfo()
    var error = GMError()
    let limit = Int64(Image.maximumPixelCount)
    guard let reader = gm_reader_open(descriptor, limit, &about, &error) else {
      throw error.asMediaError(path)
    }
    self.reader = reader
    let rate = FrameRate(Int(about.rate_numerator), Int(about.rate_denominator)) ?? .film
    let (format, codec) = (cText(about.container), cText(about.codec))
    let comment = gm_reader_metadata(reader, "comment").map { String(cString: $0) }
    info = MediaInfo(
      format: FFmpegReader.name(container: format, codec: codec), width: Int(about.width),
      height: Int(about.height), channelCount: Int(about.channel_count),
      isFilm: about.is_film != 0, rate: about.is_film != 0 ? rate : .one,
      frameCount: about.frame_count >= 0 ? Int(about.frame_count) : nil,
      duration: about.duration >= 0 ? about.duration : nil,
      loopCount: container?.loopCount(in: bytes),
      manifest: container == nil ? comment : container?.manifest(in: bytes))
  }

  mutating func next(into samples: inout [UInt8]) throws -> Bool {
    var error = GMError()
    let code = samples.withUnsafeMutableBufferPointer {
      gm_reader_next(reader, $0.baseAddress, &error)
    }
    guard code >= 0 else { throw error.asMediaError(path) }
    return code == 1
  }

  /// `mp4 h264`, but `gif` and `png`, whose container and codec are one.
  private static func name(container: String, codec: String) -> String {
    let first = container.split(separator: ",").first.map(String.init) ?? container
    let short = first.hasSuffix("_pipe") ? codec : first == "mov" ? "mp4" : first
    let family = short == "matroska" && ["vp8", "vp9", "av1"].contains(codec) ? "webm" : short
    let plain = family == "mjpeg" ? "jpeg" : family
    return plain == codec || first.hasSuffix("_pipe") ? plain : plain + " " + codec
  }
}

/// Still and animated WebP, which FFmpeg reads only in part.
private struct WebPReader: FrameReading {
  let info: MediaInfo
  private let path: String
  private let reader: OpaquePointer

  init(_ path: String) throws {
    self.path = path
    let bytes = try FileBytes.read(path)
    guard Container.webp.isWhole(bytes) else {
      throw MediaError.damaged(path: path, reason: "it ends before its last chunk")
    }
    // The decoder reads from these bytes as long as the process lives.
    let file = UnsafeMutableBufferPointer<UInt8>.allocate(capacity: bytes.count)
    _ = file.initialize(from: bytes)
    var about = GMInfo()
    var error = GMError()
    let limit = Int64(Image.maximumPixelCount)
    guard let reader = gm_webp_open(file.baseAddress, file.count, limit, &about, &error) else {
      throw error.asMediaError(path)
    }
    self.reader = reader
    let isFilm = about.is_film != 0
    let rate = FrameRate(Int(about.rate_numerator), Int(about.rate_denominator)) ?? .film
    info = MediaInfo(
      format: "webp", width: Int(about.width), height: Int(about.height),
      channelCount: Int(about.channel_count), isFilm: isFilm, rate: isFilm ? rate : .one,
      frameCount: Int(about.frame_count), duration: isFilm ? about.duration : nil,
      loopCount: isFilm ? Int(about.loop_count) : nil, manifest: Container.webp.manifest(in: bytes))
  }

  mutating func next(into samples: inout [UInt8]) throws -> Bool {
    var error = GMError()
    let code = samples.withUnsafeMutableBufferPointer {
      gm_webp_next(reader, $0.baseAddress, &error)
    }
    guard code >= 0 else { throw error.asMediaError(path) }
    return code == 1
  }
}

extension GMError {
  func asMediaError(_ path: String) -> MediaError {
    let reason = cText(self.text)
    return switch problem {
    case GMFormatUnknown: .formatUnknown(path: path)
    case GMTooLarge: .tooLarge(path: path, width: Int(width), height: Int(height))
    case GMSystem: .fileUnreadable(path: path, reason: reason)
    default: .damaged(path: path, reason: reason)
    }
  }
}

/// The text in one of C's arrays of characters.
func cText<Characters>(_ characters: Characters) -> String {
  withUnsafeBytes(of: characters) { String(decoding: $0.prefix { $0 != 0 }, as: UTF8.self) }
}
