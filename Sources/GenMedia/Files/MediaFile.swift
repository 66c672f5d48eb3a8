/// Reading and writing pictures, films, sounds, meshes and tables.
///
/// PNG, WAV, meshes and tables are read and written in this process; every other format by the program `gen-media`
/// (``MediaTool``), so that a file that kills a decoder kills nothing else.
///
///     let info = try MediaFile.probe("boat.mp4")
///     let film = try MediaFile.readVideo("boat.mp4")
///     try MediaFile.write(film.reversed(), to: "back.gif", manifest: info.manifest)
public enum MediaFile {
  /// The longest manifest that is written: 1 MiB of UTF-8.
  public static let manifestLimit = 1 << 20

  /// What the file says about itself, its manifest included.
  public static func probe(_ path: String, tool: MediaTool = .standard) throws -> MediaInfo {
    if FramePattern(path) != nil { return try FrameFolder(path).info() }
    switch try FileKind(ofFileAt: path) {
    case .png: return try PNGFile.info(path)
    case .wav: return try WAVFile.info(path)
    case .mesh(let format): return try MeshFile.info(path, format, tool)
    case .table(let format):
      let table = try TableFile.read(path, format).table
      return MediaInfo(
        format: format.rawValue,
        rows: .init(columnCount: table.columns.count, rowCount: table.rowCount))
    case .other: return try tool.probe(path)
    }
  }

  /// The picture in a file; the first frame when it is a film.
  public static func readImage(_ path: String, tool: MediaTool = .standard) throws -> Image {
    if FramePattern(path) != nil { return try FrameFolder(path).video().frame(at: 0) }
    switch try FileKind(ofFileAt: path) {
    case .png: return try PNGFile.read(path)
    case .wav, .mesh, .table: throw MediaError.otherMedium(path: path, wanted: .image)
    case .other:
      var frames = try tool.readFrames(path, onlyFirst: true)
      guard let first = try frames.next() else {
        throw MediaError.damaged(path: path, reason: "it holds no frame")
      }
      return first
    }
  }

  /// The film in a file, which is decoded anew whenever its frames are made, frame by frame.
  ///
  /// A picture is a film of one frame.
  public static func readVideo(_ path: String, tool: MediaTool = .standard) throws -> Video {
    if FramePattern(path) != nil { return try FrameFolder(path).video() }
    switch try FileKind(ofFileAt: path) {
    case .png: return Video(try PNGFile.read(path))
    case .wav, .mesh, .table: throw MediaError.otherMedium(path: path, wanted: .video)
    case .other: return try tool.video(path)
    }
  }

  /// The sound in a file, also that of a film.
  public static func readAudio(_ path: String, tool: MediaTool = .standard) throws -> Audio {
    switch try FileKind(ofFileAt: path) {
    case .wav: return try WAVFile.read(path)
    case .png, .mesh, .table: throw MediaError.otherMedium(path: path, wanted: .audio)
    case .other: return try tool.audio(path)
    }
  }

  /// The mesh in a file.
  public static func readMesh(_ path: String, tool: MediaTool = .standard) throws -> Mesh {
    guard case .mesh(let format) = try FileKind(ofFileAt: path) else {
      throw MediaError.otherMedium(path: path, wanted: .mesh)
    }
    return try MeshFile.read(path, format, tool)
  }

  /// The table in a file, whatever its ending is.
  ///
  /// - Parameters:
  ///   - table: Which one of a database of several.
  ///   - limit: Bytes of the file after which reading stops; nil reads it all.
  public static func readTable(
    _ path: String, table: String? = nil, limit: Int? = nil
  ) throws -> TableReading {
    try TableFile.read(path, MediaFormat(path: path) ?? .csv, table: table, limit: limit)
  }
}
