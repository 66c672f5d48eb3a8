import GenMedia
import GenPipeline

extension Studio {
  @CatalogBuilder var savingVerbs: [Stage] {
    Stage(
      "save", "Writes a film to a file whose ending says the format.", topic: "files",
      Parameter("video", "The film to save."),
      Self.path(.video),
      Parameter("quality", Self.qualityText, in: 0...100),
      Parameter("loops", "How often GIF, APNG and WebP play; 0 is for ever.", in: 0...65535),
      examples: [.init("film([plain(8, 6)]) |> save(\"dark.gif\")", "None")],
      cost: .saving("video", with: tool), effect: .tells, check: checkSaving(.video)
    ) { (film: Video, path: String, quality: Int?, loops: Int?) in
      let options = MediaWriteOptions(quality: quality, loopCount: loops ?? 0)
      let count = film.frameCount
      try save(to: path) { target in
        try MediaFile.write(
          film, to: target, manifest: StageContext.current.manifest(), options: options, tool: tool
        ) { try Self.report(frame: $0, of: count) }
      }
      return Nothing()
    }
    Stage(
      "save", "Writes a picture to a file whose ending says the format.", topic: "files",
      Parameter("picture", "The picture to save."),
      Self.path(.image),
      Parameter("quality", Self.qualityText, in: 0...100),
      examples: [], cost: .saving("picture", with: tool), effect: .tells,
      check: checkSaving(.image)
    ) { (picture: Image, path: String, quality: Int?) in
      try save(to: path) {
        try MediaFile.write(
          picture, to: $0, manifest: StageContext.current.manifest(),
          options: MediaWriteOptions(quality: quality), tool: tool)
      }
      return Nothing()
    }
    soundSaving
    meshSaving
    tableSaving
    fittedSaving
    gridSaving
  }

  private var soundSaving: Stage {
    Stage(
      "save", "Writes a sound to a file whose ending says the format.", topic: "files",
      Parameter("sound", "The sound to save."),
      Self.path(.audio),
      Parameter("quality", "How good Opus is, in percent.", in: 0...100),
      Parameter(
        "bits", "Of a sample in WAV and FLAC: 16, 24, or 32 in WAV.", in: 16...32, default: 24),
      examples: [.init("tone(440Hz, 1s) |> save(\"tone.wav\")", "None")], effect: .tells,
      check: checkSaving(.audio)
    ) { (sound: Audio, path: String, quality: Int?, bits: Int) in
      var options = MediaWriteOptions(quality: quality)
      options.sampleBits = bits
      try save(to: path) { [options] in
        try MediaFile.write(
          sound, to: $0, manifest: StageContext.current.manifest(), options: options, tool: tool)
      }
      return Nothing()
    }
  }

  private var meshSaving: Stage {
    Stage(
      "save", "Writes a mesh to a file whose ending says the format.", topic: "files",
      Parameter("mesh", "The mesh to save."),
      Self.path(.mesh),
      examples: [], effect: .tells, check: checkSaving(.mesh)
    ) { (mesh: Mesh, path: String) in
      let report = try MediaFile.write(
        mesh, to: try prepared(path), manifest: StageContext.current.manifest())
      announce(.saved(report))
      if !report.format.holdsManifest {
        announce(
          .noted("\(report.format.name) has no room for how it was made; GLB and OBJ have"))
      }
      return Nothing()
    }
  }

  private var tableSaving: Stage {
    Stage(
      "save", "Writes a table to a file whose ending says the format.", topic: "files",
      Parameter<Table>("table", "The table to save."),
      Self.path(.table),
      Parameter<String?>("name", "What it is called in a database; else as the file is."),
      examples: [.init("\(TableVerbs.sample) |> save(\"people.csv\")", "None")], effect: .tells,
      check: { [self] in checkSaving(.table)($0) + Self.checkTableName($0) }
    ) { (table: Table, path: String, name: String?) in
      try save(to: path) { try MediaFile.write(table, to: $0, named: name) }
      return Nothing()
    }
  }

  /// Whether the table in a file may have a name.
  private static func checkTableName(_ call: CallShape) -> [Diagnostic] {
    guard case .text(let name)? = call.constants["name"],
      case .text(let path)? = call.constants["path"], let format = MediaFormat(path: path),
      format.holds == .table
    else { return [] }
    do {
      try TableFile.checkName(name, format)
      return []
    } catch { return [Self.describe(error).placed(at: call.places["name"])] }
  }

  /// Tells how far a film is written.
  static func report(frame written: Int, of count: Int?) throws {
    try Task.checkCancellation()
    StageContext.current.report(.init("frame", written, of: count))
  }

  static func path(_ medium: Medium) -> Parameter<String> {
    let endings = MediaFormat.endings(for: medium)
    return Parameter(
      "path", "Where to write, below the output folder: \(endings.joined(separator: ", ")).",
      below: "output", naming: .savedFile(endings: endings))
  }
  static var qualityText: String { "How good MP4, WebM, JPEG and WebP are, in percent." }

  func prepared(_ path: String) throws -> String {
    let target = try outputPath(path)
    try makeFolder(for: target)
    return target
  }

  /// What can be known before anything is computed: the folder and the format.
  func checkSaving(_ medium: Medium) -> @Sendable (CallShape) -> [Diagnostic] {
    checkWriting("path") { path in
      guard let format = MediaFormat(path: path) else { return Diagnostic.unknownEnding(path) }
      return format.holds(medium) ? nil : Diagnostic.formatHoldsNo(medium, format)
    }
  }

  /// Whether a path that an argument names may be written to, and what else is wrong with it.
  func checkWriting(
    _ parameter: String, _ fault: @escaping @Sendable (String) -> Diagnostic?
  ) -> @Sendable (CallShape) -> [Diagnostic] {
    { call in
      guard case .text(let path)? = call.constants[parameter] else { return [] }
      let found: Diagnostic?
      do {
        _ = try outputPath(path)
        found = fault(path)
      } catch { found = error as? Diagnostic }
      return found.map { [$0.placed(at: call.places[parameter])] } ?? []
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
