import GenMedia
import GenPipeline

extension Studio {
  @CatalogBuilder var loadingVerbs: [Stage] {
    Stage(
      "load", "Reads a picture, film, sound or mesh from a file.", topic: "files",
      parameters: [
        ParameterInfo(
          name: "path", documentation: "The file; a row of pictures as \"frame-%03d.png\".",
          type: .text),
        ParameterInfo(
          name: "as",
          documentation: "Takes a film's first frame or its sound, or a picture as a film.",
          type: .optional(.choice(Self.media.map(\.rawValue))), initial: Value.none),
      ],
      result: .byArguments { [self] call in try loadedType(call) }, examples: [],
      cost: loadingCost, reads: ["path"]
    ) { arguments in
      guard case .text(let path)? = arguments["path"] else { throw Diagnostic.unusablePath("") }
      switch try Self.medium(asked: arguments["as"]) ?? medium(ofFile: path) {
      case .image: return .image(try MediaFile.readImage(path, tool: tool))
      case .video: return .video(try MediaFile.readVideo(path, tool: tool))
      case .audio: return .audio(try MediaFile.readAudio(path, tool: tool))
      case .mesh: return .mesh(try MediaFile.readMesh(path, tool: tool))
      }
    }
  }

  /// As large as the file says that it is; reading it costs about what resampling would.
  private var loadingCost: CostRule {
    CostRule { [tool] call in
      let info = try MediaFile.probe(try call.read("path"), tool: tool)
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
    if let asked = try Self.medium(asked: call.constants["as"]) { return asked.type }
    guard case .text(let path)? = call.constants["path"] else {
      throw Diagnostic.mediumUnknown(stage: "load")
    }
    return try medium(ofFile: path).type
  }

  private static let media: [Medium] = [.image, .video, .audio, .mesh]

  private static func medium(asked: Value?) throws -> Medium? {
    asked.flatMap(String.init).flatMap(Medium.init)
  }

  private func medium(ofFile path: String) throws -> Medium {
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
    }
  }
}
