#if canImport(FoundationEssentials)
  import FoundationEssentials
#else
  import Foundation
#endif

extension MediaFile {
  /// Writes a film: the whole file, or nothing.
  ///
  /// The file appears under its name only when every frame is in it and on the disk.
  /// - Parameter format: what the name's ending says where it is nil.
  /// - Parameter manifest: any text up to ``manifestLimit``, kept in the format's own metadata.
  /// - Parameter progress: called after each frame with the number written; it may throw to stop.
  /// - Throws: ``MediaError``, or whatever the film's source or `progress` throws.
  @discardableResult
  public static func write(
    _ film: Video, to path: String, format: MediaFormat? = nil, manifest: String? = nil,
    options: MediaWriteOptions = MediaWriteOptions(), tool: MediaTool = .standard,
    progress: ((Int) throws -> Void)? = nil
  ) throws -> MediaWriteReport {
    try write(
      film, to: path, format: format, isStill: false, manifest: manifest, options: options,
      tool: tool, progress: progress)
  }

  /// Writes a picture: the whole file, or nothing.
  @discardableResult
  public static func write(
    _ picture: Image, to path: String, format: MediaFormat? = nil, manifest: String? = nil,
    options: MediaWriteOptions = MediaWriteOptions(), tool: MediaTool = .standard
  ) throws -> MediaWriteReport {
    try write(
      Video(picture, rate: .one), to: path, format: format, isStill: true, manifest: manifest,
      options: options, tool: tool, progress: nil)
  }

  private static func write(
    _ film: Video, to path: String, format: MediaFormat?, isStill: Bool, manifest: String?,
    options: MediaWriteOptions, tool: MediaTool, progress: ((Int) throws -> Void)?
  ) throws -> MediaWriteReport {
    guard let format = format ?? MediaFormat(path: path) else {
      throw MediaError.endingUnknown(path: path)
    }
    guard format.holds == .image || format.holds == .video else {
      throw MediaError.formatUnfit(
        format: format, reason: "it is a \(isStill ? "picture" : "film")")
    }
    try checkManifest(manifest, format)
    try Image.checkSize(width: film.width, height: film.height)
    switch format {
    case .png:
      return try PNGFile.write(oneFrame(of: film, format), to: path, manifest: manifest)
    case .pngFrames:
      return try FrameFolder(path).write(film, manifest: manifest, progress: progress)
    default:
      let isStill = isStill || format == .jpeg
      var film = format == .jpeg ? Video(try oneFrame(of: film, format), rate: .one) : film
      if film.hasAlpha, !format.holdsAlpha {
        film = film.converted(toChannelCount: 3, over: options.background)
      }
      let request = ToolWriteRequest(
        path: path, format: format, width: film.width, height: film.height,
        channelCount: film.channelCount, rate: film.rate, isStill: isStill, manifest: manifest,
        options: options)
      return try tool.write(film, request, progress: progress)
    }
  }

  /// Throws unless a format's metadata can hold the text.
  static func checkManifest(_ manifest: String?, _ format: MediaFormat) throws {
    guard let manifest else { return }
    guard manifest.utf8.count <= manifestLimit else {
      throw MediaError.formatUnfit(
        format: format, reason: "the manifest has more than \(manifestLimit) bytes")
    }
    guard !manifest.utf8.contains(0) else {
      throw MediaError.formatUnfit(format: format, reason: "the manifest holds a NUL character")
    }
  }

  private static func oneFrame(of film: Video, _ format: MediaFormat) throws -> Image {
    var frames = try film.makeFrames()
    guard let first = try frames.next() else {
      throw MediaError.formatUnfit(format: format, reason: "the film has no frame")
    }
    guard try frames.next() == nil else {
      throw MediaError.formatUnfit(
        format: format,
        reason: "it is a film of more than one frame; take one with frame, or write .apng, .mp4 "
          + "or -%03d.png")
    }
    return first
  }
}

extension MediaTool {
  fileprivate func write(
    _ film: Video, _ request: ToolWriteRequest, progress: ((Int) throws -> Void)?
  ) throws -> MediaWriteReport {
    var frames = try film.makeFrames()
    var next = try frames.next()
    guard next != nil else {
      throw MediaError.formatUnfit(format: request.format, reason: "the film has no frame")
    }
    let process = try ToolProcess(self, arguments: ["write"], workingOn: request.path)
    let letter = ToolLetter(process: process, path: request.path)
    try letter.send(.request, Array(JSONEncoder().encode(request)))
    var count = 0
    while let frame = next {
      try Task.checkCancellation()
      try letter.send(.frame, frame.pixels)
      count += 1
      try progress?(count)
      next = try frames.next()
    }
    try letter.send(.end, [])
    return try letter.report()
  }
}

/// Sends records to a `gen-media` that writes, and listens to what it says meanwhile.
struct ToolLetter {
  let process: ToolProcess
  let path: String

  func send(_ kind: ToolRecordKind, _ payload: [UInt8]) throws {
    while process.hasSomethingToSay { try listen() }
    let head = ToolRecord.head(kind, count: payload.count)
    for part in [head, payload] {
      let isTaken = try part.withUnsafeBytes { try process.write($0, whenItSpeaks: listen) }
      // It hung up: it has said why, or it died.
      while !isTaken { try listen() }
    }
  }

  /// Takes one record: progress is a sign of life, a failure is thrown.
  private func listen() throws {
    let head = try process.nextHead()
    guard head.kind != .failure else {
      throw try process.failure(count: head.count, workingOn: path)
    }
    _ = try process.nextText(count: head.count)
    guard head.kind == .progress else {
      throw MediaError.toolConfused(path: path, reason: "an unexpected \(head.kind)")
    }
  }

  func report() throws -> MediaWriteReport {
    while true {
      let head = try process.nextHead()
      if head.kind == .failure { throw try process.failure(count: head.count, workingOn: path) }
      let text = try process.nextText(count: head.count)
      if head.kind == .report {
        return try process.decode(text, as: MediaWriteReport.self, workingOn: path)
      }
      guard head.kind == .progress else {
        throw MediaError.toolConfused(path: path, reason: "an unexpected \(head.kind)")
      }
    }
  }
}
