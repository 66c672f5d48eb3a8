import GenMedia
import GenModels
import GenPipeline

/// A rectangle of a picture, from a record `{x: 8, y: 8, width: 16, height: 16}`; in pixels.
struct Region: ValueConvertible {
  let x: Int
  let y: Int
  let width: Int
  let height: Int

  static var valueType: ValueType {
    .record(["x", "y", "width", "height"].map { .init($0, .int) })
  }

  init?(_ value: Value) {
    guard case .record(let fields) = value else { return nil }
    func side(_ name: String) -> Int? {
      fields.first { $0.name == name }.flatMap { Int($0.value) }
    }
    guard let x = side("x"), let y = side("y"), let width = side("width"),
      let height = side("height")
    else { return nil }
    (self.x, self.y, self.width, self.height) = (x, y, width, height)
  }

  var value: Value {
    .record([
      .init("x", .int(x)), .init("y", .int(y)), .init("width", .int(width)),
      .init("height", .int(height)),
    ])
  }

  func contains(column: Int, row: Int) -> Bool {
    column >= x && row >= y && column - x < width && row - y < height
  }
}

extension Studio {
  @CatalogBuilder var editingVerbs: [Stage] {
    Stage(
      "edit", "Draws a film anew after a prompt, as far as the strength says.",
      topic: "generation",
      parameters: [
        Parameter<Video>("video", "The film; up to 24 frames, worked on at 64x64 pixels.").info,
        Parameter<Prompt>("prompt", "What it shows afterwards.").info,
        Parameter("strength", "0 keeps everything, 100% keeps nothing.", in: 0...1, default: 0.6)
          .info,
        Parameter<Region?>(
          "region", "Only this rectangle is drawn, such as {x: 8, y: 8, width: 16, height: 16}."
        ).info,
      ] + Drawing.manner, result: .fixed(.video),
      examples: [
        .init(
          "film([plain(64, 64)]) |> edit(\"a star\", steps: 2, "
            + "region: {x: 8, y: 8, width: 16, height: 16})", "Video 64x64, 1 frame")
      ],
      version: FilmMaker.version, effort: .heavy, cost: films.editingCost, check: films.check,
      models: FilmMaker.models
    ) { arguments in
      let video: Video = try arguments.read("video")
      let (strength, region): (Double, Region?) = (
        try arguments.read("strength"), try arguments.read("region")
      )
      let frames = try video.prefix(FilmMaker.frameLimit + 1).collected()
      guard frames.count <= FilmMaker.frameLimit else {
        throw Diagnostic.tooManyFrames(try video.countedFrames())
      }
      let film = try FilmSamples(frames)
      let drawing = try await films.draw(
        arguments.read("prompt"), frameCount: film.frameCount, FilmMaker.Manner(arguments),
        conditioning: try region.map { try film.given(outside: $0) }, start: film,
        strength: strength)
      return .video(try drawing.film.video(rate: video.rate))
    }
  }
}

extension FilmSamples {
  /// Everything outside of a rectangle is given.
  func given(outside region: Region) throws -> FilmConditioning {
    let places = (0..<height).flatMap { row in (0..<width).map { (column: $0, row: row) } }
    let frame = places.map { region.contains(column: $0.column, row: $0.row) ? Float(0) : 1 }
    return try FilmConditioning(film: self, mask: (0..<frameCount).flatMap { _ in frame })
  }
}
