/// What a file says about itself before its content is decoded.
public struct MediaInfo: Sendable, Hashable, Codable {
  public struct Sound: Sendable, Hashable, Codable {
    /// In hertz.
    public var sampleRate: Int
    public var channelCount: Int
    /// Samples of each channel; nil when only decoding would tell.
    public var frameCount: Int?

    package init(sampleRate: Int, channelCount: Int, frameCount: Int?) {
      self.sampleRate = sampleRate
      self.channelCount = channelCount
      self.frameCount = frameCount
    }
  }

  public struct Solid: Sendable, Hashable, Codable {
    public var vertexCount: Int
    public var triangleCount: Int
  }

  public struct Rows: Sendable, Hashable, Codable {
    public var columnCount: Int
    public var rowCount: Int
  }

  /// The container's and codec's names: `png`, `mp4 h264`, `webm vp9`, `gif`, `flac`, `glb`.
  public var format: String
  /// Of pictures; 0 for other content.
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
  /// What a file of sound says of it.
  public var sound: Sound?
  /// What a file of a mesh says of it.
  public var solid: Solid?
  /// What a file of a table says of it.
  public var rows: Rows?

  public var medium: Medium {
    if rows != nil { return .table }
    return sound != nil ? .audio : solid != nil ? .mesh : isFilm ? .video : .image
  }

  package init(format: String, rows: Rows) {
    self.init(
      format: format, width: 0, height: 0, channelCount: 0, isFilm: false, rate: .one,
      frameCount: nil)
    self.rows = rows
  }

  package init(format: String, sound: Sound, manifest: String?) {
    self.init(
      format: format, width: 0, height: 0, channelCount: 0, isFilm: false, rate: .one,
      frameCount: nil, manifest: manifest)
    self.sound = sound
    duration = sound.frameCount.map { Double($0) / Double(sound.sampleRate) }
  }

  package init(format: String, solid: Solid, manifest: String?) {
    self.init(
      format: format, width: 0, height: 0, channelCount: 0, isFilm: false, rate: .one,
      frameCount: nil, manifest: manifest)
    self.solid = solid
  }

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
  public var sound: MediaInfo.Sound?
  public var solid: MediaInfo.Solid?
  public var rows: MediaInfo.Rows?

  package init(path: String, format: MediaFormat, table: Table, byteCount: Int) {
    self.init(path: path, format: format, frameCount: 0, width: 0, height: 0, byteCount: byteCount)
    rows = MediaInfo.Rows(columnCount: table.columns.count, rowCount: table.rowCount)
  }

  package init(path: String, format: MediaFormat, sound: Audio, byteCount: Int) {
    self.init(path: path, format: format, frameCount: 0, width: 0, height: 0, byteCount: byteCount)
    self.sound = MediaInfo.Sound(
      sampleRate: sound.sampleRate, channelCount: sound.channelCount, frameCount: sound.frameCount)
  }

  package init(path: String, format: MediaFormat, mesh: Mesh, byteCount: Int) {
    self.init(path: path, format: format, frameCount: 0, width: 0, height: 0, byteCount: byteCount)
    solid = MediaInfo.Solid(vertexCount: mesh.vertexCount, triangleCount: mesh.triangleCount)
  }

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
