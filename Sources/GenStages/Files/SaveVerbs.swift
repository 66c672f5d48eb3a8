import GenMedia
import GenPipeline

extension Studio {
  @CatalogBuilder var savingVerbs: [Stage] {
    Stage(
      "save", "Writes a film to a file whose ending says the format.", topic: "files",
      Parameter("video", "The film to save."),
      Parameter("path", Self.pathText, naming: .savedFile(endings: MediaFormat.endings)),
      Parameter("quality", Self.qualityText, in: 0...100),
      Parameter("loops", "How often GIF, APNG and WebP play; 0 is for ever.", in: 0...65535),
      examples: [.init("film([plain(8, 6)]) |> save(\"dark.gif\")", "None")],
      cost: .saving("video", with: tool), effect: .tells, check: checkSaving(film: true)
    ) { (film: Video, path: String, quality: Int?, loops: Int?) in
      let target = try prepared(path)
      let options = MediaWriteOptions(quality: quality, loopCount: loops ?? 0)
      let count = film.frameCount
      announce(
        .saved(
          try MediaFile.write(
            film, to: target, manifest: StageContext.current.manifest(), options: options,
            tool: tool
          ) { try Self.report(frame: $0, of: count) }))
      return Nothing()
    }
    Stage(
      "save", "Writes a picture to a file whose ending says the format.", topic: "files",
      Parameter("picture", "The picture to save."),
      Parameter("path", Self.pathText, naming: .savedFile(endings: MediaFormat.endings)),
      Parameter("quality", Self.qualityText, in: 0...100),
      examples: [], cost: .saving("picture", with: tool), effect: .tells,
      check: checkSaving(film: false)
    ) { (picture: Image, path: String, quality: Int?) in
      let report = try MediaFile.write(
        picture, to: try prepared(path), manifest: StageContext.current.manifest(),
        options: MediaWriteOptions(quality: quality), tool: tool)
      announce(.saved(report))
      return Nothing()
    }
    gridSaving
  }

  /// Tells how far a film is written.
  static func report(frame written: Int, of count: Int?) throws {
    try Task.checkCancellation()
    StageContext.current.report(.init("frame", written, of: count))
  }

  static var pathText: String {
    "Where to write, below the output folder: \(MediaFormat.endings.joined(separator: ", "))."
  }
  static var qualityText: String { "How good MP4, WebM, JPEG and WebP are, in percent." }

  func prepared(_ path: String) throws -> String {
    let target = try outputPath(path)
    try makeFolder(for: target)
    return target
  }

  /// What can be known before anything is computed: the folder and the format.
  func checkSaving(film: Bool) -> @Sendable (CallShape) -> [Diagnostic] {
    { call in
      guard case .text(let path)? = call.constants["path"] else { return [] }
      let place = call.places["path"]
      do {
        _ = try outputPath(path)
      } catch let diagnostic as Diagnostic {
        return [diagnostic.placed(at: place)]
      } catch { return [] }
      guard let format = MediaFormat(path: path) else {
        return [Diagnostic.unknownEnding(path).placed(at: place)]
      }
      guard film, !format.holdsFilm else { return [] }
      return [Diagnostic.formatHoldsNoFilm(format).placed(at: place)]
    }
  }
}

/// The result of a verb that only tells the world.
struct Nothing: ValueConvertible {
  static var valueType: ValueType { .none }
  init() {}
  init?(_ value: Value) {
    guard case .none = value else { return nil }
  }
  var value: Value { .none }
}
