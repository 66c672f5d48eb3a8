import GenMedia
import GenPipeline

extension Studio {
  @CatalogBuilder var loadingVerbs: [Stage] {
    Stage(
      "load", "Reads a picture or a film from a file.", topic: "files",
      parameters: [
        ParameterInfo(
          name: "path", documentation: "The file; a row of pictures as \"frame-%03d.png\".",
          type: .text),
        ParameterInfo(
          name: "as", documentation: "Takes a film's first frame, or a picture as a film.",
          type: .optional(.choice(["image", "video"])), initial: Value.none),
      ],
      result: .byArguments { [self] call in try loadedType(call) }, examples: [],
      cost: loadingCost, reads: ["path"]
    ) { arguments in
      guard case .text(let path)? = arguments["path"] else { throw Diagnostic.unusablePath("") }
      switch try Self.medium(asked: arguments["as"]) ?? medium(ofFile: path) {
      case .image: return .image(try MediaFile.readImage(path, tool: tool))
      default: return .video(try MediaFile.readVideo(path, tool: tool))
      }
    }
  }

  /// As large as the file says that it is; reading it costs about what resampling would.
  private var loadingCost: CostRule {
    CostRule { [tool] call in
      let info = try MediaFile.probe(try call.read("path"), tool: tool)
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
    if let asked = try Self.medium(asked: call.constants["as"]) { return asked }
    guard case .text(let path)? = call.constants["path"] else {
      throw Diagnostic.mediumUnknown(stage: "load")
    }
    return try medium(ofFile: path)
  }

  private static func medium(asked: Value?) throws -> ValueType? {
    switch asked.flatMap(String.init) {
    case "image": .image
    case "video": .video
    default: nil
    }
  }

  private func medium(ofFile path: String) throws -> ValueType {
    do {
      return try MediaFile.probe(path, tool: tool).isFilm ? .video : .image
    } catch let error as MediaError {
      throw Diagnostic.media(error)
    }
  }
}
