#if canImport(FoundationEssentials)
  import FoundationEssentials
#else
  import Foundation
#endif

extension MediaFile {
  /// Writes a sound: the whole file, or nothing.
  ///
  /// What is beyond full scale is cut in formats of whole numbers; Opus has 48,000 samples a second,
  /// whatever the sound has.
  /// - Parameter format: what the name's ending says where it is nil.
  /// - Parameter manifest: any text up to ``manifestLimit``, kept in the format's own metadata.
  @discardableResult
  public static func write(
    _ sound: Audio, to path: String, format: MediaFormat? = nil, manifest: String? = nil,
    options: MediaWriteOptions = MediaWriteOptions(), tool: MediaTool = .standard
  ) throws -> MediaWriteReport {
    let format = try checked(format, path, manifest, holding: .audio)
    let isFloat = options.sampleBits == 32
    guard [16, 24].contains(options.sampleBits) || (isFloat && format == .wav) else {
      throw MediaError.formatUnfit(
        format: format,
        reason: "samples of \(options.sampleBits) bits; there are 16 and 24"
          + (format == .wav ? ", and 32 as floating point" : ""))
    }
    if format == .wav {
      return try WAVFile.write(sound, to: path, manifest: manifest, bits: options.sampleBits)
    }
    let kept = format == .opus ? try sound.resampled(to: 48_000) : sound
    return try tool.write(kept, to: path, format, manifest, options)
  }

  /// Writes a mesh: the whole file, or nothing.
  ///
  /// - Parameter manifest: as for sounds; STL has no room for it.
  @discardableResult
  public static func write(
    _ mesh: Mesh, to path: String, format: MediaFormat? = nil, manifest: String? = nil
  ) throws -> MediaWriteReport {
    let format = try checked(format, path, manifest, holding: .mesh)
    let bytes = try MeshFile.encode(mesh, as: format, manifest: manifest, for: path)
    let file = try AtomicFile(path)
    try file.write(bytes)
    try file.commit()
    return MediaWriteReport(path: path, format: format, mesh: mesh, byteCount: bytes.count)
  }

  /// Writes a table: the whole file, or nothing.
  ///
  /// - Parameter name: The table's in a database; nil takes the file's.
  @discardableResult
  public static func write(
    _ table: Table, to path: String, format: MediaFormat? = nil, named name: String? = nil
  ) throws -> MediaWriteReport {
    let format = try checked(format, path, nil, holding: .table)
    try TableFile.checkName(name, format)
    let file = try AtomicFile(path, staysNameless: format != .sqlite)
    if format == .sqlite {
      let stem = URL(filePath: path).deletingPathExtension().lastPathComponent
      try SQLiteFile.write(table, named: name ?? stem, to: file)
    } else {
      try TableFile.write(table, as: format) { try file.write($0) }
    }
    try file.commit()
    return MediaWriteReport(path: path, format: format, table: table, byteCount: file.byteCount)
  }

  private static func checked(
    _ asked: MediaFormat?, _ path: String, _ manifest: String?, holding medium: Medium
  ) throws -> MediaFormat {
    guard let format = asked ?? MediaFormat(path: path) else {
      throw MediaError.endingUnknown(path: path)
    }
    guard format.holds(medium) else {
      let endings = MediaFormat.endings(for: medium).joined(separator: " ")
      throw MediaError.formatUnfit(
        format: format, reason: "it is a \(medium.noun); write one of \(endings)")
    }
    try checkManifest(manifest, format)
    return format
  }
}

extension MediaTool {
  /// The sound of a file, decoded at once.
  func audio(_ path: String) throws -> Audio {
    let process = try ToolProcess(self, arguments: ["listen", path], workingOn: path)
    let info = try process.nextMessage(.info, as: MediaInfo.self, workingOn: path)
    guard let about = info.sound else {
      throw MediaError.toolConfused(path: path, reason: "a sound of no rate")
    }
    var samples: [Float] = []
    while true {
      let head = try process.nextHead()
      switch head.kind {
      case .frame:
        guard head.count <= ToolRecord.soundLimit, head.count % 4 == 0,
          samples.count + head.count / 4 <= Audio.maximumSampleCount
        else { throw MediaError.toolConfused(path: path, reason: "samples of \(head.count) bytes") }
        samples += try [Float](unsafeUninitializedCapacity: head.count / 4) { buffer, count in
          try process.readFully(UnsafeMutableRawBufferPointer(buffer))
          count = head.count / 4
        }
      case .end:
        guard !samples.isEmpty else {
          throw MediaError.damaged(path: path, reason: "it holds no samples")
        }
        return try Audio(
          sampleRate: about.sampleRate,
          channels: Audio.planar(samples, channelCount: max(1, about.channelCount)))
      case .failure: throw try process.failure(count: head.count, workingOn: path)
      default: throw MediaError.toolConfused(path: path, reason: "an unexpected \(head.kind)")
      }
    }
  }

  fileprivate func write(
    _ sound: Audio, to path: String, _ format: MediaFormat, _ manifest: String?,
    _ options: MediaWriteOptions
  ) throws -> MediaWriteReport {
    let request = ToolSoundRequest(
      path: path, format: format, sampleRate: sound.sampleRate, channelCount: sound.channelCount,
      manifest: manifest, options: options)
    let process = try ToolProcess(self, arguments: ["record"], workingOn: path)
    let letter = ToolLetter(process: process, path: path)
    try letter.send(.request, Array(JSONEncoder().encode(request)))
    let samples = sound.interleaved
    let step = ToolRecord.soundLimit / 4 / sound.channelCount * sound.channelCount
    for start in stride(from: 0, to: samples.count, by: step) {
      try Task.checkCancellation()
      let part = samples[start..<min(start + step, samples.count)]
      try letter.send(.frame, part.withUnsafeBytes { Array($0) })
    }
    try letter.send(.end, [])
    var report = try letter.report()
    report.sound = MediaWriteReport(path: path, format: format, sound: sound, byteCount: 0).sound
    return report
  }
}
