import GenMedia
import GenModels
import GenPipeline

extension Studio {
  @CatalogBuilder var loadingVerbs: [Stage] {
    Stage(
      "load", "Reads a picture, film, sound, mesh, table or fitted model from a file.",
      topic: "files",
      parameters: [
        ParameterInfo(
          name: "path", documentation: "The file; a row of pictures as \"frame-%03d.png\".",
          type: .text),
        ParameterInfo(
          name: "as",
          documentation:
            "Takes a film's first frame or its sound, a picture as a film, or any text as a table.",
          type: .optional(.choice(Self.media.map(\.rawValue))), initial: Value.none),
        ParameterInfo(
          name: "table", documentation: "Which one of a database of several tables (SQLite).",
          type: .optional(.text), initial: Value.none),
      ],
      result: .byArguments { [self] call in try loadedType(call) }, examples: [],
      cost: loadingCost, reads: ["path"]
    ) { arguments in
      guard case .text(let path)? = arguments["path"] else { throw Diagnostic.unusablePath("") }
      let asked = try Self.medium(asked: arguments["as"])
      if asked == nil, FittedFile.isNamed(path) { return .fitted(try FittedFile.read(path)) }
      switch try asked ?? medium(ofFile: path) {
      case .image: return .image(try MediaFile.readImage(path, tool: tool))
      case .video: return .video(try MediaFile.readVideo(path, tool: tool))
      case .audio: return .audio(try MediaFile.readAudio(path, tool: tool))
      case .mesh: return .mesh(try MediaFile.readMesh(path, tool: tool))
      case .table: return .table(try table(path, named: Self.table(arguments["table"])))
      }
    }
  }

  /// Reads a table and tells what had to be decided.
  private func table(_ path: String, named name: String?) throws -> Table {
    let reading = try tables.read(path, table: name)
    let (most, notes) = (4, tables.untold(reading.notes.map { "\(path): \($0)" }))
    for note in notes.prefix(most) { announce(.noted(note)) }
    if notes.count > most { announce(.noted("\(path): and \(notes.count - most) notes more")) }
    return try Table(
      reading.table.columns.map { $0.withType(found: true) }, rowCount: reading.table.rowCount)
  }

  /// As large as the file says that it is; reading it costs about what resampling would.
  private var loadingCost: CostRule {
    CostRule { [tool, tables] call in
      let path: String = try call.read("path")
      if try MediaFormat(path: path)?.holds == .table
        || Self.medium(asked: call.arguments["as"]) == .table
      {
        return try await tables.cost(of: path, table: Self.table(call.arguments["table"]), call)
      }
      let info = try MediaFile.probe(path, tool: tool)
      guard info.medium == .image || info.medium == .video else { return Cost(seconds: nil) }
      let isPicture = try Self.medium(asked: call.arguments["as"]) == .image
      guard let frameCount = isPicture ? 1 : info.frameCount else { return Cost(seconds: nil) }
      let extent = Cost.Extent(
        width: info.width, height: info.height, frameCount: frameCount,
        rate: info.rate.framesPerSecond)
      let price = await call.price(of: "pixels", measuring: Calibration.pixels)
      return Cost(seconds: price.map { $0.seconds(units: extent.pixelCount) }, extent: extent)
    }
  }

  private func loadedType(_ call: CallShape) throws -> ValueType {
    let asked = try Self.medium(asked: call.constants["as"])
    if let asked, asked != .table { return asked.type }
    guard case .text(let path)? = call.constants["path"] else {
      if let asked { return asked.type }
      throw Diagnostic.mediumUnknown(stage: "load")
    }
    if asked == nil, FittedFile.isNamed(path) {
      do { return .model(try FittedTables.look(path).made) } catch {
        throw Self.describe(error)
      }
    }
    let medium = try asked ?? medium(ofFile: path)
    guard medium == .table else { return medium.type }
    do {
      let table = Self.table(call.constants["table"])
      return .table(try tables.look(path, table: table).table.rowType)
    } catch let error as MediaError {
      throw Diagnostic.media(error)
    }
  }

  private static func table(_ named: Value?) -> String? {
    if case .text(let name)? = named { name } else { nil }
  }

  private static let media: [Medium] = [.image, .video, .audio, .mesh, .table]

  private static func medium(asked: Value?) throws -> Medium? {
    asked.flatMap(String.init).flatMap(Medium.init)
  }

  private func medium(ofFile path: String) throws -> Medium {
    if MediaFormat(path: path)?.holds == .table { return .table }
    do {
      return try MediaFile.probe(path, tool: tool).medium
    } catch let error as MediaError {
      throw Diagnostic.media(error)
    }
  }
}

extension Medium {
  fileprivate var type: ValueType {
    switch self {
    case .image: .image
    case .video: .video
    case .audio: .audio
    case .mesh: .mesh
    case .table: .table(.unknown)
    }
  }
}
