/// What a file of pictures says about itself before any frame is decoded.
public struct MediaInfo: Sendable, Hashable, Codable {
  /// The container's and codec's names: `png`, `mp4 h264`, `webm vp9`, `gif`.
  public var format: String
  public var width: Int
  public var height: Int
  /// 1, 3 or 4: the channels in which frames are read.
  public var channelCount: Int
  public var isFilm: Bool
  public var rate: FrameRate
  /// Nil when only decoding would tell; 1 for a picture.
  public var frameCount: Int?
  /// Seconds, where the file tells.
  public var duration: Double?
  /// Times that it plays, 0 for ever; nil where the format has no such thing.
  public var loopCount: Int?
  /// The text stored by ``MediaFile/write(_:to:format:manifest:options:tool:progress:)``.
  public var manifest: String?

  package init(
    format: String, width: Int, height: Int, channelCount: Int, isFilm: Bool, rate: FrameRate,
    frameCount: Int?, duration: Double? = nil, loopCount: Int? = nil, manifest: String? = nil
  ) {
    self.format = format
    self.width = width
    self.height = height
    self.channelCount = channelCount
    self.isFilm = isFilm
    self.rate = rate
    self.frameCount = frameCount
    self.duration = duration
    self.loopCount = loopCount
    self.manifest = manifest
  }
}

/// What was written.
public struct MediaWriteReport: Sendable, Hashable, Codable {
  public var path: String
  public var format: MediaFormat
  public var frameCount: Int
  /// The size in the file, which H.264 rounds up to even numbers by repeating the last row or column.
  public var width: Int
  public var height: Int
  public var byteCount: Int

  package init(
    path: String, format: MediaFormat, frameCount: Int, width: Int, height: Int, byteCount: Int
  ) {
    self.path = path
    self.format = format
    self.frameCount = frameCount
    self.width = width
    self.height = height
    self.byteCount = byteCount
  }
}
